// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/list_columns.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <system_error>

#include "core/base/formats/image_header.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace {

/// Names of columns, the surest first; compared without case, blanks, dashes and underscores.
constexpr std::array<std::string_view, 33> path_names{
    "path",      "filepath", "imagepath", "imgpath",   "relpath",   "relativepath", "abspath", "file",  "filename",
    "imagefile", "imgfile",  "imagename", "imgname",   "fname",     "image",        "images",  "img",   "imageid",
    "imgid",     "fileid",   "files",     "filenames", "filepaths", "imagepaths",   "paths",   "photo", "picture",
    "frame",     "sample",   "sampleid",  "id",        "uid",       "name"};
constexpr std::array<std::string_view, 31> label_names{
    "label",      "ytrue",        "labels",     "labelid",    "labelidx",  "labelindex",
    "classid",    "classidx",     "classindex", "target",     "targets",   "y",
    "class",      "classes",      "category",   "categoryid", "labelname", "classname",
    "classlabel", "categoryname", "wnid",       "synset",     "synsetid",  "groundtruth",
    "gt",         "annotation",   "breed",      "species",    "diagnosis", "predictionstring",
    "trueclass"};

std::string plain(std::string_view text)
{
    std::string word;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z')
            word += static_cast<char>(c - 'A' + 'a');
        else if (c != ' ' && c != '_' && c != '-' && c != '.' && c != '#')
            word += c;
    }
    return word;
}

template <std::size_t count>
std::vector<std::size_t> known_columns(const formats::CsvRow& row, const std::array<std::string_view, count>& names)
{
    std::vector<std::size_t> columns;
    for (const std::string_view name : names)
        for (std::size_t i = 0; i < row.fields.size(); ++i)
            if (plain(row.fields[i]) == name)
                columns.push_back(i);
    return columns;
}

const std::string& field(const formats::CsvRow& row, std::size_t column)
{
    static const std::string none;
    return column < row.fields.size() ? row.fields[column] : none;
}

bool looks_like_image(const std::string& text)
{
    return formats::is_image_extension(lower_extension(text));
}

bool is_whole_number(const std::string& text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

/// A column most of whose fields, of at most 64 rows from `first` on, satisfy `is`.
std::optional<std::size_t> column_where(const ListTable& table, std::size_t first,
                                        const std::function<bool(const std::string&)>& is)
{
    const std::size_t end = std::min<std::size_t>(table.rows.size(), first + 64);
    std::size_t columns = 0;
    for (std::size_t row = first; row < end; ++row)
        columns = std::max(columns, table.rows[row].fields.size());
    for (std::size_t column = 0; column < std::min<std::size_t>(columns, 64); ++column) {
        std::size_t hits = 0;
        for (std::size_t row = first; row < end; ++row)
            hits += is(field(table.rows[row], column)) ? 1 : 0;
        if (hits > 0 && 2 * hits >= end - first)
            return column;
    }
    return std::nullopt;
}

/// Whether equal fields of one column always stand beside equal fields of the other.
bool say_the_same(const ListTable& table, std::size_t a, std::size_t b)
{
    std::map<std::string, std::string> forth;
    std::map<std::string, std::string> back;
    for (std::size_t row = 1; row < table.rows.size(); ++row) {
        const std::string& left = field(table.rows[row], a);
        const std::string& right = field(table.rows[row], b);
        if (forth.try_emplace(left, right).first->second != right ||
            back.try_emplace(right, left).first->second != left)
            return false;
    }
    return true;
}

/// Whether every row after the header marks exactly one of `columns` by 1 and the others by 0.
bool are_one_hot(const ListTable& table, const std::vector<std::size_t>& columns)
{
    return table.rows.size() > 1 &&
           std::all_of(table.rows.begin() + 1, table.rows.end(), [&](const formats::CsvRow& row) {
               std::size_t ones = 0;
               for (const std::size_t column : columns) {
                   const std::string& mark = field(row, column);
                   const bool one = mark == "1" || mark == "1.0";
                   if (!one && mark != "0" && mark != "0.0")
                       return false;
                   ones += one ? 1 : 0;
               }
               return ones == 1;
           });
}

void find_named_label(const ListTable& table, const std::string& file, ListColumns& columns)
{
    const formats::CsvRow& head = table.rows.front();
    std::vector<std::size_t> labels = known_columns(head, label_names);
    std::erase(labels, *columns.path);
    if (!labels.empty()) {
        columns.label = labels.front();
        columns.first_word = plain(head.fields[labels.front()]) == "predictionstring";
        for (const std::size_t other : labels)
            if (other != labels.front() && !say_the_same(table, labels.front(), other)) {
                columns.notices.push_back({"list-columns", file + " has the columns " + head.fields[labels.front()] +
                                                               " and " + head.fields[other] + ", which differ: " +
                                                               head.fields[labels.front()] + " is taken as the label"});
                break;
            }
        return;
    }
    // an index that pandas wrote has no name
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < head.fields.size(); ++i)
        if (i != *columns.path && !head.fields[i].empty() && !plain(head.fields[i]).starts_with("unnamed:"))
            others.push_back(i);
    if (others.size() == 1)
        columns.label = others.front();
    else if (others.size() > 1 && are_one_hot(table, others)) {
        for (const std::size_t column : others)
            columns.one_hot_names.push_back(head.fields[column]);
        columns.one_hot = std::move(others);
    } else if (others.size() > 1)
        columns.notices.push_back({"list-columns", file + " has no column called label or class, so its images are "
                                                          "unlabelled: rename the column that holds the classes"});
}

/// Without names: what follows the file name, or stands before it at the end of a row.
Expected<void> find_label_by_place(const ListTable& table, const std::string& file, ListColumns& columns)
{
    const formats::CsvRow& row = table.rows[columns.header ? 1 : 0];
    std::size_t width = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(table.rows.size(), 64); ++i)
        width = std::max(width, table.rows[i].fields.size());
    const std::size_t path = *columns.path;
    if (width < 2)
        return {};
    columns.label = path + 1 < width ? path + 1 : path - 1;
    const bool indexed = *columns.label != 0 && path != 0 && is_whole_number(field(row, 0));
    const std::size_t others = width - 2 - (indexed ? 1 : 0);
    if (others == 0)
        return {};
    if (path + 1 == width)
        return bad_input(file, "line " + std::to_string(row.line) + " has " + std::to_string(others + 1) +
                                   " labels for one image, one is read: give the list a header whose column label "
                                   "holds the classes");
    constexpr std::size_t annotated_box = 6;  // file, class and a box, as in Tiny-ImageNet
    bool box = width == annotated_box && path == 0;
    for (std::size_t i = 2; i < width; ++i)
        box = box && is_whole_number(field(row, i));
    if (!box)
        columns.notices.push_back({"list-columns", file + " has " + std::to_string(width) +
                                                       " columns and no header: column " +
                                                       std::to_string(*columns.label + 1) +
                                                       " is taken as the label; a header line with the names path and "
                                                       "label says which it is"});
    return {};
}

}  // namespace

void drop_comments(ListTable& table)
{
    bool first = true;
    std::erase_if(table.rows, [&](const formats::CsvRow& row) {
        const bool names_columns =
            first && (!known_columns(row, path_names).empty() || !known_columns(row, label_names).empty());
        const bool comment = row.fields.front().starts_with('#') && !names_columns &&
                             std::none_of(row.fields.begin(), row.fields.end(), looks_like_image);
        first = first && comment;
        return comment;
    });
}

Expected<ListColumns> find_columns(const ListTable& table, const std::string& file,
                                   const std::function<bool(const std::string&)>& exists)
{
    ListColumns columns;
    const formats::CsvRow& head = table.rows.front();
    const std::vector<std::size_t> paths = known_columns(head, path_names);
    const std::vector<std::size_t> labels = known_columns(head, label_names);
    const std::size_t first = table.rows.size() > 1 ? 1 : 0;
    if (!paths.empty()) {
        columns.path = paths.front();
        columns.header = true;
        find_named_label(table, file, columns);
        return columns;
    }
    for (const auto& is : {std::function<bool(const std::string&)>(looks_like_image), exists})
        for (const std::size_t begin : {first, std::size_t{0}})  // the first row may be a header
            if (!columns.path)
                columns.path = column_where(table, begin, is);
    if (columns.path && first == 1) {
        const std::string& name = field(head, *columns.path);
        columns.header = !labels.empty() || (!looks_like_image(name) && !exists(name) && !name.empty());
        if (columns.header) {
            find_named_label(table, file, columns);
            return columns;
        }
    }
    if (!columns.path && std::all_of(table.rows.begin(), table.rows.end(),
                                     [](const formats::CsvRow& row) { return row.fields.size() == 1; })) {
        columns.label = 0;
        columns.header = table.rows.size() > 1 && !labels.empty();
        return columns;
    }
    if (!columns.path)
        return bad_input(file, "line " + std::to_string(head.line) +
                                   " names no image file, and no column of the list does: a list has lines like "
                                   "path,label");
    if (Expected<void> found = find_label_by_place(table, file, columns); !found)
        return forward(found);
    return columns;
}

}  // namespace exitscope::dataset
