// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>

#include "core/base/file.h"
#include "core/base/label_text.h"
#include "core/network/dataset/array_labels.h"
#include "core/network/dataset/file_types.h"
#include "core/network/dataset/formats.h"
#include "core/network/dataset/list_columns.h"
#include "core/network/dataset/list_table.h"
#include "core/network/dataset/numbering.h"
#include "core/network/dataset/relabelled.h"

namespace exitscope::dataset {
namespace {

Expected<NumberedLabels> labels_in_text(const std::string& path)
{
    Expected<std::vector<std::byte>> bytes = read_file(path, 512 << 20);
    if (!bytes)
        return forward(bytes);
    Expected<std::string> text = formats::as_text(*bytes, path);
    if (!text)
        return forward(text);
    Expected<ListTable> table = read_list_table(*text, path);
    if (!table)
        return forward(table);
    if (table->rows.empty())
        return bad_input(path, "holds no labels");
    Expected<ListColumns> columns = find_columns(*table, path, [](const std::string&) { return false; });
    if (!columns)
        return forward(columns);
    if (!columns->label)
        return bad_input(path, "has no column called label");
    std::vector<std::string> texts;
    std::vector<std::size_t> lines;
    for (std::size_t i = columns->header ? 1 : 0; i < table->rows.size(); ++i) {
        const std::vector<std::string>& fields = table->rows[i].fields;
        texts.push_back(*columns->label < fields.size() ? fields[*columns->label] : std::string());
        lines.push_back(table->rows[i].line);
    }
    return number_labels(texts, path, [&](std::size_t i) { return "line " + std::to_string(lines[i]); });
}

Expected<NumberedLabels> labels_in_array(const std::string& path, std::size_t images, const std::string& source)
{
    Expected<ArrayLabels> read = read_label_array(path, images, source);
    if (!read)
        return forward(read);
    return NumberedLabels{std::move(read->labels), std::move(read->class_names)};
}

}  // namespace

Expected<DatasetPtr> with_labels_of(DatasetPtr data, const std::string& path)
{
    const std::size_t images = data->size() + data->info().skipped.size();
    const bool text = is_named_as(list_files(), path);
    Expected<NumberedLabels> read = text ? labels_in_text(path) : labels_in_array(path, images, data->info().source);
    if (!read)
        return forward(read);
    if (read->labels.size() != images)
        return bad_input(path, "holds " + std::to_string(read->labels.size()) + " labels for the " +
                                   std::to_string(images) + " images of " + data->info().source);
    Labels labels;
    labels.reserve(data->size());
    for (std::size_t i = 0; i < data->size(); ++i) {
        const std::optional<ClassIndex> label = read->labels.at(data->source_position(SampleIndex(i)));
        if (!label || !labels.add(label->value, path, "a sample"))
            labels.add_none();
    }
    Info info = data->info();
    info.labelled = true;
    info.labels_file = path;
    info.class_names = std::move(read->names);
    info.class_count = std::max(labels.class_count(), info.class_names.size());
    info.remarks.push_back("labels come from " + path);
    return relabelled(std::move(data), std::move(info), std::move(labels));
}

}  // namespace exitscope::dataset
