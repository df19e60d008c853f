// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/options.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <CLI/CLI.hpp>

namespace exitscope::cli {

Check in_range(int low, int high)
{
    return [=](CLI::Option& option) { option.check(CLI::Range(low, high)); };
}

Check in_range(std::size_t low, std::size_t high)
{
    return [=](CLI::Option& option) { option.check(CLI::Range(low, high)); };
}

Check in_range(double low, double high)
{
    return [=](CLI::Option& option) { option.check(CLI::Range(low, high)); };
}

Check one_of(std::vector<std::string> values)
{
    return [values = std::move(values)](CLI::Option& option) { option.check(CLI::IsMember(values)); };
}

Check positive()
{
    return [](CLI::Option& option) { option.check(CLI::PositiveNumber); };
}

Option* Option::required(bool is)
{
    option_.required(is);
    return this;
}

Option* Option::check(const Check& condition)
{
    condition(option_);
    return this;
}

Option* Option::spread_over(LooksLikeValue is_value, std::string otherwise)
{
    SpreadOption spread{{}, std::move(is_value), std::move(otherwise)};
    for (const std::string& name : option_.get_lnames())
        spread.names.push_back("--" + name);
    for (const std::string& name : option_.get_snames())
        spread.names.push_back("-" + name);
    spread_ = std::move(spread);
    return this;
}

Option* Option::list(LooksLikeValue is_value)
{
    option_.delimiter(',');
    option_.allow_extra_args(false);
    return spread_over(std::move(is_value), {});
}

Option* Option::repeated()
{
    option_.allow_extra_args(false);
    return this;
}

Option* Option::optional_value(LooksLikeValue is_value, std::string otherwise)
{
    return spread_over(std::move(is_value), std::move(otherwise));
}

Option* Option::capture_default_str()
{
    option_.capture_default_str();
    return this;
}

Option* Option::excludes(const Option* other)
{
    option_.excludes(&other->option_);
    return this;
}

Option* Option::explain(const std::string& more)
{
    option_.description(option_.get_description() + more);
    return this;
}

std::size_t Option::count() const
{
    return option_.count();
}

Command::Command(CLI::App& app) : app_(app) {}
Command::~Command() = default;

template <class Value>
Option* Command::add_option(const std::string& name, Value& value, const std::string& help)
{
    return &options_.emplace_back(*app_.add_option(name, value, help));
}
template Option* Command::add_option(const std::string&, std::string&, const std::string&);
template Option* Command::add_option(const std::string&, int&, const std::string&);
template Option* Command::add_option(const std::string&, unsigned&, const std::string&);
template Option* Command::add_option(const std::string&, std::int64_t&, const std::string&);
template Option* Command::add_option(const std::string&, std::uint64_t&, const std::string&);
template Option* Command::add_option(const std::string&, float&, const std::string&);
template Option* Command::add_option(const std::string&, double&, const std::string&);
template Option* Command::add_option(const std::string&, std::optional<std::string>&, const std::string&);
template Option* Command::add_option(const std::string&, std::vector<std::string>&, const std::string&);
template Option* Command::add_option(const std::string&, std::vector<float>&, const std::string&);
template Option* Command::add_option(const std::string&, std::vector<double>&, const std::string&);

Option* Command::add_flag(const std::string& name, bool& value, const std::string& help)
{
    return &options_.emplace_back(*app_.add_flag(name, value, help));
}

Command* Command::add_subcommand(const std::string& name, const std::string& help)
{
    return &commands_.emplace_back(*app_.add_subcommand(name, help));
}

bool Command::parsed() const
{
    return app_.parsed();
}

std::vector<SpreadOption> Command::spread_options(const std::vector<std::string>& arguments) const
{
    std::vector<SpreadOption> options;
    for (const std::string& argument : arguments) {
        const auto named = std::find_if(commands_.begin(), commands_.end(), [&argument](const Command& command) {
            return command.app_.get_name() == argument;
        });
        if (named == commands_.end())
            continue;
        for (const Option& option : named->options_)
            if (option.spread())
                options.push_back(*option.spread());
        break;
    }
    return options;
}

Program::Program(const std::string& name, const std::string& description, const std::string& version,
                 const std::string& footer)
    : app_(std::make_unique<CLI::App>(description, name)), command_(*app_)
{
    app_->set_version_flag("--version", version);
    app_->require_subcommand(1);
    app_->fallthrough();
    app_->footer(footer);
}

Program::~Program() = default;

Expected<std::optional<int>> Program::parse(int argc, char** argv)
{
    try {
        const std::vector<std::string> given(argv + std::min(argc, 1), argv + argc);
        std::vector<std::string> arguments = join_values(given, command_.spread_options(given));
        std::reverse(arguments.begin(), arguments.end());  // as the parser takes them
        app_->parse(std::move(arguments));
        return std::optional<int>();
    } catch (const CLI::Success& help) {
        return app_->exit(help);
    } catch (const CLI::ParseError& wrong) {
        const std::string first = argc > 1 ? argv[1] : "";
        const bool unknown_verb = !first.empty() && first[0] != '-' && app_->get_subcommands().empty();
        const std::string problem = unknown_verb ? "there is no verb \"" + first + "\"" : wrong.what();
        return fail(ErrorCode::usage, {}, problem + " (see exitscope-cli --help)");
    }
}

}  // namespace exitscope::cli
