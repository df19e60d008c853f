// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/analysis/run/check.h"
#include "core/analysis/run/import_columns.h"
#include "core/analysis/run/import_numbers.h"
#include "core/base/file.h"
#include "core/base/formats/csv_rows.h"
#include "core/base/hash.h"
#include "core/base/labels.h"

namespace exitscope::run {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{2} << 30;
constexpr std::size_t most_exits = 1024;

/// Positions of the columns in use.
struct Columns {
    std::size_t target = 0;
    std::vector<std::size_t> confidence;  ///< [exits]
    std::vector<std::size_t> prediction;  ///< [exits]
};

std::string numbered(std::string pattern, std::size_t number)
{
    const std::size_t at = pattern.find("{}");
    return at == std::string::npos ? pattern : pattern.replace(at, 2, std::to_string(number));
}

Expected<Columns> find_columns(const std::vector<std::string>& head, const TableColumns& names, const std::string& file)
{
    const auto find = [&](const std::string& name) -> std::optional<std::size_t> {
        const auto found = std::find(head.begin(), head.end(), name);
        return found == head.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - head.begin()));
    };
    if (names.confidence.find("{}") == std::string::npos || names.prediction.find("{}") == std::string::npos)
        return fail(ErrorCode::usage, file,
                    "the names of confidence and prediction columns need {} for the exit's number");
    Columns columns;
    const std::optional<std::size_t> target = find(names.target);
    if (!target)
        return bad_input(file, "has no column called " + names.target);
    columns.target = *target;
    const std::size_t base = find(numbered(names.confidence, 0)) ? 0 : 1;
    for (std::size_t exit = 0; exit < most_exits; ++exit) {
        const std::string confidence = numbered(names.confidence, base + exit);
        const std::optional<std::size_t> found = find(confidence);
        if (!found)
            break;
        const std::string prediction = numbered(names.prediction, base + exit);
        const std::optional<std::size_t> answer = find(prediction);
        if (!answer)
            return bad_input(file, "has a column " + confidence + ", but none called " + prediction);
        columns.confidence.push_back(*found);
        columns.prediction.push_back(*answer);
    }
    if (columns.confidence.empty())
        return bad_input(file, "has no column called " + numbered(names.confidence, 1));
    return columns;
}

/// Rows of the table by column.
struct Answers {
    std::vector<std::int32_t> labels;
    std::vector<std::vector<float>> confidence;          ///< [exits][samples]
    std::vector<std::vector<std::uint16_t>> prediction;  ///< [exits][samples]
    std::size_t classes = 0;                             ///< as many as occur
};

/// A class number, written 3 or 3.0; -1 where the field is empty and `may_be_empty`.
std::optional<std::int32_t> to_class(const std::string& field, bool may_be_empty)
{
    if (may_be_empty && field.empty())
        return -1;
    const std::optional<double> value = to_number(field);
    const double least = may_be_empty ? -1 : 0;
    if (!value || *value != std::floor(*value) || *value < least || *value >= double(max_classes))
        return std::nullopt;
    return static_cast<std::int32_t>(*value);
}

Expected<void> add_row(const formats::CsvRow& row, const Columns& columns, const std::string& file, Answers& answers)
{
    const auto wrong = [&](std::size_t column, const std::string& what) {
        return bad_input(file, "line " + std::to_string(row.line) + " has '" + row.fields[column].substr(0, 32) +
                                   "' where " + what + " is expected");
    };
    const std::optional<std::int32_t> label = to_class(row.fields[columns.target], true);
    if (!label)
        return wrong(columns.target, "a class number");
    answers.labels.push_back(*label);
    answers.classes = std::max(answers.classes, static_cast<std::size_t>(*label + 1));
    for (std::size_t exit = 0; exit < columns.confidence.size(); ++exit) {
        const std::optional<double> confidence = to_number(row.fields[columns.confidence[exit]]);
        if (!confidence || !(*confidence >= 0 && *confidence <= 1.001))
            return wrong(columns.confidence[exit], "a confidence from 0 to 1");
        const std::optional<std::int32_t> prediction = to_class(row.fields[columns.prediction[exit]], false);
        if (!prediction)
            return wrong(columns.prediction[exit], "a class number");
        answers.confidence[exit].push_back(static_cast<float>(std::min(*confidence, 1.0)));
        answers.prediction[exit].push_back(static_cast<std::uint16_t>(*prediction));
        answers.classes = std::max(answers.classes, static_cast<std::size_t>(*prediction) + 1);
    }
    return {};
}

Expected<Answers> read_rows(formats::CsvReader& reader, const TableColumns& names, const std::string& file)
{
    Expected<std::optional<formats::CsvRow>> head = reader.next(file);
    if (!head)
        return forward(head);
    if (!*head)
        return bad_input(file, "is empty");
    const std::size_t width = (*head)->fields.size();
    Expected<Columns> columns = find_columns((*head)->fields, names, file);
    if (!columns)
        return forward(columns);
    Answers answers;
    answers.confidence.resize(columns->confidence.size());
    answers.prediction.resize(columns->confidence.size());
    while (true) {
        Expected<std::optional<formats::CsvRow>> row = reader.next(file);
        if (!row)
            return forward(row);
        if (!*row)
            return answers;
        if ((*row)->fields.size() != width)
            return bad_input(file, "line " + std::to_string((*row)->line) + " has " +
                                       std::to_string((*row)->fields.size()) + " fields, the head line has " +
                                       std::to_string(width));
        if (Expected<void> added = add_row(**row, *columns, file, answers); !added)
            return forward(added);
    }
}

void fill(Run& run, const std::vector<Place>& places, const Answers& answers)
{
    for (Split* split : {&run.fit, &run.test}) {
        split->prediction.assign(run.states.size(), std::vector<std::uint16_t>(split->samples));
        split->statistics.assign(run.states.size(), std::vector<Statistics>(split->samples));
    }
    for (std::size_t exit = 0; exit < answers.confidence.size(); ++exit) {
        for (std::size_t i = 0; i < places.size(); ++i) {
            Split& split = places[i].test ? run.test : run.fit;
            split.prediction[exit][places[i].position.at()] = answers.prediction[exit][i];
            split.statistics[exit][places[i].position.at()].maximum = answers.confidence[exit][i];
        }
    }
}

}  // namespace

Expected<RunPtr> import_table(const std::filesystem::path& path, const TableColumns& columns, std::size_t classes,
                              const std::filesystem::path& costs, const ImportOptions& options)
{
    const std::string file = path.string();
    Expected<std::vector<std::byte>> bytes = read_file(path, most_bytes);
    if (!bytes)
        return forward(bytes);
    Expected<std::string> text = formats::as_text(*bytes, file);
    if (!text)
        return forward(text);
    formats::CsvReader reader(*text, separator_of(path, *text));
    Expected<Answers> answers = read_rows(reader, columns, file);
    if (!answers)
        return forward(answers);
    const std::size_t exits = answers->confidence.size();
    if (classes > 0 && answers->classes > classes)
        return bad_input(file, "holds class " + std::to_string(answers->classes - 1) + ", classes are 0 to " +
                                   std::to_string(classes - 1));
    Expected<std::vector<StageCost>> stages = costs.empty() ? equal_costs(exits) : read_costs(costs, exits);
    if (!stages)
        return forward(stages);
    Expected<Layout> layout =
        lay_out(file, classes > 0 ? classes : answers->classes, answers->labels, *stages, options);
    if (!layout)
        return forward(layout);
    fill(*layout->run, layout->places, *answers);
    ContentHash hash;
    hash.add(*bytes);
    layout->run->provenance.model_hash = hash.hex();
    if (const std::optional<std::string> problem = inconsistency(*layout->run))
        return bad_input(file, *problem);
    return RunPtr(std::move(layout->run));
}

}  // namespace exitscope::run
