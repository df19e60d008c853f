// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/base/file.h"
#include "core/base/formats/csv_rows.h"
#include "core/base/text.h"
#include "core/network/dataset/formats.h"
#include "core/network/dataset/image_list.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

struct Columns {
    std::size_t path = 0;
    std::size_t label = 1;
};

std::string trimmed_lower(const std::string& text)
{
    std::string word(trimmed(text));
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return word;
}

std::optional<std::size_t> find_column(const formats::CsvRow& row, const std::set<std::string>& names)
{
    for (std::size_t i = 0; i < row.fields.size(); ++i)
        if (names.contains(trimmed_lower(row.fields[i])))
            return i;
    return std::nullopt;
}

/// The columns when the first row names a path column, which makes it a header; nullopt otherwise. A header without a
/// label column means unlabelled data.
std::optional<Columns> parse_header(const formats::CsvRow& row)
{
    const std::optional<std::size_t> path =
        find_column(row, {"path", "file", "filename", "file_name", "filepath", "image", "image_path"});
    if (!path)
        return std::nullopt;
    const std::optional<std::size_t> label = find_column(row, {"label", "class", "class_name", "target", "category"});
    return Columns{*path, label.value_or(SIZE_MAX)};
}

std::optional<std::int64_t> to_integer(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// One entry per row, before labels become numbers.
struct Entries {
    std::vector<std::string> paths;
    std::vector<std::string> labels;  ///< empty string: none
    std::vector<std::size_t> lines;
};

Expected<Entries> read_entries(std::string_view text, char separator, const std::string& file)
{
    Entries entries;
    formats::CsvReader reader(text, separator);
    std::optional<Columns> columns;
    while (true) {
        Expected<std::optional<formats::CsvRow>> row = reader.next(file);
        if (!row)
            return forward(row);
        if (!*row)
            return entries;
        std::vector<std::string>& fields = (*row)->fields;
        if (!columns) {
            columns = parse_header(**row);
            if (columns)
                continue;
            columns = Columns();
        }
        if (columns->path >= fields.size() || fields[columns->path].empty())
            return bad_input(file, "line " + std::to_string((*row)->line) + " names no image file");
        entries.paths.push_back(std::move(fields[columns->path]));
        entries.labels.push_back(columns->label < fields.size() ? std::move(fields[columns->label]) : std::string());
        entries.lines.push_back((*row)->line);
    }
}

/// The first label decides: if it is an integer all labels are class numbers, else names, numbered in sorted order.
Expected<void> number_labels(const Entries& entries, const std::string& file, ImageList& list)
{
    const auto first = std::find_if(entries.labels.begin(), entries.labels.end(),
                                    [](const std::string& label) { return !label.empty(); });
    if (first == entries.labels.end())
        return {};
    const bool integers = to_integer(*first).has_value();
    if (!integers) {
        std::set<std::string> names(entries.labels.begin(), entries.labels.end());
        names.erase(std::string());
        list.info.class_names.assign(names.begin(), names.end());
    }
    const std::vector<std::string>& names = list.info.class_names;
    list.labels.reserve(entries.labels.size());
    for (std::size_t i = 0; i < entries.labels.size(); ++i) {
        const std::string& label = entries.labels[i];
        const std::string place = "line " + std::to_string(entries.lines[i]);
        if (label.empty()) {
            list.labels.add_none();
            continue;
        }
        const std::optional<std::int64_t> number =
            integers ? to_integer(label)
                     : std::optional(static_cast<std::int64_t>(std::lower_bound(names.begin(), names.end(), label) -
                                                               names.begin()));
        if (!number)
            return bad_input(file, place + " has label '" + label + "' where earlier lines have integers");
        if (Expected<void> done = list.labels.add(*number, file, place); !done)
            return done;
    }
    return {};
}

}  // namespace

Expected<DatasetPtr> open_csv_manifest(const fs::path& path, Info info)
{
    constexpr std::uint64_t max_size = 512 << 20;
    const std::string file = path.string();
    Expected<std::vector<std::byte>> bytes = read_file(path, max_size);
    if (!bytes)
        return forward(bytes);
    Expected<std::string_view> text = formats::as_text(*bytes, file);
    if (!text)
        return forward(text);
    Expected<Entries> entries = read_entries(*text, lower_extension(path) == ".tsv" ? '\t' : ',', file);
    if (!entries)
        return forward(entries);
    if (entries->paths.empty())
        return bad_input(file, "lists no images");
    ImageList list;
    list.info = std::move(info);
    list.root = path.parent_path();
    std::error_code ec;
    if (!fs::exists(list.root / entries->paths.front(), ec))
        return bad_input(file, "line " + std::to_string(entries->lines.front()) + " names the image " +
                                   entries->paths.front() + ", which does not exist");
    if (Expected<void> done = number_labels(*entries, file, list); !done)
        return forward(done);
    list.files = std::move(entries->paths);
    return make_image_list(std::move(list));
}

}  // namespace exitscope::dataset
