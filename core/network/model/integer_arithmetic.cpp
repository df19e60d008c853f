// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/integer_arithmetic.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

namespace exitscope::model {
namespace {

using Integer = std::int64_t;
using Unsigned = std::uint64_t;

Integer wrap(Unsigned value)
{
    return static_cast<Integer>(value);
}
Integer negative(Integer x)
{
    return wrap(0 - static_cast<Unsigned>(x));
}
Integer add(Integer x, Integer y)
{
    return wrap(static_cast<Unsigned>(x) + static_cast<Unsigned>(y));
}
Integer subtract(Integer x, Integer y)
{
    return wrap(static_cast<Unsigned>(x) - static_cast<Unsigned>(y));
}
Integer multiply(Integer x, Integer y)
{
    return wrap(static_cast<Unsigned>(x) * static_cast<Unsigned>(y));
}
Integer divide(Integer x, Integer y)
{
    return y == 0 ? 0 : y == -1 ? negative(x) : x / y;
}
Integer remainder(Integer x, Integer y)  // the sign of the dividend, as C's fmod
{
    return y == 0 || y == -1 ? 0 : x % y;
}
Integer modulo(Integer x, Integer y)  // the sign of the divisor
{
    const Integer rest = remainder(x, y);
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}
Integer power(Integer base, Integer exponent)
{
    if (exponent < 0)
        return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
    Integer result = 1;
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1)
            result = multiply(result, base);
        base = multiply(base, base);
    }
    return result;
}
Integer shift_left(Integer x, Integer by)
{
    return by < 0 || by > 63 ? 0 : wrap(static_cast<Unsigned>(x) << by);
}
Integer shift_right(Integer x, Integer by)
{
    return by < 0 || by > 63 ? 0 : wrap(static_cast<Unsigned>(x) >> by);
}

constexpr std::array<std::pair<std::string_view, IntegerUnary>, 6> unaries = {{
    {"Abs", [](Integer x) { return x < 0 ? negative(x) : x; }},
    {"BitwiseNot", [](Integer x) { return ~x; }},
    {"Neg", negative},
    {"Not", [](Integer x) { return Integer{x == 0}; }},
    {"Relu", [](Integer x) { return std::max<Integer>(x, 0); }},
    {"Sign", [](Integer x) { return Integer{x > 0} - Integer{x < 0}; }},
}};

constexpr std::array<std::pair<std::string_view, IntegerBinary>, 19> binaries = {{
    {"Add", add},
    {"And", [](Integer x, Integer y) { return Integer{x != 0 && y != 0}; }},
    {"BitwiseAnd", [](Integer x, Integer y) { return x & y; }},
    {"BitwiseOr", [](Integer x, Integer y) { return x | y; }},
    {"BitwiseXor", [](Integer x, Integer y) { return x ^ y; }},
    {"Div", divide},
    {"Equal", [](Integer x, Integer y) { return Integer{x == y}; }},
    {"Greater", [](Integer x, Integer y) { return Integer{x > y}; }},
    {"GreaterOrEqual", [](Integer x, Integer y) { return Integer{x >= y}; }},
    {"Less", [](Integer x, Integer y) { return Integer{x < y}; }},
    {"LessOrEqual", [](Integer x, Integer y) { return Integer{x <= y}; }},
    {"Max", [](Integer x, Integer y) { return std::max(x, y); }},
    {"Min", [](Integer x, Integer y) { return std::min(x, y); }},
    {"Mul", multiply},
    {"Or", [](Integer x, Integer y) { return Integer{x != 0 || y != 0}; }},
    {"Pow", power},
    {"Sub", subtract},
    {"Sum", add},
    {"Xor", [](Integer x, Integer y) { return Integer{(x != 0) != (y != 0)}; }},
}};

constexpr std::array<std::pair<std::string_view, FloatComparison>, 5> comparisons = {{
    {"Equal", [](float x, float y) { return x == y; }},
    {"Greater", [](float x, float y) { return x > y; }},
    {"GreaterOrEqual", [](float x, float y) { return x >= y; }},
    {"Less", [](float x, float y) { return x < y; }},
    {"LessOrEqual", [](float x, float y) { return x <= y; }},
}};

template <class Table>
auto look_up(const Table& table, std::string_view op)
{
    const auto found = std::find_if(table.begin(), table.end(), [op](const auto& row) { return row.first == op; });
    return found == table.end() ? nullptr : found->second;
}

}  // namespace

IntegerUnary integer_unary(const Node& node)
{
    return look_up(unaries, node.op);
}

IntegerBinary integer_binary(const Node& node)
{
    if (node.op == "Mod")
        return node.integer("fmod", 0) != 0 ? remainder : modulo;
    if (node.op == "BitShift")
        return node.text("direction", "") == "LEFT" ? shift_left : shift_right;
    return look_up(binaries, node.op);
}

FloatComparison float_comparison(const Node& node)
{
    return look_up(comparisons, node.op);
}

std::int64_t to_integer(float value)
{
    if (value != value)
        return 0;
    if (!(value < 0x1p63F))
        return std::numeric_limits<std::int64_t>::max();
    return value < -0x1p63F ? std::numeric_limits<std::int64_t>::min() : static_cast<std::int64_t>(value);
}

}  // namespace exitscope::model
