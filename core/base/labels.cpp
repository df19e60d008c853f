// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/labels.h"

#include <algorithm>
#include <span>

namespace exitscope {

Expected<void> Labels::add(std::int64_t label, std::string_view file, const std::string& place)
{
    if (label == -1) {
        add_none();
        return {};
    }
    if (label < 0 || label >= static_cast<std::int64_t>(max_classes))
        return bad_input(file, place + " has label " + std::to_string(label) + ", labels go from 0 to " +
                                   std::to_string(max_classes - 1));
    values_.push_back(static_cast<std::int32_t>(label));
    class_count_ = std::max(class_count_, static_cast<std::size_t>(label) + 1);
    return {};
}

std::optional<ClassIndex> Labels::at(SampleIndex index) const
{
    if (index.at() >= values_.size() || values_[index.at()] < 0)
        return std::nullopt;
    return ClassIndex(static_cast<std::size_t>(values_[index.at()]));
}

void Labels::add_to_hash(ContentHash& hash) const
{
    hash.add(std::as_bytes(std::span(values_)));
}

}  // namespace exitscope
