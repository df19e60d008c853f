// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/fake_quantizers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <utility>

#include "core/base/number_text.h"
#include "core/network/model/operators.h"

namespace exitscope::model {
namespace {

constexpr std::int64_t most_bits = 16;

Expected<double> single(const std::vector<const Tensor*>& parameters, std::size_t at, std::string_view what)
{
    const Tensor* tensor = at < parameters.size() ? parameters[at] : nullptr;
    if (!tensor || tensor->is_int || tensor->floats.size() != 1 || !std::isfinite(tensor->floats.front()))
        return unsupported({}, "its " + std::string(what) + " is not one constant number");
    return double(tensor->floats.front());
}

Expected<Tensor> scales(const std::vector<const Tensor*>& parameters)
{
    const Tensor* tensor = parameters.empty() ? nullptr : parameters.front();
    if (!tensor || tensor->is_int)
        return unsupported({}, "its scale is not constant");
    for (const float scale : tensor->floats)
        if (!(scale >= 0.0F) || !std::isfinite(scale))
            return bad_input({}, "its scale " + shortest_text(scale) + " is not a positive number");
    return *tensor;
}

Tensor zeros_like(const Tensor& tensor)
{
    Tensor zeros = tensor;
    std::fill(zeros.floats.begin(), zeros.floats.end(), 0.0F);
    return zeros;
}

/// Quant(x, scale, zero point, bits) of QONNX.
Expected<FakeGrid> quant(const Node& node, const std::vector<const Tensor*>& parameters)
{
    Expected<Tensor> scale = scales(parameters);
    if (!scale)
        return forward(scale);
    const Tensor* zero_points = parameters.size() > 1 ? parameters[1] : nullptr;
    const Expected<double> bits = single(parameters, 2, "bit width");
    if (!bits)
        return tl::unexpected<Error>(bits.error());
    if (!zero_points || zero_points->is_int || zero_points->floats.empty() ||
        std::any_of(zero_points->floats.begin(), zero_points->floats.end(),
                    [&](float z) { return z != zero_points->floats.front() || z != std::nearbyint(z); }))
        return unsupported({}, "its zero point is not one constant whole number");
    const std::string rounding = node.text("rounding_mode", "ROUND");
    if (rounding != "ROUND" && rounding != "HALF_EVEN")
        return unsupported({}, "it rounds by " + rounding + ", not to the nearest level");
    if (*bits != std::nearbyint(*bits) || *bits < 1 || *bits > double(most_bits))
        return unsupported({}, "its bit width " + shortest_text(*bits) + " is not a whole number from 1 to 16");
    FakeGrid grid;
    grid.bits = static_cast<std::uint8_t>(*bits);
    const std::int64_t narrow = node.integer("narrow", 0) != 0 ? 1 : 0;
    const std::int64_t zero = std::int64_t(zero_points->floats.front());
    const std::int64_t levels = std::int64_t{1} << grid.bits;
    const bool is_signed = node.integer("signed", 1) != 0;
    grid.low = {(is_signed ? narrow - levels / 2 : 0) - zero};
    grid.high = {(is_signed ? levels / 2 - 1 : levels - 1 - narrow) - zero};
    grid.zero = zeros_like(*scale);
    grid.scale = std::move(*scale);
    return grid;
}

/// FakeQuantize(x, input low, input high, output low, output high) with the attribute `levels`.
Expected<FakeGrid> fake_quantize(const Node& node, const std::vector<const Tensor*>& parameters)
{
    for (std::size_t i = 0; i < 4; ++i)
        if (i >= parameters.size() || !parameters[i] || parameters[i]->is_int || parameters[i]->floats.empty())
            return unsupported({}, "its ranges are not constant");
    const Tensor& low = *parameters[0];
    const Tensor& high = *parameters[1];
    if (low.floats != parameters[2]->floats || high.floats != parameters[3]->floats ||
        low.floats.size() != high.floats.size())
        return unsupported({}, "its ranges before and after rounding differ");
    const std::int64_t last = node.integer("levels", 256) - 1;
    if (last < 1 || last >= std::int64_t{1} << most_bits)
        return bad_input({}, "its number of levels " + std::to_string(last + 1) + " is impossible");
    FakeGrid grid;
    grid.bits = static_cast<std::uint8_t>(std::bit_width(static_cast<std::uint64_t>(last)));
    grid.scale = low;
    grid.zero = zeros_like(low);
    for (std::size_t i = 0; i < low.floats.size(); ++i) {
        const double scale = (double(high.floats[i]) - double(low.floats[i])) / double(last);
        if (!(scale >= 0.0) || !std::isfinite(scale))
            return bad_input({}, "its range from " + shortest_text(low.floats[i]) + " to " +
                                     shortest_text(high.floats[i]) + " is none");
        grid.scale.floats[i] = static_cast<float>(scale);
        const double zero = scale > 0 ? -double(low.floats[i]) / scale : 0.0;
        constexpr double tolerance = 1e-3;  // of a level
        const bool on_grid = std::fabs(zero - std::nearbyint(zero)) < tolerance && std::fabs(zero) < 1e6;
        grid.low.push_back(on_grid ? -static_cast<std::int64_t>(std::nearbyint(zero)) : 0);
        grid.high.push_back(grid.low.back() + last);
        grid.zero.floats[i] = on_grid ? 0.0F : low.floats[i];
    }
    return grid;
}

/// For every element of `shape`, the position of its parameter in a tensor that is broadcast to it.
Expected<std::vector<std::size_t>> positions(const Shape& shape, const Shape& parameter)
{
    const std::optional<Shape> wide = broadcast(shape, parameter);
    if (!wide || *wide != shape)
        return bad_input({}, "its parameters " + to_text(parameter) + " do not fit a tensor " + to_text(shape));
    std::vector<std::size_t> at(static_cast<std::size_t>(element_count(shape)), 0);
    const std::size_t skipped = shape.size() - parameter.size();
    for (std::size_t i = 0; i < at.size(); ++i) {
        auto rest = static_cast<std::int64_t>(i);
        std::int64_t stride = 1;
        std::int64_t position = 0;
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            const std::int64_t index = rest % shape[axis];
            rest /= shape[axis];
            if (axis < skipped)
                continue;
            const std::int64_t extent = parameter[axis - skipped];
            position += (extent == 1 ? 0 : index) * stride;
            stride *= extent;
        }
        at[i] = static_cast<std::size_t>(position);
    }
    return at;
}

/// The only axis of `shape` along which a broadcast parameter differs; nullopt when there are several.
std::optional<std::size_t> only_axis(const Shape& shape, const Shape& parameter)
{
    std::optional<std::size_t> found;
    for (std::size_t a = 0; a < parameter.size(); ++a) {
        if (parameter[a] == 1)
            continue;
        if (found)
            return std::nullopt;
        found = shape.size() - parameter.size() + a;
    }
    return found;
}

}  // namespace

bool FakeGrid::is_simple() const
{
    return !sign_only && scale.floats.size() == 1 && zero.floats.front() == 0.0F && scale.floats.front() > 0.0F &&
           low.front() <= 0 && high.front() >= 0;
}

std::string_view fake_quantizer_form(std::string_view op)
{
    const std::size_t dot = op.rfind('.');
    if (dot == std::string_view::npos)
        return op == "FakeQuantize" ? "FakeQuantize" : "";
    const std::string_view name = op.substr(dot + 1);
    if (name == "FakeQuantize")
        return "FakeQuantize";
    const std::string_view domain = op.substr(0, dot);
    const bool known = domain.find("qonnx") != std::string_view::npos ||
                       domain.find("finn") != std::string_view::npos ||
                       domain.find("brevitas") != std::string_view::npos;
    return known && (name == "Quant" || name == "IntQuant" || name == "BipolarQuant") ? "QONNX" : "";
}

Expected<FakeGrid> fake_grid(const Node& node, const std::vector<const Tensor*>& parameters)
{
    if (node.op.ends_with("FakeQuantize"))
        return fake_quantize(node, parameters);
    if (!node.op.ends_with("BipolarQuant"))
        return quant(node, parameters);
    Expected<Tensor> scale = scales(parameters);
    if (!scale)
        return forward(scale);
    FakeGrid grid;
    grid.bits = 2;
    grid.sign_only = true;
    grid.low = {-1};
    grid.high = {1};
    grid.zero = zeros_like(*scale);
    grid.scale = std::move(*scale);
    return grid;
}

Expected<FakeQuantized> fake_quantized(const Tensor& tensor, const FakeGrid& grid)
{
    const Expected<std::vector<std::size_t>> at = positions(tensor.shape, grid.scale.shape);
    if (!at)
        return tl::unexpected<Error>(at.error());
    if (tensor.is_int)
        return bad_input({}, "it reads integers");
    FakeQuantized made;
    made.reals = tensor;
    for (std::size_t i = 0; i < tensor.floats.size(); ++i) {
        const std::size_t p = (*at)[i];
        const float scale = grid.scale.floats[p];
        const std::size_t range = grid.low.size() == 1 ? 0 : p;
        const float x = tensor.floats[i] - grid.zero.floats[p];
        float& y = made.reals.floats[i];
        if (grid.sign_only)
            y = tensor.floats[i] >= 0.0F ? scale : -scale;
        else if (scale == 0.0F)
            y = grid.zero.floats[p];
        else
            y = std::clamp(std::nearbyint(x / scale), float(grid.low[range]), float(grid.high[range])) * scale +
                grid.zero.floats[p];
    }
    const bool with_zero =
        std::all_of(grid.zero.floats.begin(), grid.zero.floats.end(), [](float zero) { return zero == 0.0F; });
    const std::optional<std::size_t> axis = only_axis(tensor.shape, grid.scale.shape);
    if (with_zero && (axis || grid.scale.floats.size() == 1)) {
        made.stored.scales = grid.scale.floats;
        made.stored.axis = axis.value_or(0);
        made.stored.bits = grid.bits;
    }
    return made;
}

}  // namespace exitscope::model
