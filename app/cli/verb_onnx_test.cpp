// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/base/parallel.h"
#include "core/network/engine/backend_test.h"

namespace exitscope::cli {
namespace {

using engine::BackendResult;
using Status = BackendResult::Status;

struct Test {
    std::filesystem::path folder;
    BackendResult result;
};

constexpr std::array statuses = {Status::passed, Status::failed, Status::unsupported};

const char* name_of(Status status)
{
    switch (status) {
    case Status::passed: return "passed";
    case Status::failed: return "failed";
    case Status::unsupported: return "unsupported";
    }
    return "";
}

std::size_t count(const std::vector<Test>& tests, Status status)
{
    std::size_t number = 0;
    for (const Test& test : tests)
        number += test.result.status == status;
    return number;
}

Expected<std::vector<Test>> run(const std::vector<std::string>& folders, const Common& common, Progress& progress)
{
    std::vector<Test> tests;
    for (const std::string& root : folders) {
        auto found = engine::find_backend_tests(root);
        if (!found)
            return forward(found);
        if (found->empty())
            return bad_input(root, "holds no model.onnx at any depth");
        for (std::filesystem::path& folder : *found)
            tests.push_back({std::move(folder), {}});
    }
    progress.begin("Testing", tests.size());
    const auto work = [&](unsigned, std::size_t job) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        tests[job].result = engine::run_backend_test(tests[job].folder);
        progress.advance();
        return {};
    };
    if (auto done = parallel_for(tests.size(), thread_count(common.threads, tests.size()), work); !done)
        return forward(done);
    return tests;
}

Json to_json(const std::vector<Test>& tests)
{
    Json json;
    for (const Status status : statuses)
        json[name_of(status)] = count(tests, status);
    json["tests"] = Json::array();
    for (const Test& test : tests)
        json["tests"].push_back({{"name", test.folder.filename().string()},
                                 {"status", name_of(test.result.status)},
                                 {"reason", test.result.reason}});
    return json;
}

std::string to_text(const std::vector<Test>& tests)
{
    std::string text;
    for (const Test& test : tests)
        if (test.result.status != Status::passed)
            text += std::string(name_of(test.result.status)) + "  " + test.folder.filename().string() + ": " +
                    test.result.reason + "\n";
    for (const Status status : statuses)
        text +=
            std::string(status == Status::passed ? "" : ", ") + grouped(count(tests, status)) + " " + name_of(status);
    return text + "\n";
}

}  // namespace

Verb onnx_test_verb(Command& program, const Common& common)
{
    auto folders = std::make_shared<std::vector<std::string>>();
    Command* app = program.add_subcommand("onnx-test", "Run ONNX backend tests: folders with model.onnx and test data");
    app->add_option("DIR", *folders, "Folders, searched at any depth")->required();
    return {app, [folders, &common]() -> Expected<void> {
                Progress progress;
                Expected<std::vector<Test>> tests = [&] {
                    const Watch watch(progress, !common.quiet);
                    return run(*folders, common, progress);
                }();
                if (!tests)
                    return forward(tests);
                if (auto printed = common.json ? print_json(to_json(*tests)) : print_text(to_text(*tests)); !printed)
                    return printed;
                if (const std::size_t failed = count(*tests, Status::failed); failed > 0)
                    return bad_input({},
                                     std::to_string(failed) + " of " + std::to_string(tests->size()) + " tests failed");
                return {};
            }};
}

}  // namespace exitscope::cli
