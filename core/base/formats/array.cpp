// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/array.h"

#include "core/base/formats/bytes.h"

namespace exitscope::formats {

std::string describe(ElementType type, const Shape& shape)
{
    std::string text;
    switch (type.kind) {
    case 'b': text = "bool"; break;
    case 'S':
    case 'U': text = "text"; break;
    default: text = (type.kind == 'u' ? "uint" : type.kind == 'i' ? "int" : "float") + std::to_string(8 * type.bytes);
    }
    text += " [";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i ? "," : "") + std::to_string(shape[i]);
    return text + "]";
}

std::uint64_t Array::row_elements() const
{
    std::uint64_t elements = 1;
    for (std::size_t i = 1; i < shape_.size(); ++i)
        elements = saturating_product(elements, shape_[i]);
    return elements;
}

}  // namespace exitscope::formats
