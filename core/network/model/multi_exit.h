// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/base/notice.h"
#include "core/base/output_kind.h"
#include "core/base/precision.h"
#include "core/network/dataset/preprocessing_choice.h"
#include "core/network/model/graph.h"
#include "core/network/model/image_input.h"

namespace exitscope::model {

/// Condition under which an image leaves at an exit, read from the `If` of a file: its confidence (largest probability)
/// exceeds the threshold, or its entropy (nats) falls below it.
struct ExitRule {
    enum class Measure { confidence, entropy };
    Measure measure = Measure::confidence;
    float threshold = 0.0F;
    bool or_equal = false;  ///< also leaves when equal to the threshold

    friend bool operator==(const ExitRule&, const ExitRule&) = default;
};

/// Part of the network between two exits: the trunk's nodes, then the head that turns its features into logits.
/// In the last stage every node belongs to the head. `exit` is always computed by a node of this stage's head and read
/// by no node: where the file's output is also read by later nodes, or is the output of two exits, cut() adds a Reshape
/// that copies it.
struct Stage {
    std::vector<NodeIndex> trunk;     ///< nodes that later stages also need, in topological order
    std::vector<NodeIndex> head;      ///< nodes that only this exit needs, in topological order
    std::vector<ValueIndex> inputs;   ///< values of earlier stages (or the graph input) that this stage reads
    std::vector<ValueIndex> outputs;  ///< values that later stages read: the hand-over (empty for the last stage)
    ValueIndex exit;                  ///< the exit's output, [batch, classes]
    std::string exit_name;
    OutputKind exit_kind = OutputKind::logits;  ///< what the exit's output holds
    bool exit_kind_known = false;               ///< by the graph's end or by choice; else it takes the answers to
                                                ///< images (engine::decide_output_kinds())
    std::optional<ExitRule> rule;               ///< set when the file decides by an `If` whether to go on
    // Multiply-accumulates and parameters per image, not per batch:
    std::int64_t trunk_macs = 0;
    std::int64_t head_macs = 0;
    std::int64_t trunk_parameters = 0;
    std::int64_t head_parameters = 0;
};

/// One output of the file, and what it is taken for.
struct FileOutput {
    std::string name;
    Shape shape;                            ///< for the model's batch size; empty when it was not computed
    std::optional<std::size_t> stack_axis;  ///< a stack: every index k along this axis is the exit "name.k+1"
    std::vector<std::string> exits;         ///< names of the exits that it gives; empty: it is left out
    std::string reason;                     ///< why it is left out, as half a sentence ("holds integers")

    friend bool operator==(const FileOutput&, const FileOutput&) = default;
};

/// A classifier with exits ordered by cumulative cost, specialised for one batch size.
struct MultiExitModel {
    std::filesystem::path path;
    std::string content_hash;             ///< of the file's bytes, and of the files that hold its weights
    std::shared_ptr<const Graph> source;  ///< before specialise(), for with_batch(); null for graphs built in memory
    Graph graph;                          ///< specialise()d for `batch`
    std::int64_t batch = 1;
    bool fixed_batch = false;   ///< its input or a Reshape fixes the batch size
    std::vector<Stage> stages;  ///< stage l ends in exit l
    std::int64_t classes = 0;
    std::vector<std::string> class_names;  ///< from the metadata key `exitscope.classes`; may be empty
    dataset::Preprocessing preprocessing;  ///< see settle_preprocessing(); else the input's size with mean 0, std 1
    bool takes_bytes = false;              ///< its input is of whole numbers, normalised inside the network
    bool preprocessing_known = false;      ///< somebody said how values are made; if false, the user must be asked
    /// What is said about it without the user's options, where somebody says how values are made.
    std::optional<dataset::Preprocessing> stated_preprocessing;
    std::string preprocessing_source;  ///< who said so: "options", "the model's metadata", "the run", a file
    std::string quantized_form;        ///< "QDQ", "QOperator" ... of a quantized file, else empty
    /// The precision of a quantized file's own integers: that of most multiply-accumulates; fp32 when no tensor lies on
    /// a grid that the file states.
    Precision quantized_precision = fp32;
    std::vector<FileOutput> outputs;  ///< of the file, in its order; empty for graphs built in memory
    Notices notices;                  ///< what is doubtful about the file, or was decided while it was opened

    [[nodiscard]] ValueIndex input() const { return graph.inputs.front(); }
    [[nodiscard]] std::size_t exit_count() const { return stages.size(); }
    /// MACs per image that leaves at `exit`, including the heads of all earlier exits, which run on the way.
    [[nodiscard]] std::int64_t cumulative_macs(ExitIndex exit) const;
};

/// Options when a model is opened.
struct OpenOptions {
    std::int64_t batch = 1;                      ///< ignored when the model fixes it
    std::optional<ImageSize> input_size;         ///< needed where the file leaves height and width of its input open
    bool allow_training_mode = false;            ///< see stop_training(); otherwise such a model is refused
    dataset::PreprocessingChoice preprocessing;  ///< over what the model and the files beside it say
    std::string run_preprocessing;   ///< Preprocessing::to_json() of a run made with the model, instead of those files
    std::vector<std::string> exits;  ///< names of the exits; empty: chosen from the file's outputs
    std::optional<OutputKind> outputs;  ///< what all exits hold; nullopt: decided by the graph's end or by images
};

/// Reads, specialises and cuts. Errors: those of read_onnx(), specialise() and choose_exits(); not exactly one
/// image-shaped input; an input without a size; operators in training mode.
[[nodiscard]] Expected<MultiExitModel> open_model(const std::filesystem::path& path, const OpenOptions& options = {});

/// The same from bytes in memory; `path` names them in messages and in the model. Error: weights in other files
/// (read_whole_onnx() puts them inside).
[[nodiscard]] Expected<MultiExitModel> open_model(std::span<const std::byte> bytes, const std::filesystem::path& path,
                                                  const OpenOptions& options);

/// The same model for another batch size: same nodes, values and stages; constants are shared and no file is read.
/// Errors: the model works with one batch size only.
[[nodiscard]] Expected<MultiExitModel> with_batch(const MultiExitModel& model, std::int64_t batch);

/// Preprocesses images by `choice` over what the model says so far. Errors: those of dataset::apply(); mean, standard
/// deviation or another range for an input of whole numbers.
[[nodiscard]] Expected<void> choose_preprocessing(MultiExitModel& model, const dataset::PreprocessingChoice& choice);

/// Cuts a specialised graph (used by open_model and by tests that build graphs in memory).
[[nodiscard]] Expected<MultiExitModel> cut(Graph graph, std::int64_t batch);

}  // namespace exitscope::model
