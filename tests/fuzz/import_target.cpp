// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of answers and costs computed elsewhere: the same bytes as every file that `import` and `calibrate` read.
#include "core/analysis/run/import.h"
#include "tests/fuzz/on_disk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace exitscope;
    static const fuzz::OnDisk disk;
    static_cast<void>(run::read_labels(disk.put("labels.npy", data, size)));
    const std::filesystem::path path = disk.put("table.csv", data, size);
    static_cast<void>(run::read_labels(path));
    for (const std::size_t exits : {1, 2})
        static_cast<void>(run::read_costs(path, exits));
    run::ImportOptions first;
    first.fit_first = 8;
    static_cast<void>(run::import_table(path, {}, 0, {}, {}));
    static_cast<void>(run::import_table(path, {}, 2, path, first));
    return 0;
}
