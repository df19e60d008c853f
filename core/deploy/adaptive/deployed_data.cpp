// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/adaptive/deployed_data.h"

#include <string>
#include <utility>
#include <vector>

namespace exitscope::adaptive {
namespace {

std::int32_t label_of(const dataset::Dataset& data, SampleIndex sample)
{
    const auto label = data.label(sample);
    return label ? static_cast<std::int32_t>(label->value) : -1;
}

}  // namespace

Expected<DeployedData> deployed_data(const run::Run& run, dataset::DatasetPtr data, std::size_t limit)
{
    const run::Split& test = run.test;
    DeployedData deployed{std::move(data), false};
    if (deployed.images->content_hash() == test.dataset_hash) {
        deployed.of_run = true;
    } else if (deployed.images->info().source == test.dataset_source && deployed.images->info().skipped.empty()) {
        const std::string changed = "has changed since the run was made";
        std::vector<SampleIndex> samples;
        for (std::size_t i = 0; i < test.samples; ++i) {
            const SampleIndex sample(std::size_t{test.source_index[i]});
            if (sample.at() >= deployed.images->size() ||
                (test.labelled() && label_of(*deployed.images, sample) != test.labels[i]))
                return bad_input(test.dataset_source, changed);
            samples.push_back(sample);
        }
        deployed.images = dataset::subset(std::move(deployed.images), std::move(samples), test.dataset);
        deployed.of_run = true;
    }
    if (limit != 0)
        deployed.images = dataset::first(std::move(deployed.images), limit);
    return deployed;
}

}  // namespace exitscope::adaptive
