# Shared by the scripts beside it: source it, then `install_missing`, `build PRESET [TARGET...]`.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# The names in lists of packages, without comments.
package_names() { grep -hv '^#' "$@"; }

# Installs those of the named packages that this machine lacks. Asks for nothing when all are there.
install_packages() {
    local missing=() package
    for package; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    echo "Installing: ${missing[*]}" >&2
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -q &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# Installs what scripts/packages lists and this machine lacks.
install_missing() {
    local packages
    mapfile -t packages < <(package_names "$root/scripts/packages")
    install_packages "${packages[@]}"
}

# Configures and builds one preset; the build tree is $root/build/PRESET.
build() {
    local preset=$1
    shift
    (cd "$root" && cmake --preset "$preset" >&2 && cmake --build --preset "$preset" --parallel "$(nproc)" ${1:+--target "$@"} >&2)
}
