// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/risk/loss_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "core/analysis/run/import_numbers.h"
#include "core/base/formats/npy_values.h"
#include "core/base/number_text.h"

namespace exitscope::risk {
namespace {

constexpr std::uint64_t most_values = std::uint64_t{1} << 30;
/// Rounding of losses stored as 32-bit or 16-bit floats.
constexpr double tolerance = 1e-3;

std::string underscored(std::string_view name)
{
    std::string text(name);
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

Expected<void> check_values(const std::filesystem::path& path, const LossInfo& loss, LossTable& table)
{
    for (std::size_t i = 0; i < table.values.size(); ++i) {
        double& value = table.values[i];
        const bool in_range = value >= loss.least - tolerance && value <= loss.bound + tolerance;
        const bool whole = !loss.zero_one || value == std::round(value);
        if (in_range && whole) {
            value = std::clamp(value, loss.least, loss.bound);
            continue;
        }
        const std::string range = loss.zero_one ? (loss.least < 0 ? "-1, 0 or 1" : "0 or 1")
                                                : "from " + std::to_string(static_cast<int>(loss.least)) + " to " +
                                                      std::to_string(static_cast<int>(loss.bound));
        return bad_input(path.string(), "the loss of knob " + std::to_string(i / table.samples) + " and sample " +
                                            std::to_string(i % table.samples) + " is " + general_text(value, 9) +
                                            ", but losses of the kind " + std::string(loss.name) + " are " + range);
    }
    return {};
}

}  // namespace

Expected<LossTable> read_loss_table(const std::filesystem::path& path, std::span<const std::string_view> names)
{
    if (path.extension() == ".csv" || path.extension() == ".tsv") {
        Expected<run::NumberTable> lines = run::read_numbers(path);
        if (!lines)
            return forward(lines);
        return LossTable{lines->rows(), lines->columns, std::move(lines->values)};
    }
    Expected<formats::NpyArray> array = formats::open_array(path, names);
    if (!array)
        return forward(array);
    const std::vector<std::uint64_t>& shape = array->shape;
    if (shape.size() != 2 || shape[0] == 0 || shape[1] == 0)
        return bad_input(path.string(), "is " + array->describe() + ", losses are [knobs,samples]");
    if (shape[1] > std::numeric_limits<std::uint32_t>::max() || shape[0] > most_values / shape[1])
        return bad_input(path.string(), "is " + array->describe() + ", which is more than can be calibrated at once");
    LossTable table;
    table.knobs = static_cast<std::size_t>(shape[0]);
    table.samples = static_cast<std::size_t>(shape[1]);
    table.values.resize(table.knobs * table.samples);
    if (Expected<void> read = formats::read_values(*array, 0, std::span(table.values)); !read)
        return forward(read);
    return table;
}

Expected<LossTable> read_losses(const std::filesystem::path& path, const LossInfo& loss)
{
    const std::string with_underscores = underscored(loss.name);
    Expected<LossTable> table =
        read_loss_table(path, std::array<std::string_view, 3>{loss.name, with_underscores, "losses"});
    if (!table)
        return table;
    if (Expected<void> sane = check_values(path, loss, *table); !sane)
        return forward(sane);
    return table;
}

Expected<std::vector<std::uint32_t>> read_order(const std::filesystem::path& path)
{
    Expected<formats::NpyArray> array = formats::open_array(path, std::array<std::string_view, 1>{"order"});
    if (!array)
        return forward(array);
    if (array->shape.size() != 1 || array->shape[0] == 0 || array->shape[0] > most_values ||
        (array->kind != 'i' && array->kind != 'u'))
        return bad_input(path.string(), "is " + array->describe() + ", an order is integers [samples]");
    std::vector<double> values(static_cast<std::size_t>(array->shape[0]));
    if (Expected<void> read = formats::read_values(*array, 0, std::span(values)); !read)
        return forward(read);
    std::vector<std::uint32_t> order;
    for (const double value : values) {
        if (value < 0 || value >= static_cast<double>(std::numeric_limits<std::uint32_t>::max()))
            return bad_input(path.string(), "holds a position that is negative or too large");
        order.push_back(static_cast<std::uint32_t>(value));
    }
    return order;
}

}  // namespace exitscope::risk
