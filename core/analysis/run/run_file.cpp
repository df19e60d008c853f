// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/run/run_file.h"

#include <new>
#include <system_error>
#include <utility>

#include "core/analysis/run/check.h"
#include "core/analysis/run/quantization_file.h"
#include "core/base/file.h"

// The layout is documented in docs/formats.md; change both together and raise `version` when old readers would err.

namespace exitscope::run {
namespace {

constexpr const char* format = "exitscope-run";
constexpr std::uint32_t version = 1;
constexpr std::size_t most_states = 1U << 20;
static_assert(sizeof(Statistics) == 4 * sizeof(float), "statistics are stored as [states, samples, 4]");

// ---- writing

void write_provenance(hdf5::Group group, const Provenance& from)
{
    group.write_text("model_path", from.model_path);
    group.write_text("model_hash", from.model_hash);
    group.write_text("program_version", from.program_version);
    group.write_text("machine", from.machine);
    group.write_text("created", from.created);
    group.write_number<std::uint64_t>("seed", from.seed);
    group.write_number<std::uint32_t>("threads", from.threads);
    group.write_number<std::uint64_t>("calibration_samples", from.calibration_samples);
    group.write_text("calibration_data", from.calibration_data);
    group.write_text("preprocessing", from.preprocessing);
    group.write_text("preprocessing_options", from.preprocessing_options);
    if (!from.notices.empty()) {
        std::vector<std::string> codes;
        std::vector<std::string> texts;
        for (const Notice& notice : from.notices) {
            codes.push_back(notice.code);
            texts.push_back(notice.text);
        }
        group.write_texts("notice_codes", codes);
        group.write_texts("notice_texts", texts);
    }
    group.write_number<double>("seconds", from.seconds);
    group.write_number<double>("images_per_second", from.images_per_second);
}

void write_states(hdf5::Group group, const Run& run)
{
    const std::size_t count = run.states.size();
    const std::size_t exits = run.exit_count();
    std::vector<std::uint32_t> exit;
    std::vector<std::int32_t> parent;
    std::vector<std::uint8_t> path(count * exits * 2, 0);
    std::vector<std::string> names;
    for (std::size_t s = 0; s < count; ++s) {
        const State& state = run.states[s];
        exit.push_back(state.exit.value);
        parent.push_back(state.parent ? static_cast<std::int32_t>(state.parent->value) : -1);
        names.push_back(state.name());
        for (std::size_t l = 0; l < state.path.size(); ++l) {
            path[(s * exits + l) * 2] = state.path[l].weight_bits;
            path[(s * exits + l) * 2 + 1] = state.path[l].activation_bits;
        }
    }
    group.write_vector("exit", exit);
    group.write_vector("parent", parent);
    group.create<std::uint8_t>("path", {count, exits, 2}).write(path.data());
    group.write_texts("name", names);
}

constexpr std::pair<const char*, double StageCost::*> cost_columns[] = {
    {"trunk_macs", &StageCost::trunk_macs},
    {"head_macs", &StageCost::head_macs},
    {"trunk_parameters", &StageCost::trunk_parameters},
    {"head_parameters", &StageCost::head_parameters},
    {"trunk_pinned_macs", &StageCost::trunk_pinned_macs},
    {"head_pinned_macs", &StageCost::head_pinned_macs},
};
constexpr std::pair<const char*, std::vector<double> StageCost::*> time_columns[] = {
    {"trunk_ms", &StageCost::trunk_ms},
    {"head_ms", &StageCost::head_ms},
};

void write_stages(hdf5::Group group, const Run& run)
{
    for (const auto& [name, member] : cost_columns) {
        std::vector<double> column;
        for (const StageCost& cost : run.stage_costs)
            column.push_back(cost.*member);
        group.write_vector(name, column);
    }
    if (run.stage_costs.front().trunk_ms.empty())
        return;
    for (const auto& [name, member] : time_columns) {
        hdf5::Dataset dataset = group.create<double>(name, {run.stage_costs.size(), run.precisions.size()});
        for (std::size_t l = 0; l < run.stage_costs.size(); ++l)
            dataset.write_row(l, (run.stage_costs[l].*member).data());
    }
}

template <class Stored, class Column>
void write_columns(hdf5::Group& group, const char* name, const hdf5::Dimensions& dimensions,
                   const std::vector<std::vector<Column>>& columns)
{
    hdf5::Dataset dataset = group.create<Stored>(name, dimensions);
    for (std::size_t s = 0; s < columns.size(); ++s)
        dataset.write_row(s, columns[s].data());
}

void write_split(hdf5::Group group, const Run& run, const Split& split)
{
    const std::size_t states = run.states.size();
    group.write_text("name", split.name);
    group.write_text("dataset", split.dataset);
    group.write_text("dataset_source", split.dataset_source);
    group.write_text("dataset_hash", split.dataset_hash);
    if (!split.labels_file.empty())
        group.write_text("labels_file", split.labels_file);
    if (!split.image_root.empty())
        group.write_text("image_root", split.image_root);
    if (!split.class_numbers.empty())
        group.write_vector("class_numbers", split.class_numbers);
    if (!split.skipped.empty())
        group.write_texts("skipped", split.skipped);
    group.write_vector("source_index", split.source_index);
    if (split.labelled())
        group.write_vector("labels", split.labels);
    if (!split.true_probability.empty())
        write_columns<float>(group, "true_probability", {states, split.samples}, split.true_probability);
    write_columns<std::uint16_t>(group, "prediction", {states, split.samples}, split.prediction);
    write_columns<float>(group, "statistics", {states, split.samples, 4}, split.statistics);
    if (!split.probabilities.empty())
        write_columns<float>(group, "probabilities", {states, split.samples, run.classes}, split.probabilities);
}

std::vector<std::string> names_of(const std::vector<OutputKind>& kinds)
{
    std::vector<std::string> names;
    for (const OutputKind kind : kinds)
        names.emplace_back(name(kind));
    return names;
}

void write_run(const Run& run, const std::filesystem::path& path)
{
    hdf5::Handle file = hdf5::create_file(path);
    {
        hdf5::Group root = hdf5::root(file);
        root.write_text("format", format);
        root.write_number<std::uint32_t>("format_version", version);
        root.write_number<std::uint32_t>("classes", static_cast<std::uint32_t>(run.classes));
        root.write_text("schedule", std::string(name(run.schedule)));
        if (!run.class_names.empty())
            root.write_texts("class_names", run.class_names);
        root.write_texts("exit_names", run.exit_names);
        if (!run.exit_kinds.empty())
            root.write_texts("exit_kinds", names_of(run.exit_kinds));
        std::vector<std::uint8_t> bits;
        for (const Precision precision : run.precisions) {
            bits.push_back(precision.weight_bits);
            bits.push_back(precision.activation_bits);
        }
        root.create<std::uint8_t>("precisions", {run.precisions.size(), 2}).write(bits.data());
        write_provenance(root.create_group("provenance"), run.provenance);
        write_states(root.create_group("states"), run);
        write_stages(root.create_group("stages"), run);
        if (run.quantization && !run.quantization->precisions.empty())
            write_quantization(root.create_group("quantization"), *run.quantization);
        write_split(root.create_group("fit"), run, run.fit);
        write_split(root.create_group("test"), run, run.test);
    }
    hdf5::close_file(std::move(file));
}

// ---- reading

std::vector<OutputKind> read_exit_kinds(const hdf5::Group& root)
{
    std::vector<OutputKind> kinds;
    if (!root.has("exit_kinds"))
        return kinds;
    for (const std::string& text : root.read_texts("exit_kinds")) {
        const std::optional<OutputKind> kind = parse_output_kind(text);
        if (!kind)
            throw hdf5::Failure{"/exit_kinds: an exit holds \"" + text + "\", which is not known"};
        kinds.push_back(*kind);
    }
    return kinds;
}

Provenance read_provenance(const hdf5::Group& group)
{
    Provenance to;
    to.model_path = group.read_text("model_path");
    to.model_hash = group.read_text("model_hash");
    to.program_version = group.read_text("program_version");
    to.machine = group.read_text("machine");
    to.created = group.read_text("created");
    to.seed = group.read_number<std::uint64_t>("seed");
    to.threads = group.read_number<std::uint32_t>("threads");
    to.calibration_samples = group.read_number<std::uint64_t>("calibration_samples");
    to.calibration_data = group.read_text("calibration_data");
    for (const auto& [name, text] :
         {std::pair("preprocessing", &to.preprocessing), std::pair("preprocessing_options", &to.preprocessing_options)})
        if (group.has_attribute(name))
            *text = group.read_text(name);
    to.seconds = group.read_number<double>("seconds");
    to.images_per_second = group.read_number<double>("images_per_second");
    if (group.has("notice_codes")) {
        const std::vector<std::string> codes = group.read_texts("notice_codes");
        const std::vector<std::string> texts = group.read_texts("notice_texts");
        if (codes.size() != texts.size())
            throw hdf5::Failure{"/provenance: " + std::to_string(codes.size()) + " codes of notices, but " +
                                std::to_string(texts.size()) + " texts"};
        for (std::size_t i = 0; i < codes.size(); ++i)
            to.notices.push_back({codes[i], texts[i]});
    }
    return to;
}

std::vector<State> read_states(const hdf5::Group& group, std::size_t exits)
{
    const std::size_t count = group.rows("exit");
    if (count > most_states)
        throw hdf5::Failure{"/states: too many states, " + std::to_string(count)};
    const auto exit = group.read_vector<std::uint32_t>("exit", count);
    const auto parent = group.read_vector<std::int32_t>("parent", count);
    const hdf5::Dataset paths = group.open<std::uint8_t>("path", {count, exits, 2});
    std::vector<State> states(count);
    std::vector<std::uint8_t> path(exits * 2);
    for (std::size_t s = 0; s < count; ++s) {
        State& state = states[s];
        if (exit[s] >= exits)
            throw hdf5::Failure{"/states/exit: state " + std::to_string(s) + " is at an exit that does not exist"};
        state.exit = ExitIndex(exit[s]);
        if (parent[s] >= 0)
            state.parent = StateIndex(static_cast<std::size_t>(parent[s]));
        paths.read_row(s, path.data());
        for (std::size_t l = 0; l <= exit[s]; ++l)
            state.path.push_back({path[2 * l], path[2 * l + 1]});
    }
    return states;
}

std::vector<StageCost> read_stages(const hdf5::Group& group, std::size_t exits, std::size_t precisions)
{
    std::vector<StageCost> costs(exits);
    for (const auto& [name, member] : cost_columns) {
        const auto column = group.read_vector<double>(name, exits);
        for (std::size_t l = 0; l < exits; ++l)
            costs[l].*member = column[l];
    }
    for (const auto& [name, member] : time_columns) {
        if (!group.has(name))
            continue;
        const hdf5::Dataset dataset = group.open<double>(name, {exits, precisions});
        for (std::size_t l = 0; l < exits; ++l) {
            (costs[l].*member).resize(precisions);
            dataset.read_row(l, (costs[l].*member).data());
        }
    }
    return costs;
}

template <class Stored, class Column>
void read_columns(const hdf5::Group& group, const char* name, const hdf5::Dimensions& dimensions, std::size_t length,
                  std::vector<std::vector<Column>>& columns)
{
    const hdf5::Dataset dataset = group.open<Stored>(name, dimensions);
    columns.resize(dimensions.front());
    for (std::size_t s = 0; s < columns.size(); ++s) {
        columns[s].resize(length);
        dataset.read_row(s, columns[s].data());
    }
}

/// Reads where the samples come from, and their labels.
Split read_samples(const hdf5::Group& group)
{
    Split split;
    split.name = group.read_text("name");
    split.dataset = group.read_text("dataset");
    split.dataset_source = group.read_text("dataset_source");
    split.dataset_hash = group.read_text("dataset_hash");
    if (group.has_attribute("labels_file"))
        split.labels_file = group.read_text("labels_file");
    if (group.has_attribute("image_root"))
        split.image_root = group.read_text("image_root");
    if (group.has("class_numbers"))
        split.class_numbers = group.read_vector<std::int32_t>("class_numbers", group.rows("class_numbers"));
    if (group.has("skipped"))
        split.skipped = group.read_texts("skipped");
    split.samples = group.rows("source_index");
    const std::size_t samples = split.samples;
    split.source_index = group.read_vector<std::uint32_t>("source_index", samples);
    if (group.has("labels"))
        split.labels = group.read_vector<std::int32_t>("labels", samples);
    return split;
}

/// Reads samples, labels and the predictions of every state.
Split read_answers(const hdf5::Group& group, const Run& run)
{
    Split split = read_samples(group);
    read_columns<std::uint16_t>(group, "prediction", {run.states.size(), split.samples}, split.samples,
                                split.prediction);
    return split;
}

/// Reads the first and the last of a split's columns, if there are such.
template <class Stored>
void touch_columns(const hdf5::Group& group, const char* name, const hdf5::Dimensions& dimensions)
{
    if (!group.has(name))
        return;
    const hdf5::Dataset dataset = group.open<Stored>(name, dimensions);
    std::size_t length = 1;
    for (std::size_t axis = 1; axis < dimensions.size(); ++axis)
        length *= static_cast<std::size_t>(dimensions[axis]);
    std::vector<Stored> column(length);
    dataset.read_row(0, column.data());
    dataset.read_row(static_cast<std::size_t>(dimensions.front()) - 1, column.data());
}

/// Reads the columns `statistics`, `true_probability` and `probabilities`.
void read_confidence(const hdf5::Group& group, const Run& run, Split& split)
{
    const std::size_t states = run.states.size();
    const std::size_t samples = split.samples;
    if (group.has("true_probability"))
        read_columns<float>(group, "true_probability", {states, samples}, samples, split.true_probability);
    read_columns<float>(group, "statistics", {states, samples, 4}, samples, split.statistics);
    if (group.has("probabilities"))
        read_columns<float>(group, "probabilities", {states, samples, run.classes}, samples * run.classes,
                            split.probabilities);
}

/// Everything but the splits.
std::shared_ptr<Run> read_head(const hdf5::Group& root)
{
    std::string kind;
    try {
        kind = root.read_text("format");
    } catch (const hdf5::Failure&) {
        kind.clear();  // an HDF5 file of another program
    }
    if (kind != format)
        throw hdf5::Failure{"is an HDF5 file, but not a run of Exitscope"};
    const auto found = root.read_number<std::uint32_t>("format_version");
    if (found != version)
        throw hdf5::Failure{"was written in format version " + std::to_string(found) + ", this program reads version " +
                            std::to_string(version)};

    auto run = std::make_shared<Run>();
    run->classes = root.read_number<std::uint32_t>("classes");
    const std::string schedule = root.read_text("schedule");
    const std::optional<Schedule> parsed = parse_schedule(schedule);
    if (!parsed)
        throw hdf5::Failure{"/@schedule: there is no schedule \"" + schedule + "\""};
    run->schedule = *parsed;
    if (root.has("class_names"))
        run->class_names = root.read_texts("class_names");
    run->exit_names = root.read_texts("exit_names");
    run->exit_kinds = read_exit_kinds(root);
    const std::size_t precisions = root.rows("precisions");
    std::vector<std::uint8_t> bits(2 * precisions);
    root.open<std::uint8_t>("precisions", {precisions, 2}).read(bits.data());
    for (std::size_t p = 0; p < precisions; ++p)
        run->precisions.push_back({bits[2 * p], bits[2 * p + 1]});
    run->provenance = read_provenance(root.open_group("provenance"));
    run->states = read_states(root.open_group("states"), run->exit_count());
    run->stage_costs = read_stages(root.open_group("stages"), run->exit_count(), precisions);
    if (root.has("quantization"))
        run->quantization = std::make_shared<const plan::Quantization>(
            read_quantization(root.open_group("quantization"), run->precisions, run->exit_count()));
    return run;
}

/// Reads what tells whether the file is sound: all but the columns between the first and the last.
void look_through(const std::filesystem::path& path)
{
    const hdf5::Handle file = hdf5::open_file(path);
    const hdf5::Group root = hdf5::root(file);
    const std::shared_ptr<Run> run = read_head(root);
    const std::size_t states = run->states.size();
    for (const char* name : {"fit", "test"}) {
        const hdf5::Group group = root.open_group(name);
        const std::size_t samples = read_samples(group).samples;
        touch_columns<std::uint16_t>(group, "prediction", {states, samples});
        touch_columns<float>(group, "true_probability", {states, samples});
        touch_columns<float>(group, "statistics", {states, samples, 4});
        touch_columns<float>(group, "probabilities", {states, samples, run->classes});
    }
}

std::shared_ptr<Run> read_run(const std::filesystem::path& path, const std::function<void(RunPtr)>& outline)
{
    const hdf5::Handle file = hdf5::open_file(path);
    const hdf5::Group root = hdf5::root(file);
    std::shared_ptr<Run> run = read_head(root);
    run->fit = read_answers(root.open_group("fit"), *run);
    run->test = read_answers(root.open_group("test"), *run);
    if (outline && !inconsistency(*run, Extent::outline)) {
        auto early = std::make_shared<Run>(*run);
        early->link();
        outline(std::move(early));
    }
    read_confidence(root.open_group("fit"), *run, run->fit);
    read_confidence(root.open_group("test"), *run, run->test);
    return run;
}

}  // namespace

Expected<void> save(const Run& run, const std::filesystem::path& path)
{
    if (const std::optional<std::string> problem = inconsistency(run))
        return bad_input(path.string(), "the run is not consistent and was not written: " + *problem);
    return replace_file(path, [&](const std::filesystem::path& temporary) -> Expected<void> {
        const hdf5::Session session;
        try {
            write_run(run, temporary);
        } catch (const hdf5::Failure& failure) {
            return fail(ErrorCode::cannot_write, path.string(), failure.detail);
        }
        return {};
    });
}

Expected<RunPtr> load(const std::filesystem::path& path, const std::function<void(RunPtr)>& outline)
{
    std::error_code ec;
    const std::filesystem::file_status status = std::filesystem::status(path, ec);
    if (status.type() == std::filesystem::file_type::not_found)
        return bad_input(path.string(), "no such file");
    if (status.type() != std::filesystem::file_type::regular)
        return bad_input(path.string(), "is not a regular file");
    if (!hdf5::survives([&] { look_through(path); }))
        return bad_input(path.string(), "is a damaged HDF5 file (the HDF5 library fails on it)");
    std::shared_ptr<Run> run;
    {
        const hdf5::Session session;
        try {
            run = read_run(path, outline);
        } catch (const hdf5::Failure& failure) {
            return bad_input(path.string(), failure.detail);
        } catch (const std::bad_alloc&) {
            return bad_input(path.string(), "needs more memory than there is");
        }
    }
    if (const std::optional<std::string> problem = inconsistency(*run))
        return bad_input(path.string(), *problem);
    run->link();
    return RunPtr(std::move(run));
}

}  // namespace exitscope::run
