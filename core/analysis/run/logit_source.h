// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace exitscope::run {

/// Outputs of every exit for every sample, computed by another program and read block by block; safe from several
/// threads.
class LogitSource {
public:
    virtual ~LogitSource() = default;
    [[nodiscard]] virtual std::size_t exits() const = 0;
    [[nodiscard]] virtual std::size_t samples() const = 0;
    [[nodiscard]] virtual std::size_t classes() const = 0;
    /// Values of one exit for the samples from `first` on, [out.size() / classes, classes]. Error: unreadable.
    [[nodiscard]] virtual Expected<void> read(std::size_t exit, std::size_t first, std::span<float> out) const = 0;
    [[nodiscard]] virtual const std::string& name() const = 0;
    /// Identifies the content (large files by sampled blocks).
    [[nodiscard]] virtual std::string content_hash() const = 0;
};

/// One .npy or .npz file [exits, samples, classes], or one file per exit [samples, classes] in the given order, each
/// .npy, .npz (array `logits`) or .csv. Errors: other shapes; files whose samples or classes differ in number.
[[nodiscard]] Expected<std::unique_ptr<LogitSource>> open_logits(const std::vector<std::filesystem::path>& files);

}  // namespace exitscope::run
