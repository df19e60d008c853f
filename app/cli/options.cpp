// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/options.h"

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

Option* Option::delimiter(char separator)
{
    option_.delimiter(separator);
    return this;
}

Option* Option::allow_extra_args(bool allow)
{
    option_.allow_extra_args(allow);
    return this;
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
        app_->parse(argc, argv);
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
