// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/query/fields.h"

#include <algorithm>
#include <vector>

namespace exitscope::query {
namespace {

constexpr std::size_t longest_compared = 64;  ///< letters; longer words get no suggestion

constexpr FieldName names[] = {
    {"wrong", Field::right, false, "the answer differs from the label"},
    {"right", Field::right, true, "the answer is the label"},
    {"exit", Field::exit, true, "exit at which it leaves, from 1"},
    {"class", Field::label, true, "true class"},
    {"prediction", Field::prediction, true, "predicted class"},
    {"predicted_error", Field::predicted_error, true, "predicted probability that the answer is wrong"},
    {"cost", Field::cost, true, "relative to the full model"},
    {"precision", Field::precision, true, "of the last stage"},
    {"path", Field::path, true, "precision of every stage"},
    {"confidence", Field::confidence, true, "largest probability"},
    {"entropy", Field::entropy, true, "of the probabilities, in nats"},
    {"margin", Field::margin, true, "largest minus second largest probability"},
    {"true_probability", Field::true_probability, true, "probability of the true class"},
    {"differs", Field::agrees, false, "the full model answers otherwise"},
    {"agrees", Field::agrees, true, "the full model answers the same"},
    {"labelled", Field::labelled, true, "has a label"},
    {"unlabelled", Field::labelled, false, "has no label"},
    {"index", Field::index, true, "position in the test split"},
    {"sample", Field::sample, true, "position in the data set"},
    {"label", Field::label},
    {"predicted", Field::prediction},
    {"error", Field::predicted_error},
    {"correct", Field::right},
};

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Letters to insert, delete or replace (Levenshtein), letter case aside.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

std::span<const FieldName> field_names()
{
    return names;
}

const FieldName* find_field(std::string_view name)
{
    const auto* found = std::find_if(std::begin(names), std::end(names),
                                     [&](const FieldName& known) { return same_word(known.name, name); });
    return found == std::end(names) ? nullptr : found;
}

FieldKind kind_of(Field field)
{
    switch (field) {
    case Field::label:
    case Field::prediction: return FieldKind::class_name;
    case Field::precision: return FieldKind::precision;
    case Field::path: return FieldKind::path;
    case Field::right:
    case Field::agrees:
    case Field::labelled: return FieldKind::flag;
    default: return FieldKind::number;
    }
}

bool same_word(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known)
{
    std::optional<std::string_view> best;
    if (word.size() > longest_compared)
        return best;
    std::size_t least = std::min<std::size_t>(3, 1 + word.size() / 2);  // most of a short word must be right
    for (const std::string_view candidate : known) {
        if (candidate.size() > longest_compared)
            continue;
        if (const std::size_t d = distance(word, candidate); d < least) {
            least = d;
            best = candidate;
        }
    }
    return best;
}

}  // namespace exitscope::query
