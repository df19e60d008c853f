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

/// Whether sample `at[i]` of the data has the label of the run's test sample i.
bool same_labels(const dataset::Dataset& data, const run::Split& test, const std::vector<SampleIndex>& at)
{
    for (std::size_t i = 0; i < test.samples; ++i)
        if (label_of(data, at[i]) != test.labels[i])
            return false;
    return true;
}

}  // namespace

Expected<DeployedData> deployed_data(const run::Run& run, dataset::DatasetPtr data, std::size_t limit)
{
    const run::Split& test = run.test;
    DeployedData deployed{std::move(data), false};
    if (deployed.images->content_hash() == test.dataset_hash) {
        std::vector<SampleIndex> all;
        for (std::size_t i = 0; i < test.samples; ++i)
            all.emplace_back(i);
        if (deployed.images->info().labelled && test.labelled() && !same_labels(*deployed.images, test, all))
            return bad_input(deployed.images->info().source,
                             "has other labels here than in the run: say again what its labels were read by" +
                                 (test.labels_file.empty() ? "" : ", --labels " + test.labels_file));
        deployed.of_run = true;
    } else if (deployed.images->info().source == test.dataset_source && deployed.images->info().skipped.empty()) {
        const char* changed = "has changed since the run was made";
        std::vector<SampleIndex> samples;
        for (std::size_t i = 0; i < test.samples; ++i) {
            const SampleIndex sample(std::size_t{test.source_index[i]});
            if (sample.at() >= deployed.images->size())
                return bad_input(test.dataset_source, changed);
            samples.push_back(sample);
        }
        if (test.labelled() && !same_labels(*deployed.images, test, samples))
            return bad_input(test.dataset_source, changed);
        deployed.images = dataset::subset(std::move(deployed.images), std::move(samples), test.dataset);
        deployed.of_run = true;
    }
    if (limit != 0)
        deployed.images = dataset::first(std::move(deployed.images), limit);
    return deployed;
}

}  // namespace exitscope::adaptive
