// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/label_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <system_error>

#include "core/base/text.h"

namespace exitscope {
namespace {

constexpr std::string_view no_break_space = "\xc2\xa0";

std::string_view without_blanks(std::string_view text)
{
    while (true) {
        const std::size_t before = text.size();
        text = trimmed(text, " \t\r\n\v\f");
        if (text.starts_with(no_break_space))
            text.remove_prefix(no_break_space.size());
        if (text.ends_with(no_break_space))
            text.remove_suffix(no_break_space.size());
        if (text.size() == before)
            return text;
    }
}

std::optional<double> to_number(std::string_view text)
{
    if (text.size() > 1 && text.front() == '+' && text[1] != '-')
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole_text = error == std::errc() && end == text.data() + text.size();
    return whole_text && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// "3,4", "[3 4]", "3|4": several numbers.
bool are_numbers(std::string_view text)
{
    constexpr std::string_view separators = ",;|/ \t";
    if (text.starts_with('[') || text.starts_with('('))
        text = trimmed(text, "[]() ");
    std::size_t count = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (end > 0 && !to_number(text.substr(0, end)))
            return false;
        count += end > 0 ? 1 : 0;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return count > 1;
}

/// "cat|dog", "cat;dog" where cat and dog are names, too: several names in one field.
bool are_names(std::string_view text, const std::vector<std::string>& sorted)
{
    constexpr std::string_view separators = "|;";
    if (text.find_first_of(separators) == std::string_view::npos)
        return false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (!std::binary_search(sorted.begin(), sorted.end(), trimmed(text.substr(0, end))))
            return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

Expected<void> add_number(double value, std::string_view text, std::string_view file, const std::string& place,
                          Labels& labels)
{
    if (std::abs(value) >= 1e15)
        return bad_input(file, place + " has label " + std::string(text) + ", labels go from 0 to " +
                                   std::to_string(max_classes - 1));
    if (value != std::floor(value))
        return bad_input(file, place + " has label " + std::string(text) +
                                   ", which is not a class: labels are whole numbers or names");
    return labels.add(static_cast<std::int64_t>(value), file, place);
}

}  // namespace

std::string_view unquoted(std::string_view text)
{
    text = without_blanks(text);
    const bool quoted = text.size() > 1 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
    return quoted ? without_blanks(text.substr(1, text.size() - 2)) : text;
}

Expected<NumberedLabels> number_labels(const std::vector<std::string>& texts, std::string_view file,
                                       const std::function<std::string(std::size_t)>& place)
{
    NumberedLabels result;
    std::optional<std::size_t> first_number;
    std::optional<std::size_t> first_name;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string_view text = unquoted(texts[i]);
        if (text.empty())
            continue;
        if (are_numbers(text))
            return bad_input(file, place(i) + " has the labels '" + std::string(text) +
                                       "': an image has one label here, of the class that is right");
        if (to_number(text) == -1.0)
            continue;  // no label, beside numbers and beside names
        std::optional<std::size_t>& first = to_number(text) ? first_number : first_name;
        first = first.value_or(i);
        if (!first_number || !first_name) {
            result.names.emplace_back(text);
            continue;
        }
        const std::size_t other = *first_number == i ? *first_name : *first_number;
        return bad_input(file, place(i) + " has label '" + std::string(text) + "' where " + place(other) + " has '" +
                                   std::string(unquoted(texts[other])) +
                                   "': either all labels are numbers or all are names");
    }
    if (!first_number && !first_name)
        return NumberedLabels();
    if (first_number)
        result.names.clear();
    std::sort(result.names.begin(), result.names.end());
    result.names.erase(std::unique(result.names.begin(), result.names.end()), result.names.end());
    result.labels.reserve(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string_view text = unquoted(texts[i]);
        if (text.empty() || to_number(text) == -1.0) {
            result.labels.add_none();
            continue;
        }
        if (are_names(text, result.names))
            return bad_input(file, place(i) + " has the labels '" + std::string(text) +
                                       "': an image has one label here, of the class that is right");
        const auto name = std::lower_bound(result.names.begin(), result.names.end(), text);
        const double number = first_number ? *to_number(text) : static_cast<double>(name - result.names.begin());
        if (Expected<void> done = add_number(number, text, file, place(i), result.labels); !done)
            return forward(done);
    }
    return result;
}

}  // namespace exitscope
