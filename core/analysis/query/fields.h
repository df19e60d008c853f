// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace exitscope::query {

/// Properties of a test sample at an operating point that a query can ask for.
enum class Field {
    index,             ///< position in the split, from 0
    sample,            ///< position in the data set, from 0
    label,             ///< true class
    prediction,        ///< predicted class
    exit,              ///< exit at which the sample leaves, from 1
    precision,         ///< of the last stage run
    path,              ///< name of the state in which the sample ends
    cost,              ///< relative to the full model
    predicted_error,   ///< of the answer given
    confidence,        ///< largest probability
    entropy,           ///< in nats
    margin,            ///< largest minus second largest probability
    true_probability,  ///< of the true class
    right,             ///< the answer is the label; without any labels: the full model's answer
    agrees,            ///< the answer is the full model's
    labelled,          ///< the sample has a label
};

/// What a field is compared with.
enum class FieldKind { number, class_name, precision, path, flag };

/// A word of the language that names a field.
struct FieldName {
    std::string_view name;
    Field field;
    bool value = true;               ///< of a flag: the value that the word asks for ("wrong" is right = false)
    std::string_view description{};  ///< one phrase for lists; empty for a synonym of an earlier entry
};

/// All names; for each field the one with a description comes first.
[[nodiscard]] std::span<const FieldName> field_names();
/// The field with this name, in upper or lower case; null if unknown.
[[nodiscard]] const FieldName* find_field(std::string_view name);
[[nodiscard]] FieldKind kind_of(Field field);

/// Whether two texts are equal but for the case of ASCII letters.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);
/// The known word that `word` probably means (at most two letters differ); nullopt when no word is that close.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace exitscope::query
