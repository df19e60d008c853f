// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/index.h"

namespace exitscope {

/// More classes than this are refused: predictions are stored in 16 bits.
inline constexpr std::size_t max_classes = 65536;

/// Labels of a whole data set, in memory; a sample may have none.
class Labels {
public:
    Labels() = default;

    void reserve(std::size_t samples) { values_.reserve(samples); }
    /// -1 means that the sample has none, as many data sets write it. Error for other negative labels and those not below
    /// max_classes; `file` and `place` ("sample 12", "line 3") name its
    /// origin in the message.
    [[nodiscard]] Expected<void> add(std::int64_t label, std::string_view file, const std::string& place);
    void add_none() { values_.push_back(-1); }

    /// Whether no sample has a label.
    [[nodiscard]] bool empty() const { return class_count_ == 0; }
    [[nodiscard]] std::size_t size() const { return values_.size(); }
    /// nullopt for a sample without a label and past the end.
    [[nodiscard]] std::optional<ClassIndex> at(SampleIndex index) const;
    /// Largest label + 1; 0 without labels.
    [[nodiscard]] std::size_t class_count() const { return class_count_; }
    void add_to_hash(ContentHash& hash) const;

private:
    std::vector<std::int32_t> values_;  ///< -1: none
    std::size_t class_count_ = 0;
};

}  // namespace exitscope
