// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/predictor_options.h"

namespace exitscope::predict {

std::optional<Method> parse_method(std::string_view text)
{
    if (text == "table")
        return Method::table;
    if (text == "mlp")
        return Method::mlp;
    if (text == "mlp-raw")
        return Method::mlp_raw;
    if (text == "spline")
        return Method::spline;
    return std::nullopt;
}

}  // namespace exitscope::predict
