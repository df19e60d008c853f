// SPDX-License-Identifier: GPL-3.0-or-later
// Made by operator_cases.py; the results are those of NumPy, SciPy and PyTorch.
#include <cmath>

#include "tests/core/network/engine/operator_cases.h"

namespace exitscope::tests {

// clang-format off
const std::vector<OperatorCase> cases_of_pairs = {
    {"Less", 16,
     "x = input [2,3,4]\n"
     "b = input [4]\n"
     "y = Less(x, b)\n"
     "> y\n",
     "[2,3,4]",
     {0, 0, 0, 0, 0, 0, 1, 0, 1, 0,
      1, 1, 0, 0, 1, 0, 1, 0, 1, 1,
      0, 0, 0, 0}},
    {"LessOrEqual", 16,
     "x = input [2,3,4]\n"
     "b = input [4]\n"
     "y = LessOrEqual(x, b)\n"
     "> y\n",
     "[2,3,4]",
     {1, 1, 1, 1, 0, 0, 1, 0, 1, 0,
      1, 1, 0, 0, 1, 0, 1, 0, 1, 1,
      0, 0, 0, 0}},
    {"Greater", 16,
     "x = input [2,3,4]\n"
     "b = input [4]\n"
     "y = Greater(x, b)\n"
     "> y\n",
     "[2,3,4]",
     {0, 0, 0, 0, 1, 1, 0, 1, 0, 1,
      0, 0, 1, 1, 0, 1, 0, 1, 0, 0,
      1, 1, 1, 1}},
    {"GreaterOrEqual", 16,
     "x = input [2,3,4]\n"
     "b = input [4]\n"
     "y = GreaterOrEqual(x, b)\n"
     "> y\n",
     "[2,3,4]",
     {1, 1, 1, 1, 1, 1, 0, 1, 0, 1,
      0, 0, 1, 1, 0, 1, 0, 1, 0, 0,
      1, 1, 1, 1}},
    {"Equal", 16,
     "x = input [2,3,4]\n"
     "b = input [4]\n"
     "y = Equal(x, b)\n"
     "> y\n",
     "[2,3,4]",
     {1, 1, 1, 1, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0}},
    {"logic", 13,
     "x = input [2,3,4]\n"
     "b = input [4]\n"
     "p = Less(x, b)\n"
     "z = constant [] {0}\n"
     "q = Greater(x, z)\n"
     "y = And(p, q)\n"
     "u = Or(p, q)\n"
     "v = Xor(p, q)\n"
     "w = Not(p)\n"
     "> y, u, v, w\n",
     "[2,3,4] [2,3,4] [2,3,4] [2,3,4]",
     {0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 1, 0, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 0, 1, 1,
      1, 1, 1, 1, 1, 0, 1, 0, 0, 0,
      1, 0, 1, 1, 1, 1, 1, 1, 0, 1,
      1, 0, 1, 1, 1, 1, 1, 1, 1, 0,
      1, 0, 1, 1, 1, 1, 1, 1, 0, 1,
      0, 1, 0, 0, 1, 1, 0, 1, 0, 1,
      0, 0, 1, 1, 1, 1}},
    {"Where", 13,
     "x = input [2,3,4]\n"
     "b = input [4]\n"
     "p = Less(x, b)\n"
     "y = Where(p, x, b)\n"
     "> y\n",
     "[2,3,4]",
     {0, -1.125, 0.625, -0.5, 0, -1.125, -1, -0.5, -0.375, -1.125,
      0.25, -0.875, 0, -1.125, -1.375, -0.5, -0.75, -1.125, -0.125, -1.25,
      0, -1.125, 0.625, -0.5}},
    {"Mean", 13,
     "x = input [2,3,4]\n"
     "b = input [4]\n"
     "y = Mean(x, b, x)\n"
     "> y\n",
     "[2,3,4]",
     {0, -1.125, 0.625, -0.5, 0.83333331, -0.29166666, -0.45833334, 0.33333334, -0.25, 0.54166669,
      0.375, -0.75, 0.58333331, -0.54166669, -0.70833331, 0.083333336, -0.5, 0.29166666, 0.125, -1,
      0.33333334, -0.79166669, 0.95833331, -0.16666667}},
    {"Mod of floats", 13,
     "x = input [2,3,4]\n"
     "b = input [4]\n"
     "k = Exp(b)\n"
     "y = Mod(x, k) fmod=1\n"
     "> y\n",
     "[2,3,4]",
     {0, -0.1510427, 0.625, -0.5, 0.25, 0.125, -1, 0.14346933, -0.375, 0.076390266,
      0.25, -0.26846933, 0.875, -0.25, -1.375, 0.375, -0.75, 0.0260427, -0.125, -0.036938667,
      0.5, -0.30034757, 1.125, 0}},
    {"PRelu", 13,
     "x = input [2,3,4]\n"
     "s = constant [3,1] {0.5, 2, -1}\n"
     "y = PRelu(x, s)\n"
     "> y\n",
     "[2,3,4]",
     {0, -0.5625, 0.625, -0.25, 1.25, 0.125, -2, 0.75, 0.375, 1.375,
      0.25, 0.875, 0.875, -0.125, -0.6875, 0.375, -1.5, 1, -0.25, -2.5,
      0.5, 0.625, 1.125, 0}},
    {"PRelu a channel, opset 6", 6,
     "x = input [2,3,4]\n"
     "s = constant [3] {0.5, 2, -1}\n"
     "y = PRelu(x, s)\n"
     "> y\n",
     "[2,3,4]",
     {0, -0.5625, 0.625, -0.25, 1.25, 0.125, -2, 0.75, 0.375, 1.375,
      0.25, 0.875, 0.875, -0.125, -0.6875, 0.375, -1.5, 1, -0.25, -2.5,
      0.5, 0.625, 1.125, -0}},
    {"Add with axis, opset 6", 6,
     "x = input [2,3,4]\n"
     "s = constant [3] {1, 2, 3}\n"
     "y = Add(x, s) broadcast=1 axis=1\n"
     "> y\n",
     "[2,3,4]",
     {1, -0.125, 1.625, 0.5, 3.25, 2.125, 1, 2.75, 2.625, 4.375,
      3.25, 2.125, 1.875, 0.75, -0.375, 1.375, 1.25, 3, 1.875, 0.75,
      3.5, 2.375, 4.125, 3}},
    {"Clip with bounds that flow", 13,
     "x = input [2,3]\n"
     "l = input []\n"
     "h = constant [] {0.25}\n"
     "y = Clip(x, l, h)\n"
     "> y\n",
     "[2,3]",
     {0, 0, 0.25, 0, 0.25, 0.125}},
    {"Add of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "y = Add(i, c)\n"
     "> y\n",
     "[2,3]",
     {3, -11, 10, -1, 8, 6}},
    {"Sub of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "y = Sub(i, c)\n"
     "> y\n",
     "[2,3]",
     {-3, -7, 0, -7, 12, -4}},
    {"Mul of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "y = Mul(i, c)\n"
     "> y\n",
     "[2,3]",
     {0, 18, 25, -12, -20, 5}},
    {"Max of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "y = Max(i, c)\n"
     "> y\n",
     "[2,3]",
     {3, -2, 5, 3, 10, 5}},
    {"Min of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "y = Min(i, c)\n"
     "> y\n",
     "[2,3]",
     {0, -9, 5, -4, -2, 1}},
    {"Mod of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "y = Mod(i, c)\n"
     "> y\n",
     "[2,3]",
     {0, -1, 0, 2, 0, 1}},
    {"Div of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "y = Div(i, c)\n"
     "> y\n",
     "[2,3]",
     {0, 4, 1, -1, -5, 0}},
    {"fmod of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "y = Mod(i, c) fmod=1\n"
     "> y\n",
     "[2,3]",
     {0, -1, 0, -1, 0, 1}},
    {"Pow of integers", 15,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "p = ints [3] {2,3,0}\n"
     "y = Pow(i, p)\n"
     "> y\n",
     "[2,3]",
     {0, -729, 1, 16, 1000, 1}},
    {"unary on integers", 14,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "a = Abs(i)\n"
     "b = Neg(i)\n"
     "d = Sign(i)\n"
     "f = Relu(i)\n"
     "> a, b, d, f\n",
     "[2,3] [2,3] [2,3] [2,3]",
     {0, 9, 5, 4, 10, 1, 0, 9, -5, 4,
      -10, -1, 0, -1, 1, -1, 1, 1, 0, 0,
      5, 0, 10, 1}},
    {"unsigned bytes wrap around", 14,
     "x = input [2,3]\n"
     "e = constant [] {80}\n"
     "s = Mul(x, e)\n"
     "a = Abs(s)\n"
     "u = Cast(a) to=2\n"
     "w = Add(u, u)\n"
     "v = Sub(u, w)\n"
     "> v, w\n",
     "[2,3] [2,3]",
     {0, 166, 206, 216, 156, 246, 0, 180, 100, 80,
      200, 20}},
    {"comparisons of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "y = Less(i, c)\n"
     "z = Equal(i, i)\n"
     "> y, z\n",
     "[2,3] [2,3]",
     {1, 1, 0, 1, 0, 1, 1, 1, 1, 1,
      1, 1}},
    {"ReduceMax, Sum, Prod of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "a = ReduceMax(i) axes=[1]\n"
     "b = ReduceProd(i) axes=[0] keepdims=0\n"
     "k = ints [1] {1}\n"
     "d = ReduceSum(i, k)\n"
     "> a, b, d\n",
     "[2,1] [3] [2,1]",
     {5, 10, 0, -90, 5, -4, 7}},
    {"layout of integers", 13,
     "x = input [2,3]\n"
     "e = constant [] {8}\n"
     "s = Mul(x, e)\n"
     "i = Cast(s) to=7\n"
     "c = ints [3] {3,-2,5}\n"
     "t = Transpose(i)\n"
     "j = Concat(i, i) axis=1\n"
     "f = Flatten(i) axis=0\n"
     "p = ints [4] {0,1,0,0}\n"
     "v = ints [] {9}\n"
     "q = Pad(i, p, v)\n"
     "> t, j, f, q\n",
     "[3,2] [2,6] [1,6] [2,4]",
     {0, -4, -9, 10, 5, 1, 0, -9, 5, 0,
      -9, 5, -4, 10, 1, -4, 10, 1, 0, -9,
      5, -4, 10, 1, 9, 0, -9, 5, 9, -4,
      10, 1}},
    {"Cast to half and back", 13,
     "x = input [3]\n"
     "k = constant [] {1.0009}\n"
     "s = Mul(x, k)\n"
     "h = Cast(s) to=10\n"
     "f = Cast(h) to=1\n"
     "> f\n",
     "[3]",
     {0, -1.1259766, 0.62548828}},
};
// clang-format on

}  // namespace exitscope::tests
