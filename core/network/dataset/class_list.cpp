// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/class_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/formats/csv_rows.h"
#include "core/base/label_text.h"
#include "core/base/labels.h"
#include "core/base/text.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t max_class_file = 16 << 20;

/// Length of a WordNet identifier at the start of `text`, which ends or is followed by a separator; else 0.
std::size_t identifier_length(std::string_view text)
{
    constexpr std::size_t length = 9;
    if (text.size() < length || text.front() != 'n' || !std::all_of(text.begin() + 1, text.begin() + length, is_digit))
        return 0;
    return text.size() == length || std::string_view(" \t_-,:;").find(text[length]) != std::string_view::npos ? length
                                                                                                              : 0;
}

/// The number before a name and what follows it.
struct NumberedName {
    std::size_t number = 0;
    std::string_view name;
};
std::optional<NumberedName> numbered_name(std::string_view line)
{
    NumberedName result;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), result.number);
    const auto length = static_cast<std::size_t>(end - line.data());
    if (error != std::errc() || length == line.size())
        return std::nullopt;
    if (std::string_view(" \t,;:)").find(line[length]) == std::string_view::npos)
        return std::nullopt;
    result.name = trimmed(line.substr(length), " \t,;:)");
    return result.name.empty() ? std::nullopt : std::optional(result);
}

/// Takes away numbers that count the lines, and a header line above them.
void drop_running_numbers(std::vector<std::string>& lines)
{
    const auto counts_from = [&](std::size_t begin) {
        std::optional<std::size_t> start;
        for (std::size_t i = begin; i < lines.size(); ++i) {
            const std::optional<NumberedName> numbered = numbered_name(lines[i]);
            if (!numbered || numbered->number != start.value_or(numbered->number) + (start ? i - begin : 0))
                return false;
            start = start.value_or(numbered->number);
        }
        return start && *start <= 1;
    };
    const bool headed = lines.size() > 2 && !counts_from(0) && counts_from(1);
    if (headed)
        lines.erase(lines.begin());
    if (!headed && !counts_from(0))
        return;
    for (std::string& line : lines)
        line = std::string(numbered_name(line)->name);
}

/// The name in a JSON value: a text, or the last or a joined pair of texts.
std::optional<std::string> json_name(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_string())
        return value[0].get<std::string>() + " " + value[1].get<std::string>();
    return std::nullopt;
}

std::optional<std::size_t> json_number(const std::string& text)
{
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Names by their numbers; nullopt when the JSON is none of the forms.
std::optional<std::vector<std::string>> names_in_json(const Json& json)
{
    std::vector<std::string> names;
    const auto put = [&names](std::size_t number, std::string name) {
        if (number >= max_classes)
            return false;
        if (number >= names.size())
            names.resize(number + 1);
        names[number] = std::move(name);
        return true;
    };
    if (json.is_array()) {
        for (const Json& value : json)
            if (const auto name = json_name(value); !name || !put(names.size(), *name))
                return std::nullopt;
        return names;
    }
    if (!json.is_object())
        return std::nullopt;
    for (const char* key : {"id2label", "label_names", "class_names", "classes"})
        if (json.contains(key))
            return names_in_json(json[key]);
    for (const auto& [key, value] : json.items()) {
        const std::optional<std::size_t> number = json_number(key);
        const std::optional<std::string> name = json_name(value);
        if (number && name) {
            if (!put(*number, *name))
                return std::nullopt;
        } else if (!value.is_number_unsigned() || !put(value.get<std::size_t>(), key))
            return std::nullopt;
    }
    return names;
}

/// A dictionary or list of Python as JSON: texts in either quotes get those of JSON, numbers as keys become texts.
std::string python_as_json(std::string_view text)
{
    std::string json;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c != '\'' && c != '"') {
            const std::size_t end = std::min(text.find_first_not_of("0123456789", i), text.size());
            const bool key = end > i && trimmed(text.substr(end), " \t").starts_with(':');
            json += key ? "\"" + std::string(text.substr(i, end - i)) + "\"" : std::string(1, c);
            i = key ? end : i + 1;
            continue;
        }
        std::string content;
        for (++i; i < text.size() && text[i] != c; ++i) {
            if (text[i] == '\\' && i + 1 < text.size())
                ++i;
            content += text[i];
        }
        ++i;
        json += Json(content).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    const std::size_t last = json.find_last_not_of(" \t\r\n]}");  // Python allows a comma after the last
    if (last != std::string::npos && json[last] == ',')
        json[last] = ' ';
    return json;
}

Expected<std::vector<std::string>> names_in(std::string_view text, const fs::path& path)
{
    if (lower_extension(path) == ".json") {
        const std::optional<std::vector<std::string>> names =
            names_in_json(Json::parse(text, nullptr, /*allow_exceptions=*/false));
        if (!names)
            return bad_input(path.string(), "is no JSON of class names: a list of names, or numbers to names");
        return *names;
    }
    if (const std::string_view start = trimmed(text, " \t\r\n"); start.starts_with('{') || start.starts_with('['))
        if (const auto names = names_in_json(Json::parse(python_as_json(start), nullptr, /*allow_exceptions=*/false)))
            return *names;
    std::vector<std::string> names;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (const std::string_view line = unquoted(text.substr(0, end)); !line.empty())
            names.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    drop_running_numbers(names);
    for (std::string& name : names)
        name = std::string(unquoted(name));
    return names;
}

}  // namespace

ClassEntry class_entry(std::string_view text)
{
    ClassEntry entry;
    entry.text = text;
    const std::size_t length = identifier_length(text);
    entry.id = text.substr(0, length);
    entry.words = trimmed(text.substr(length), " \t_-,:;");
    std::string_view rest = entry.words;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        if (const std::string_view word = trimmed(rest.substr(0, end)); !word.empty())
            entry.synonyms.emplace_back(word);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return entry;
}

ClassList class_list(const std::vector<std::string>& names, std::string source)
{
    ClassList list;
    list.source = std::move(source);
    for (const std::string& name : names)
        list.entries.push_back(class_entry(name));
    return list;
}

Expected<ClassList> read_class_list(const fs::path& path)
{
    const std::string file = path.string();
    Expected<std::vector<std::byte>> bytes = read_file(path, max_class_file);
    if (!bytes)
        return forward(bytes);
    Expected<std::string> text = formats::as_text(*bytes, file);
    if (!text)
        return forward(text);
    Expected<std::vector<std::string>> names = names_in(*text, path);
    if (!names)
        return forward(names);
    if (names->empty())
        return bad_input(file, "holds no class names");
    const auto gap = std::find(names->begin(), names->end(), std::string());
    if (gap != names->end())
        return bad_input(file, "has no name for class " + std::to_string(gap - names->begin()));
    return class_list(*names, file);
}

std::vector<fs::path> class_files_in(const fs::path& folder, const std::string& stem)
{
    std::vector<std::string> names{"synset_words.txt",
                                   "LOC_synset_mapping.txt",
                                   "imagenet_class_index.json",
                                   "classes.txt",
                                   "class_names.txt",
                                   "labels.txt",
                                   "imagenet_classes.txt",
                                   "categories.txt",
                                   "label_names.txt",
                                   "classes.json",
                                   "labels.json",
                                   "class_names.json",
                                   "words.txt"};
    if (!stem.empty()) {
        for (const char* ending : {".classes.txt", "_classes.txt", ".labels.txt", "_labels.txt", ".txt", ".json"})
            names.insert(names.begin(), stem + ending);
        names.emplace_back("config.json");
    }
    std::vector<fs::path> files;
    std::error_code ec;
    for (const std::string& name : names)
        if (fs::is_regular_file(folder / name, ec))
            files.push_back(folder / name);
    return files;
}

}  // namespace exitscope::dataset
