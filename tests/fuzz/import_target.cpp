// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of answers and costs computed elsewhere: the same bytes as every file that `import` and `calibrate` read.
#include "core/run/import.h"
#include "tests/fuzz/on_disk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace exitscope;
    static const fuzz::OnDisk disk;
    const std::filesystem::path path = disk.put("table.csv", data, size);
    static_cast<void>(run::read_labels(path));
    static_cast<void>(run::read_costs(path, 2));
    static_cast<void>(run::import_table(path, {}, 0, {}, {}));
    return 0;
}
