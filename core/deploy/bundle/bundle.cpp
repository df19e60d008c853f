// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/bundle/bundle.h"

#include <utility>

#include "core/base/file.h"
#include "core/deploy/adaptive/adaptive.h"
#include "core/deploy/bundle/bundle_texts.h"
#include "core/deploy/bundle/policy_json.h"
#include "core/deploy/bundle/stage_onnx.h"
#include "core/deploy/evaluate/reopen.h"

namespace exitscope::bundle {
namespace {

std::vector<std::byte> to_bytes(std::string_view text)
{
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

struct File {
    std::string name;
    std::vector<std::byte> bytes;
};

Expected<std::vector<File>> make_files(const model::MultiExitModel& model, const analyse::PolicyResult& policy,
                                       const analyse::Decisions& decisions, Form form, Progress& progress)
{
    auto point = deployed_point(policy, decisions);
    if (!point)
        return forward(point);
    const std::vector<std::string> names = tensor_names(model);
    std::vector<File> files;
    files.push_back({"README.md", to_bytes(readme_text)});
    files.push_back({"policy.json", to_bytes(policy_json(model, policy, decisions, *point, names))});
    files.push_back({"policy.schema.json", to_bytes(schema_text)});
    files.push_back({"run.js", to_bytes(driver_text)});
    files.push_back({"run.cpp", to_bytes(cpp_driver_text)});
    files.push_back({"CMakeLists.txt", to_bytes(cpp_build_text)});
    const auto& quantization = policy.analysis->measured().quantization;
    progress.begin("Converting the stages", point->parts.size());
    for (const Part& part : point->parts) {
        if (progress.cancelled())
            return cancelled();
        const plan::StagePlan* plan =
            part.precision.is_float() ? nullptr : quantization->find(part.stage, part.precision);
        auto bytes = stage_onnx(model, part.stage, plan, part.with_exit, form, names);
        if (!bytes)
            return forward(bytes);
        files.push_back({part.file(), std::move(*bytes)});
        progress.advance();
    }
    return files;
}

}  // namespace

Expected<Written> write_bundle(const model::MultiExitModel& opened, const analyse::PolicyResult& policy,
                               const analyse::Decisions& decisions, const std::filesystem::path& directory, Form form,
                               Progress* watched)
{
    Progress unwatched;
    Progress& progress = watched ? *watched : unwatched;
    if (auto fits = adaptive::check_model(opened, policy.analysis->measured()); !fits)
        return forward(fits);
    model::MultiExitModel model = opened;
    evaluate::set_exit_kinds(model, policy.analysis->measured());
    if (model.batch != 1)
        return unsupported(model.path.string(), "works with batches of " + std::to_string(model.batch) +
                                                    " only; samples cannot leave one by one");
    const auto files = make_files(model, policy, decisions, form, progress);
    if (!files)
        return tl::unexpected<Error>(files.error());
    Written written;
    auto made = make_directory(directory, [&](const std::filesystem::path& temporary) -> Expected<void> {
        progress.begin("Writing", files->size());
        for (const File& file : *files) {
            if (progress.cancelled())
                return cancelled();
            if (auto done = write_file(temporary / file.name, file.bytes); !done)
                return done;
            written.files.push_back(file.name);
            written.bytes += file.bytes.size();
            progress.advance();
        }
        return {};
    });
    if (!made)
        return forward(made);
    return written;
}

}  // namespace exitscope::bundle
