// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/analysis/run/logit_source.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/progress.h"

/// Runs from answers that were computed by other programs. They have one precision, hence one state per exit. All parts
/// of the program work on them except those that run the network.
namespace exitscope::run {

struct ImportOptions {
    bool probabilities = false;  ///< the values are probabilities, not logits
    double fit_fraction = 0.5;   ///< share of the samples drawn for the fit split, by split_positions()
    std::size_t fit_first = 0;   ///< if not 0: this many samples, the first ones, are the fit split, the others test
    Precision precision = fp32;  ///< at which the answers were computed; scales costs only
    std::uint64_t probability_bytes = 256ULL << 20;  ///< full probabilities are kept when they fit
    std::string name;                                ///< of the data set, as shown to users
    std::string images;                              ///< argument of dataset::open() for the images; may be empty
    std::string images_hash;                         ///< their content hash
    std::size_t image_count = 0;                     ///< when there are images
    std::vector<std::int32_t> image_labels;          ///< [image_count], -1 = none; empty when the images have none
    std::vector<std::string> class_names;            ///< [classes], or empty: not known
    std::uint64_t seed = 1;
    unsigned threads = 1;  ///< 0 = one per core; results do not depend on it
    std::chrono::system_clock::time_point created = std::chrono::system_clock::now();
};

/// Labels of all samples: integers of a .npy or .npz file, or a CSV file with one number per line (in the column called
/// label or target, or in the only one); -1 = no label. Errors: another form; no label at all.
[[nodiscard]] Expected<std::vector<std::int32_t>> read_labels(const std::filesystem::path& path);

/// Costs of `exits` exits from a CSV file, one line per exit. Columns by name: `cumulative_macs`, `cumulative_cost`,
/// `cost` or `flops` up to and with the exit, or `macs` or `stage_cost` of the stage alone; optional `params` of the
/// stage, and measured `cumulative_ms` up to the exit or `ms` of the stage. Without a head line the last of at most two
/// columns is the cumulative cost. Errors: another form; costs that do not rise.
[[nodiscard]] Expected<std::vector<StageCost>> read_costs(const std::filesystem::path& path, std::size_t exits);
/// One unit per stage, assumed when costs are not given.
[[nodiscard]] std::vector<StageCost> equal_costs(std::size_t exits);

/// Reads the logits block by block: memory is that of the run's columns and a few blocks per thread. Errors: labels,
/// costs, images or class names that do not fit; a value that is not finite; with ImportOptions::probabilities, rows
/// that are not probabilities.
[[nodiscard]] Expected<RunPtr> import_logits(const LogitSource& source, const std::vector<std::int32_t>& labels,
                                             const std::vector<StageCost>& costs, const ImportOptions& options,
                                             Progress& progress);

/// Names of a table's columns; "{}" stands for the exit's number, from 1, or from 0 if the table has such a column.
struct TableColumns {
    std::string target = "target";
    std::string confidence = "conf_branch_{}";
    std::string prediction = "prediction_branch_{}";
};

/// A run from a CSV table with one row per sample: label, and confidence and prediction of every exit. Other columns
/// are ignored. The run has confidences only (Run::confidences_only). `classes` 0 = as many as occur. Empty `costs`:
/// equal_costs(). Errors: columns missing; values that are not a class or not a confidence, with their line.
[[nodiscard]] Expected<RunPtr> import_table(const std::filesystem::path& path, const TableColumns& columns,
                                            std::size_t classes, const std::filesystem::path& costs,
                                            const ImportOptions& options);

}  // namespace exitscope::run
