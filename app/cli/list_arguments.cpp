// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/list_arguments.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "core/base/text.h"

namespace exitscope::cli {
namespace {

/// The parts between blanks, without commas at their ends.
std::vector<std::string> parts_of(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
        if (const std::string_view part = trimmed(text.substr(0, end), ","); !part.empty())
            parts.emplace_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

/// The values that one argument holds; none when it holds something else.
std::vector<std::string> values_in(std::string_view argument, const LooksLikeValue& is_value)
{
    std::vector<std::string> parts = parts_of(argument);
    for (const std::string& part : parts) {
        std::string_view rest = part;
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            if (!is_value(rest.substr(0, comma)))
                return {};
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : ",") + part;
    return text;
}

const SpreadOption* find(const std::vector<SpreadOption>& options, std::string_view name)
{
    const auto found = std::find_if(options.begin(), options.end(), [name](const SpreadOption& option) {
        return std::find(option.names.begin(), option.names.end(), name) != option.names.end();
    });
    return found == options.end() ? nullptr : &*found;
}

}  // namespace

bool is_number(std::string_view text)
{
    double value = 0;
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem != std::errc::invalid_argument && end == text.data() + text.size();
}

std::vector<std::string> join_values(const std::vector<std::string>& arguments,
                                     const std::vector<SpreadOption>& options)
{
    std::vector<std::string> result;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (argument == "--") {
            result.insert(result.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
            break;
        }
        const std::size_t equals = std::min(argument.find('='), argument.size());
        const std::string name = argument.substr(0, equals);
        const SpreadOption* option = argument.starts_with('-') ? find(options, name) : nullptr;
        if (!option) {
            result.push_back(argument);
            continue;
        }
        const bool attached = equals < argument.size();
        if (!option->otherwise.empty()) {
            const bool follows = !attached && i + 1 < arguments.size() && option->is_value(arguments[i + 1]);
            result.push_back(attached ? argument : name + "=" + (follows ? arguments[++i] : option->otherwise));
            continue;
        }
        if (!attached && i + 1 == arguments.size()) {
            result.push_back(argument);  // the parser says what is missing
            continue;
        }
        const std::string first = attached ? argument.substr(equals + 1) : arguments[++i];
        std::vector<std::string> values = values_in(first, option->is_value);
        if (values.empty()) {
            result.push_back(name + "=" + first);
            continue;
        }
        while (i + 1 < arguments.size()) {
            const std::vector<std::string> more = values_in(arguments[i + 1], option->is_value);
            if (more.empty())
                break;
            values.insert(values.end(), more.begin(), more.end());
            ++i;
        }
        result.push_back(name + "=" + joined(values));
    }
    return result;
}

}  // namespace exitscope::cli
