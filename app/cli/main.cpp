// SPDX-License-Identifier: GPL-3.0-or-later
#include <optional>
#include <string>
#include <vector>

#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/base/unexpected.h"

using namespace exitscope;

namespace {

int say(const Error& error)
{
    std::string line = error.message();
    for (char& c : line)
        if (c == '\n' || c == '\r')
            c = ' ';
    cli::log_line("exitscope: " + line);
    return static_cast<int>(error.code);
}

int run(int argc, char** argv)
{
    cli::Common common;
    cli::Program whole("exitscope-cli",
                       "Exitscope: which accuracy multi-exit, quantized image classifiers give for which budget.",
                       "exitscope-cli " EXITSCOPE_VERSION,
                       "Errors are one line on standard error. Exit codes: 0 done, 1 wrong usage, 2 bad input,\n"
                       "3 unsupported model, 4 cannot write, 5 cancelled, 6 internal error (please report it).");
    cli::Command& program = whole.command();
    program.add_flag("--json", common.json, "Print one JSON object on standard output");
    program.add_flag("--quiet", common.quiet, "No progress and no notes on standard error");
    program.add_flag("--strict", common.strict, "Notices about doubtful data and models are errors");
    program.add_option("--threads", common.threads, "Threads (default: all cores)")->check(cli::in_range(0, 1024));
    program.add_option("--seed", common.seed, "Seed of everything random")->capture_default_str();
    const std::vector<cli::Verb> verbs = {
        cli::info_verb(program, common),       cli::run_verb(program, common),
        cli::onnx_test_verb(program, common),  cli::attach_verb(program, common),
        cli::import_verb(program, common),     cli::evaluate_verb(program, common),
        cli::curve_verb(program, common),      cli::decide_verb(program, common),
        cli::calibrate_verb(program, common),  cli::adaptive_verb(program, common),
        cli::predictors_verb(program, common), cli::diff_verb(program, common),
        cli::export_verb(program, common),     cli::plot_verb(program, common),
        cli::report_verb(program, common),     cli::quantization_verb(program, common),
        cli::preprocess_verb(program, common),
    };
    const Expected<std::optional<int>> answered = whole.parse(argc, argv);
    if (!answered)
        return say(answered.error());
    if (*answered)
        return **answered;
    if (common.strict)
        cli::be_strict();
    for (const cli::Verb& verb : verbs) {
        if (!verb.command->parsed())
            continue;
        if (const Expected<void> done = verb.run(); !done)
            return say(done.error());
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    cli::install_interrupt_handler();
    const Expected<int> code = guarded([&]() -> Expected<int> { return run(argc, argv); });
    return code ? *code : say(code.error());
}
