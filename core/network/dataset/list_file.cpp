// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <optional>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "core/base/file.h"
#include "core/base/formats/image_header.h"
#include "core/base/label_text.h"
#include "core/network/dataset/formats.h"
#include "core/network/dataset/image_finder.h"
#include "core/network/dataset/image_list.h"
#include "core/network/dataset/list_columns.h"
#include "core/network/dataset/list_table.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

/// A folder for messages; that of a list which was named without one has an empty path.
std::string words(const fs::path& folder)
{
    return folder.empty() ? "this folder" : folder.string();
}

/// One entry per row, before labels become numbers.
struct Entries {
    std::vector<std::string> paths;  ///< as the list names them; empty when it holds labels alone
    std::vector<std::string> labels;
    std::vector<std::size_t> lines;
};

/// Which of the columns a row marks, as a number; empty without such columns.
std::string marked_class(const formats::CsvRow& row, const std::vector<std::size_t>& columns)
{
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (row.fields[columns[c]].starts_with('1'))
            return std::to_string(c);
    return {};
}

Expected<Entries> entries_of(ListTable table, const ListColumns& columns, const std::string& file)
{
    Entries entries;
    for (std::size_t i = columns.header ? 1 : 0; i < table.rows.size(); ++i) {
        std::vector<std::string>& fields = table.rows[i].fields;
        const std::size_t line = table.rows[i].line;
        if (columns.header && fields.size() > table.rows.front().fields.size())
            return bad_input(file, "line " + std::to_string(line) + " has " + std::to_string(fields.size()) +
                                       " fields, the header names " + std::to_string(table.rows.front().fields.size()));
        if (columns.path && (*columns.path >= fields.size() || fields[*columns.path].empty()))
            return bad_input(file, "line " + std::to_string(line) + " names no image file");
        std::string label = marked_class(table.rows[i], columns.one_hot);
        if (columns.label && *columns.label < fields.size())
            label = std::move(fields[*columns.label]);
        if (columns.first_word)
            label.resize(std::min(label.find(' '), label.size()));
        if (columns.path)
            entries.paths.push_back(std::move(fields[*columns.path]));
        entries.labels.push_back(std::move(label));
        entries.lines.push_back(line);
    }
    return entries;
}

/// Says which images are listed more than once. Error: with different labels.
Expected<Notices> check_repeated(const Entries& entries, const Labels& labels, const std::string& file)
{
    std::unordered_map<std::string, std::size_t> first;
    std::size_t repeated = 0;
    std::size_t example = 0;
    for (std::size_t i = 0; i < entries.paths.size(); ++i) {
        const auto [at, is_new] = first.try_emplace(fs::path(entries.paths[i]).lexically_normal().string(), i);
        if (is_new)
            continue;
        const auto label = labels.at(SampleIndex(i));
        const auto before = labels.at(SampleIndex(at->second));
        if (label && before && *label != *before)
            return bad_input(file, "line " + std::to_string(entries.lines[i]) + " gives " + entries.paths[i] +
                                       " the label '" + entries.labels[i] + "' and line " +
                                       std::to_string(entries.lines[at->second]) + " '" + entries.labels[at->second] +
                                       "': an image has one label");
        example = repeated == 0 ? i : example;
        ++repeated;
    }
    if (repeated == 0)
        return Notices();
    return Notices{{"repeated-images", file + ": " + std::to_string(repeated) +
                                           (repeated == 1 ? " line names an image" : " lines name images") +
                                           " that an earlier line names too, the first is line " +
                                           std::to_string(entries.lines[example]) + " (" + entries.paths[example] +
                                           "); they count as often as they are listed"}};
}

std::vector<std::string> first_of(const std::vector<std::string>& names)
{
    constexpr std::size_t tried = 16;
    return {names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), tried))};
}

/// The images of the folder, in order of their names, that a list of labels alone belongs to.
Expected<void> add_images_of_labels(const ImageFinder& finder, const std::string& file, ImageList& list,
                                    std::size_t labels)
{
    std::size_t found = 0;
    for (const fs::path& folder : finder.folders()) {
        const Expected<Listing> listing = list_directory(folder);
        if (!listing)
            continue;
        std::vector<std::string> images = listing->files;
        std::erase_if(images,
                      [](const std::string& name) { return !formats::is_image_extension(lower_extension(name)); });
        if (images.size() == labels) {
            list.root = folder;
            list.files = std::move(images);
            list.info.remarks.push_back(file + " holds labels alone: they belong to the images of " + folder.string() +
                                        " in order of their names");
            return {};
        }
        found = std::max(found, images.size());
    }
    return bad_input(file, "names no image files, and no folder near it has " + std::to_string(labels) +
                               " images whose labels its lines could be (the most are " + std::to_string(found) +
                               "); --image-root says where they are");
}

Expected<void> add_named_images(ImageFinder& finder, const std::string& file, Entries& entries, ImageList& list,
                                bool must_exist)
{
    const bool settled = finder.settle(first_of(entries.paths));
    if (!settled && must_exist)
        return bad_input(file, "line " + std::to_string(entries.lines.front()) + " names the image " +
                                   entries.paths.front() + ", which does not exist in " + words(finder.folder()) +
                                   (finder.folders().size() > 1 ? " nor in the folders around it" : "") +
                                   "; --image-root says where the images are");
    list.root = finder.folder();
    list.files.reserve(entries.paths.size());
    for (const std::string& name : entries.paths)
        list.files.push_back(finder.find(name));
    if (std::error_code ec; !fs::equivalent(finder.folder() / ".", fs::path(file).parent_path() / ".", ec))
        list.info.remarks.push_back("the images of " + file + " are taken from " + words(finder.folder()));
    if (!finder.rival().empty())
        list.info.notices.push_back({"image-root", file + ": images are taken from " + words(finder.folder()) +
                                                       ", but " + words(finder.rival()) +
                                                       " holds files of the same names; --image-root says which"});
    return {};
}

/// "label.csv: 30 lines, fields between commas, header, files in column 2, labels in column 3".
std::string remark_on(const ListTable& table, const ListColumns& columns, const std::string& file)
{
    std::string text = file + " is read as a list";
    if (const std::string separator = table.separator_name(); !separator.empty())
        text += " separated by " + separator;
    text += columns.header ? ", with a header" : ", without header";
    if (columns.path)
        text += ", files in column " + std::to_string(*columns.path + 1);
    if (!columns.one_hot.empty())
        return text + ", " + std::to_string(columns.one_hot.size()) + " columns that mark the class";
    return text + (columns.label ? ", labels in column " + std::to_string(*columns.label + 1) : ", no labels");
}

/// The validation labels of ImageNet's development kit have an order of their own.
void warn_of_development_kit(const fs::path& path, Info& info)
{
    if (path.filename().string().starts_with("ILSVRC20") && path.stem().string().ends_with("ground_truth"))
        info.notices.push_back(
            {"development-kit", path.string() + " numbers classes from 1 in the development kit's own order, not in "
                                                "that of the synsets, which networks use: --class-map FILE "
                                                "with lines ILSVRC2012_ID,class translates them"});
}

}  // namespace

Expected<DatasetPtr> open_list(const Request& request)
{
    constexpr std::uint64_t max_size = 512 << 20;
    const std::string file = request.path.string();
    Expected<std::vector<std::byte>> bytes = read_file(request.path, max_size);
    if (!bytes)
        return forward(bytes);
    Expected<std::string> text = formats::as_text(*bytes, file);
    if (!text)
        return forward(text);
    Expected<ListTable> table = read_list_table(*text, file);
    if (!table)
        return forward(table);
    drop_comments(*table);
    if (table->rows.empty())
        return bad_input(file, "lists no images");
    ImageFinder finder(request.path, request.options.image_root);
    const auto exists = [&](const std::string& name) {
        ImageFinder trial = finder;
        return trial.settle({name});
    };
    Expected<ListColumns> columns = find_columns(*table, file, exists);
    if (!columns)
        return forward(columns);
    ImageList list;
    const std::string extension = lower_extension(request.path);
    list.info = request.info(extension == ".csv" || extension == ".tsv" ? "CSV manifest" : "image list");
    list.info.notices = columns->notices;
    list.info.image_root = request.options.image_root;
    list.info.remarks.push_back(remark_on(*table, *columns, file));
    Expected<Entries> entries = entries_of(std::move(*table), *columns, file);
    if (!entries)
        return forward(entries);
    if (entries->labels.empty())
        return bad_input(file, "lists no images");
    const bool must_exist = request.options.unreadable != Unreadable::unchecked;
    Expected<void> added = columns->path ? add_named_images(finder, file, *entries, list, must_exist)
                                         : add_images_of_labels(finder, file, list, entries->labels.size());
    if (!added)
        return forward(added);
    Expected<NumberedLabels> labels = number_labels(
        entries->labels, file, [&](std::size_t i) { return "line " + std::to_string(entries->lines[i]); });
    if (!labels)
        return forward(labels);
    const Expected<Notices> repeated = check_repeated(*entries, labels->labels, file);
    if (!repeated)
        return tl::unexpected<Error>(repeated.error());
    add_notices(list.info.notices, *repeated);
    list.labels = std::move(labels->labels);
    list.info.class_names = columns->one_hot.empty() ? std::move(labels->names) : columns->one_hot_names;
    list.lines = std::move(entries->lines);
    warn_of_development_kit(request.path, list.info);
    return make_image_list(std::move(list), request.options);
}

}  // namespace exitscope::dataset
