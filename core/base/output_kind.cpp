// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/output_kind.h"

namespace exitscope {

std::string_view name(OutputKind kind)
{
    switch (kind) {
    case OutputKind::logits: return "logits";
    case OutputKind::probabilities: return "probabilities";
    case OutputKind::scores: return "scores";
    }
    return {};
}

std::optional<OutputKind> parse_output_kind(std::string_view text)
{
    for (const OutputKind kind : {OutputKind::logits, OutputKind::probabilities, OutputKind::scores})
        if (name(kind) == text)
            return kind;
    return std::nullopt;
}

}  // namespace exitscope
