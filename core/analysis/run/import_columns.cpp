// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/run/import_columns.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/analysis/run/import_numbers.h"
#include "core/base/formats/npy_values.h"
#include "core/base/labels.h"
#include "core/base/split_positions.h"

namespace exitscope::run {
namespace {

bool is_csv(const std::filesystem::path& path)
{
    const std::filesystem::path extension = path.extension();
    return extension == ".csv" || extension == ".tsv" || extension == ".txt";
}

Expected<std::vector<double>> label_values(const std::filesystem::path& path)
{
    constexpr std::array<std::string_view, 6> names = {"labels", "label", "targets", "target", "y", "arr_1"};
    std::vector<double> values;
    if (is_csv(path)) {
        Expected<NumberTable> table = read_numbers(path);
        if (!table)
            return forward(table);
        const auto named = table->find({"label", "labels", "target", "y", "class"});
        if (!named && table->columns > 1)
            return bad_input(path.string(), "has several columns, and none is called label or target");
        for (std::size_t row = 0; row < table->rows(); ++row)
            values.push_back(table->at(row, named.value_or(0)));
        return values;
    }
    Expected<formats::NpyArray> array = formats::open_array(path, names);
    if (!array)
        return forward(array);
    const bool vector = array->shape.size() == 1 || (array->shape.size() == 2 && array->shape[1] == 1);
    if (!vector || array->kind == 'b')
        return bad_input(path.string(), "is " + array->describe() + ", labels are integers of the shape [samples]");
    values.resize(static_cast<std::size_t>(array->shape[0]));
    if (Expected<void> read = formats::read_values(*array, 0, std::span(values)); !read)
        return forward(read);
    return values;
}

/// Differences of cumulative values; error unless they rise.
Expected<std::vector<double>> steps_of(const std::vector<double>& cumulative, std::string_view file,
                                       std::string_view advice)
{
    std::vector<double> steps;
    double before = 0;
    for (std::size_t exit = 0; exit < cumulative.size(); ++exit) {
        if (!(cumulative[exit] > before) || !std::isfinite(cumulative[exit]))
            return bad_input(file, "the cost of exit " + std::to_string(exit + 1) +
                                       " is not above that of the exit before it" + std::string(advice));
        steps.push_back(cumulative[exit] - before);
        before = cumulative[exit];
    }
    return steps;
}

std::vector<double> column(const NumberTable& table, std::size_t index)
{
    std::vector<double> values;
    for (std::size_t row = 0; row < table.rows(); ++row)
        values.push_back(table.at(row, index));
    return values;
}

/// The column of values per stage, or else the differences of the column of cumulative values; empty without both.
Expected<std::vector<double>> stage_values(const NumberTable& table, std::optional<std::size_t> own,
                                           std::optional<std::size_t> cumulative, std::string_view file)
{
    if (cumulative)
        return steps_of(column(table, *cumulative), file, "; costs of the stages alone go into a column called macs");
    return own ? column(table, *own) : std::vector<double>();
}

Expected<void> fill_split(Split& split, std::string name, const std::vector<SampleIndex>& positions, bool test,
                          const std::vector<std::int32_t>& labels, std::vector<Place>& places)
{
    split.name = std::move(name);
    split.samples = positions.size();
    for (const SampleIndex position : positions) {
        places[position.at()] = {test, SampleIndex(split.source_index.size())};
        split.source_index.push_back(position.value);
        split.labels.push_back(labels[position.at()]);
    }
    if (std::all_of(split.labels.begin(), split.labels.end(), [](std::int32_t label) { return label < 0; })) {
        if (!test)
            return bad_input("labels", "the fit split needs labels, and none of its samples has one");
        split.labels.clear();
    }
    return {};
}

Expected<SplitPositions> positions_of(const std::string& source, std::size_t samples, const ImportOptions& options)
{
    if (options.fit_first == 0)
        return split_positions(samples, options.fit_fraction, options.seed, source);
    if (options.fit_first >= samples)
        return fail(ErrorCode::usage, source,
                    "the first " + std::to_string(options.fit_first) + " of " + std::to_string(samples) +
                        " samples leave none to test");
    SplitPositions positions;
    for (std::size_t i = 0; i < samples; ++i)
        (i < options.fit_first ? positions.fit : positions.test).push_back(SampleIndex(i));
    return positions;
}

/// Errors: images in another number or with other labels than the samples; names in another number than the classes.
Expected<void> check_companions(const std::string& source, std::size_t classes, const std::vector<std::int32_t>& labels,
                                const ImportOptions& options)
{
    if (!options.class_names.empty() && options.class_names.size() != classes)
        return bad_input(source, "has " + std::to_string(classes) + " classes, and " +
                                     std::to_string(options.class_names.size()) + " class names were given");
    if (options.images.empty())
        return {};
    if (options.image_count != labels.size())
        return bad_input(options.images, "holds " + std::to_string(options.image_count) + " images, and " + source +
                                             " has " + std::to_string(labels.size()) +
                                             " samples: each sample needs its image, in the same order");
    for (std::size_t i = 0; i < options.image_labels.size(); ++i)
        if (options.image_labels[i] >= 0 && labels[i] >= 0 && options.image_labels[i] != labels[i])
            return bad_input(options.images, "image " + std::to_string(i) + " has the label " +
                                                 std::to_string(options.image_labels[i]) + ", and sample " +
                                                 std::to_string(i) + " of " + source + " the label " +
                                                 std::to_string(labels[i]) +
                                                 ": are these the images of the samples, in the same order?");
    return {};
}

}  // namespace

Expected<std::vector<std::int32_t>> read_labels(const std::filesystem::path& path)
{
    Expected<std::vector<double>> values = label_values(path);
    if (!values)
        return forward(values);
    std::vector<std::int32_t> labels;
    for (std::size_t i = 0; i < values->size(); ++i) {
        const double value = (*values)[i];
        if (!(value >= -1 && value < static_cast<double>(max_classes)) || value != std::floor(value))
            return bad_input(path.string(), "the label of sample " + std::to_string(i) + " is not a class number");
        labels.push_back(static_cast<std::int32_t>(value));
    }
    return labels;
}

Expected<std::vector<StageCost>> read_costs(const std::filesystem::path& path, std::size_t exits)
{
    const std::string file = path.string();
    Expected<NumberTable> table = read_numbers(path);
    if (!table)
        return forward(table);
    if (table->head.empty() && table->rows() == 1 && table->columns == exits) {  // all exits in one line
        table->columns = 1;
    }
    if (table->rows() != exits)
        return bad_input(file, "holds costs of " + std::to_string(table->rows()) + " exits, and there are " +
                                   std::to_string(exits));
    std::optional<std::size_t> cumulative =
        table->find({"cumulative_macs", "cumulative_cost", "cumulative_flops", "cumulative", "cost", "flops"});
    const std::optional<std::size_t> own = table->find({"macs", "stage_macs", "stage_cost", "stage_flops"});
    if (table->head.empty() && table->columns <= 2)
        cumulative = table->columns - 1;
    if (!cumulative && !own)
        return bad_input(file, "has no column called cumulative_macs, cost, macs or stage_cost");
    Expected<std::vector<double>> macs = stage_values(*table, own, cumulative, file);
    if (!macs)
        return forward(macs);
    Expected<std::vector<double>> ms =
        stage_values(*table, table->find({"ms", "stage_ms"}), table->find({"cumulative_ms", "latency_ms"}), file);
    if (!ms)
        return forward(ms);
    const std::optional<std::size_t> parameters = table->find({"params", "parameters"});

    std::vector<StageCost> costs(exits);
    for (std::size_t exit = 0; exit < exits; ++exit) {
        costs[exit].trunk_macs = (*macs)[exit];
        if (parameters)
            costs[exit].trunk_parameters = table->at(exit, *parameters);
        if (!ms->empty()) {
            costs[exit].trunk_ms = {(*ms)[exit]};
            costs[exit].head_ms = {0.0};
        }
        for (const double value :
             {costs[exit].trunk_macs, costs[exit].trunk_parameters, ms->empty() ? 0.0 : (*ms)[exit]})
            if (!std::isfinite(value) || value < 0)
                return bad_input(file, "a cost of exit " + std::to_string(exit + 1) + " is negative or not a number");
    }
    return costs;
}

std::vector<StageCost> equal_costs(std::size_t exits)
{
    StageCost one;
    one.trunk_macs = 1;
    return std::vector<StageCost>(exits, one);
}

Expected<Layout> lay_out(const std::string& source, std::size_t classes, const std::vector<std::int32_t>& labels,
                         const std::vector<StageCost>& costs, const ImportOptions& options)
{
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] >= static_cast<std::int64_t>(classes))
            return bad_input(source, "the label of sample " + std::to_string(i) + " is " + std::to_string(labels[i]) +
                                         ", classes are 0 to " + std::to_string(classes - 1));
    if (Expected<void> fits = check_companions(source, classes, labels, options); !fits)
        return forward(fits);
    Expected<SplitPositions> positions = positions_of(source, labels.size(), options);
    if (!positions)
        return forward(positions);

    Layout layout{std::make_shared<Run>(), std::vector<Place>(labels.size())};
    Run& run = *layout.run;
    run.classes = classes;
    run.class_names = options.class_names;
    run.precisions = {options.precision};
    run.schedule = Schedule::uniform;
    for (std::size_t exit = 0; exit < costs.size(); ++exit)
        run.exit_names.push_back("exit" + std::to_string(exit + 1));
    run.stage_costs = costs;
    run.states = enumerate_states(costs.size(), run.precisions, run.schedule);
    run.link();
    const std::string name = options.name.empty() ? std::filesystem::path(source).stem().string() : options.name;
    for (const auto& [split, part, test] :
         {std::tuple(&run.fit, &positions->fit, false), std::tuple(&run.test, &positions->test, true)}) {
        if (Expected<void> filled = fill_split(*split, test ? "test" : "fit", *part, test, labels, layout.places);
            !filled)
            return fail(filled.error().code, source, filled.error().detail);
        split->dataset = name + (test ? "/test" : "/fit");
        split->dataset_source = options.images;
        split->dataset_hash = options.images_hash;
    }
    run.provenance.model_path = source;
    run.provenance.program_version = EXITSCOPE_VERSION;
    run.provenance.created = utc_text(options.created);
    run.provenance.seed = options.seed;
    run.provenance.threads = options.threads;
    return layout;
}

}  // namespace exitscope::run
