// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/left_out.h"
#include "core/analysis/report/sections.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {

void add_provenance(Page& page)
{
    const run::Run& run = page.run;
    const run::Provenance& from = run.provenance;
    page.section("What was run", "what-was-run");
    Table table;
    const auto fact = [&](const std::string& name, const std::string& value) {
        if (!value.empty())
            table.rows.push_back(row({name, value}));
    };
    fact("Model", from.model_path);
    fact("Model hash", from.model_hash);
    fact("Preprocessing", from.preprocessing_options);
    std::string precisions;
    for (const Precision precision : run.precisions)
        precisions += (precisions.empty() ? "" : ", ") + precision.name();
    fact("Precisions", precisions + "; schedule " + std::string(run::name(run.schedule)));
    fact("Fit split", split_text(run.fit));
    fact("Fit split hash", run.fit.dataset_hash);
    fact("Labels of the fit split", run.fit.labels_file);
    fact("Test split", split_text(run.test));
    fact("Test split hash", run.test.dataset_hash);
    fact("Labels of the test split", run.test.labels_file);
    fact("Left out", left_out_text(run));
    if (from.calibration_samples > 0)
        fact("Calibration", grouped(from.calibration_samples) + " images" +
                                (from.calibration_data.empty() ? "" : " of " + from.calibration_data) +
                                ", labels unused");
    fact("Cost model", page.cost_title() + ", " + magnitude(page.content.costs->reference) + " " +
                           std::string(cost::unit(page.content.costs->kind)) + " an image at " + page.full_name());
    fact("Machine", from.machine);
    fact("Threads", std::to_string(from.threads));
    fact("Seeds", "run " + std::to_string(from.seed) + ", predictors and mixing " +
                      std::to_string(page.content.analysis->seed()));
    if (from.seconds > 0)
        fact("Evaluation",
             decimal(from.seconds, 1) + " s, " + decimal(from.images_per_second, 0) + " images/s through all states");
    fact("Created", from.created);
    fact("Exitscope", from.program_version);
    page.add(std::move(table));
}

}  // namespace exitscope::report
