// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <QString>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/run/run.h"
#include "core/base/index.h"

namespace exitscope::gui {

[[nodiscard]] QString text(std::string_view value);
/// "12,345", with the thousands separator of the window's language whatever the locale; reports and the command line
/// are English.
[[nodiscard]] QString count(std::size_t value);
/// A fraction as "31.4 %"; "-" if it is not finite.
[[nodiscard]] QString percent(double fraction, int decimals = 1);
/// The text with non-breaking spaces before per cent signs, for labels that wrap.
[[nodiscard]] QString unbroken(QString text);
/// "92.8 % [92.3, 93.3]"; "-" without samples.
[[nodiscard]] QString interval(const analyse::Proportion& share);
/// "1.23 G", "45.6 M", "789": three significant digits with the SI prefix.
[[nodiscard]] QString quantity(double value);
/// "3 s", "2 min 10 s".
[[nodiscard]] QString duration(double seconds);
/// "w8a8 x3, w4a4": runs of one precision are shortened.
[[nodiscard]] QString pathText(const run::State& state);
/// The class's name, or its number when the run has no class names.
[[nodiscard]] QString className(const run::Run& run, std::int32_t label);

}  // namespace exitscope::gui
