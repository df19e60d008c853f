// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/list_arguments.h"
#include "core/base/error.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

/// Options of the command line. CLI11 parses them; only options.cpp includes it, because it is expensive to compile.
namespace exitscope::cli {

/// A condition on the value of an option, with its words in the help.
using Check = std::function<void(CLI::Option&)>;
[[nodiscard]] Check in_range(int low, int high);
[[nodiscard]] Check in_range(std::size_t low, std::size_t high);
[[nodiscard]] Check in_range(double low, double high);
[[nodiscard]] Check one_of(std::vector<std::string> values);
[[nodiscard]] Check positive();

/// One option of a command. Every setter returns the option itself.
class Option {
public:
    explicit Option(CLI::Option& option) : option_(option) {}

    Option* required(bool is = true);
    Option* check(const Check& condition);
    /// A list, separated by commas, blanks or as several arguments (see join_values()).
    Option* list(LooksLikeValue is_value = is_number);
    /// A list of which each argument is one value, with commas as they are: the option is given once for each.
    Option* repeated();
    /// The option stands for `otherwise` when what follows does not look like a value.
    Option* optional_value(LooksLikeValue is_value, std::string otherwise);
    /// Shows the present value in the help.
    Option* capture_default_str();
    Option* excludes(const Option* other);
    /// Appends to the help text.
    Option* explain(const std::string& more);
    /// How often it was given; known after parsing.
    [[nodiscard]] std::size_t count() const;
    /// Set by list() and optional_value().
    [[nodiscard]] const std::optional<SpreadOption>& spread() const { return spread_; }

private:
    Option* spread_over(LooksLikeValue is_value, std::string otherwise);

    CLI::Option& option_;
    std::optional<SpreadOption> spread_;
};

/// A verb, or the program itself. Options belong to it and live as long.
class Command {
public:
    explicit Command(CLI::App& app);
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    ~Command();

    /// `value` is written when the command line is parsed. Types: text, numbers and lists of them (instantiated in
    /// options.cpp).
    template <class Value>
    Option* add_option(const std::string& name, Value& value, const std::string& help);
    Option* add_flag(const std::string& name, bool& value, const std::string& help);
    Command* add_subcommand(const std::string& name, const std::string& help);
    [[nodiscard]] bool parsed() const;
    /// The options with list() or optional_value() of the command that the first argument without dashes names.
    [[nodiscard]] std::vector<SpreadOption> spread_options(const std::vector<std::string>& arguments) const;

private:
    CLI::App& app_;
    std::deque<Option> options_;
    std::deque<Command> commands_;
};

/// The whole command line.
class Program {
public:
    Program(const std::string& name, const std::string& description, const std::string& version,
            const std::string& footer);
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();

    [[nodiscard]] Command& command() { return command_; }
    /// Fills in the values of all options. The exit status when help or the version was asked for and printed; nullopt
    /// when a verb is to run. Error: wrong usage.
    [[nodiscard]] Expected<std::optional<int>> parse(int argc, char** argv);

private:
    std::unique_ptr<CLI::App> app_;
    Command command_;
};

}  // namespace exitscope::cli
