// SPDX-License-Identifier: GPL-3.0-or-later
// A run file, read and checked; what is accepted must be usable: written again, costs, predictors and one policy.
#include "core/analysis/analyse/analysis.h"
#include "core/analysis/run/run_file.h"
#include "tests/fuzz/on_disk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace exitscope;
    static const fuzz::OnDisk disk;
    const auto run = run::load(disk.put("run.exr", data, size), [](const run::RunPtr&) {});
    if (!run)
        return 0;
    static_cast<void>(run::save(**run, disk.put("again.exr", data, 0)));
    const auto analysis = analyse::Analysis::make(*run);
    const auto costs = cost::make_costs(**run, cost::Kind::bops);
    if (analysis && costs)
        static_cast<void>((*analysis)->fit("confidence", *costs, 3));
    return 0;
}
