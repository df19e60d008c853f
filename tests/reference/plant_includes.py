#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that the guard of the layers guards: plant_includes.py TST_LAYERING SOURCE_FOLDER.

In a copy of the sources, every pair of folders without an arrow gets an include, and tst_layering must name its file and line;
every arrow in turn loses its includes, and tst_layering must say that it is unused. Further plants: Qt and a relative path
in the core, a folder that the table does not list, a namespace that is not the folder's, a file without a licence.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ARROWS, UNUSED = "includes_are_arrows_of_the_table", "arrows_of_the_table_are_used"


class Copy:
    def __init__(self, program, source, root):
        self.program, self.root, self.missed = program, root, []
        for top in ("core", "widgets", "app", "tests"):
            for path in (source / top).rglob("*"):
                if path.suffix in (".h", ".cpp"):
                    to = root / path.relative_to(source)
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, to)

    def says(self, function):
        """The problems that one function of the guard prints; none where it passes."""
        done = subprocess.run([self.program, function], text=True, capture_output=True,
                              env={**os.environ, "EXITSCOPE_LAYERING_ROOT": str(self.root)})
        return re.findall(r"^QWARN .*?\(\) (.*)$", done.stdout, re.M) if done.returncode else []

    def expect(self, function, wanted):
        said = self.says(function)
        self.missed += [line for line in wanted if line not in said]

    def with_text(self, name, text, function, wanted):
        """The guard must print all `wanted` lines when file `name` has this text."""
        path = self.root / name
        before = path.read_text() if path.exists() else None
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        self.expect(function, wanted)
        if before is None:
            path.unlink()
        else:
            path.write_text(before)


def plant_forbidden(copy, arrows, files):
    """One include for every pair without an arrow, all of a folder at once, each on a line of its own."""
    pairs = 0
    for folder, known in arrows.items():
        name = files[folder][0]
        text = (copy.root / name).read_text()
        line = text.count("\n")
        wanted = []
        for other in sorted(arrows.keys() - known - {folder}):
            line += 1
            text += f'#include "{files[other][0]}"\n'
            wanted.append(f"{name}:{line}: {folder} does not know {other}")
        copy.with_text(name, text, ARROWS, wanted)
        pairs += len(wanted)
    return pairs


def remove_arrows(copy, arrows, files):
    count = 0
    for folder, known in arrows.items():
        before = {name: (copy.root / name).read_text() for name in files[folder]}
        for name, text in before.items():
            (copy.root / name).write_text(re.sub(r'^\s*#\s*include\s*".*\n', "", text, flags=re.M))
        copy.expect(UNUSED, [f"{folder} does not include {other}" for other in known])
        count += len(known)
        for name, text in before.items():
            (copy.root / name).write_text(text)
    return count


def plant_others(copy, files):
    name = files["core/base"][0]
    text = (copy.root / name).read_text()
    lines = text.count("\n") + 1
    copy.with_text(name, text + "#include <QString>\n", "core_includes_neither_qt_nor_a_layer_above",
                   [f"{name} has #include <QString>"])
    copy.with_text(name, text + '#include "../base/error.h"\n', ARROWS,
                   [f'{name}:{lines}: "../base/error.h" is not a path from the root of the tree'])
    copy.with_text("core/base/new/new.cpp", "// SPDX\n", UNUSED, ["core/base/new is missing from the table"])
    (copy.root / "core/base/new").rmdir()
    copy.with_text(name, text.replace("namespace exitscope", "namespace other"), "namespaces_of_the_core_are_its_folders",
                   [f"{name} does not declare namespace exitscope"])
    copy.with_text(name, text.removeprefix("// SPDX"), "every_file_names_its_licence", [name])


def main():
    program, source = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    listed = subprocess.run([source / "scripts/draw-folders", "--arrows"], check=True, text=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as root:
        copy = Copy(program, source, Path(root))
        files = {}
        for path in sorted(Path(root).rglob("*")):
            if path.suffix in (".h", ".cpp") and not path.is_relative_to(Path(root) / "tests"):
                files.setdefault(path.parent.relative_to(root).as_posix(), []).append(path.relative_to(root).as_posix())
        arrows = {folder: set() for folder in files}
        for line in listed.splitlines():
            folder, to = line.split()
            arrows[folder].add(to)
        for function in (ARROWS, UNUSED):
            if said := copy.says(function):
                sys.exit("the copy itself does not pass:\n" + "\n".join(said))
        pairs = plant_forbidden(copy, arrows, files)
        removed = remove_arrows(copy, arrows, files)
        plant_others(copy, files)
    for line in copy.missed:
        print("not reported:", line)
    print(f"{len(arrows)} folders, {pairs} forbidden includes planted, {removed} arrows removed, {len(copy.missed)} missed")
    return 1 if copy.missed else 0


if __name__ == "__main__":
    sys.exit(main())
