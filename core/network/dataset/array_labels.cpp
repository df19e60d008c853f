// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/array_labels.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "core/base/label_text.h"
#include "core/base/number_text.h"

namespace exitscope::dataset {
namespace {

std::string sample(std::uint64_t index)
{
    return "sample " + std::to_string(index);
}

Expected<ArrayLabels> from_texts(const formats::Array& array)
{
    Expected<std::vector<std::string>> texts = array.texts();
    if (!texts)
        return forward(texts);
    Expected<NumberedLabels> numbered = number_labels(*texts, array.name(), [](std::size_t i) { return sample(i); });
    if (!numbered)
        return forward(numbered);
    ArrayLabels made{std::move(numbered->labels), std::move(numbered->names), 0};
    made.class_count = std::max(made.labels.class_count(), made.class_names.size());
    return made;
}

Expected<void> add_number(double value, const formats::Array& array, std::uint64_t index, Labels& labels)
{
    if (!(value == std::floor(value)))  // also for NaN
        return bad_input(array.name(), sample(index) + " has label " + shortest_text(value) +
                                           ", which is not a class: labels are whole numbers");
    return labels.add(static_cast<std::int64_t>(std::clamp(value, -0x1p62, 0x1p62)), array.name(), sample(index));
}

/// The place of the only 1 among zeros.
std::optional<std::size_t> hot(std::span<const double> row)
{
    const auto one = std::find(row.begin(), row.end(), 1.0);
    const auto zeros = std::count(row.begin(), row.end(), 0.0);
    if (one == row.end() || static_cast<std::size_t>(zeros) + 1 != row.size())
        return std::nullopt;
    return static_cast<std::size_t>(one - row.begin());
}

/// Rows of `width` numbers: labels when it is 1, else one-hot.
Expected<ArrayLabels> from_numbers(const formats::Array& array, std::uint64_t samples, std::size_t width)
{
    constexpr std::size_t block_values = std::size_t{1} << 20;
    ArrayLabels made;
    made.labels.reserve(static_cast<std::size_t>(samples));
    made.class_count = width > 1 ? width : 0;
    const bool one_row = array.rows() != samples;  // [1,N]
    const std::size_t step =
        one_row ? static_cast<std::size_t>(samples) : std::max(block_values / width, std::size_t{1});
    std::vector<double> block;
    for (std::uint64_t at = 0; at < samples; at += step) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(step, samples - at));
        block.resize(count * width);
        if (Expected<void> done = array.read(one_row ? 0 : at, std::span(block)); !done)
            return forward(done);
        for (std::size_t i = 0; i < count; ++i) {
            double value = block[i];
            if (width > 1) {
                const std::optional<std::size_t> place = hot(std::span<const double>(block).subspan(i * width, width));
                if (!place)
                    return bad_input(array.name(),
                                     "is " + array.describe() + ", but " + sample(at + i) +
                                         " is no one-hot row (a 1 among zeros): save class numbers, as in "
                                         "numpy.argmax(y, 1)");
                value = static_cast<double>(*place);
            }
            if (Expected<void> done = add_number(value, array, at + i, made.labels); !done)
                return forward(done);
        }
    }
    made.class_count = std::max(made.class_count, made.labels.class_count());
    return made;
}

}  // namespace

Expected<ArrayLabels> read_array_labels(const formats::Array& array, std::uint64_t samples, const std::string& images)
{
    const formats::Shape& s = array.shape();
    const bool column = s.size() == 1 || (s.size() == 2 && s[1] == 1);
    const bool row = s.size() == 2 && s[0] == 1 && s[1] == samples && samples > 1;
    const bool table = s.size() == 2 && s[1] >= 2 && s[1] <= max_classes && !row;
    if ((!column && !row && !table) || (array.type().is_text() && s.size() != 1))
        return bad_input(array.name(), "is " + array.describe() +
                                           ", labels are class numbers or names of the shape [N], "
                                           "or one-hot rows");
    const std::uint64_t count = row ? s[1] : s[0];
    if (count != samples)
        return bad_input(array.name(), "holds " + std::to_string(count) + " labels for the " + std::to_string(samples) +
                                           " images of " + images);
    if (array.type().is_text())
        return from_texts(array);
    return from_numbers(array, samples, table ? static_cast<std::size_t>(s[1]) : 1);
}

}  // namespace exitscope::dataset
