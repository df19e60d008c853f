// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/formats/bytes.h"
#include "core/base/formats/npy.h"

namespace exitscope::formats {

/// What a Python pickle of protocol 2 to 5 holds, as far as data sets need it: dicts, lists, tuples, strings, integers
/// and NumPy arrays. Nothing is ever looked up or run: the functions with which NumPy writes its arrays are known by
/// their names, any other is an error. Strings and arrays stay in the file until they are asked for.
class Pickle {
public:
    using Ref = std::uint32_t;  ///< position in `values`

    /// str or bytes, which are not told apart: Python 2 did not.
    struct Text {
        std::uint32_t source = 0;  ///< position in `sources`
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };
    struct List {
        std::vector<Ref> items;
    };
    struct Tuple {
        std::vector<Ref> items;
    };
    struct Dict {
        std::vector<std::pair<Ref, Ref>> items;
    };
    struct Dtype {
        std::string name;  ///< "u1"
        char order = '=';
    };
    struct Array {
        Dtype type;
        std::vector<std::uint64_t> shape;
        Text data;
        bool fortran_order = false;
        bool built = false;  ///< false: only announced
    };
    enum class Function : std::uint8_t { reconstruct, from_buffer, ndarray, dtype, encode };
    /// std::monostate: None and numbers that are no integers.
    using Value =
        std::variant<std::monostate, std::int64_t, Text, List, Tuple, Dict, Dtype, std::unique_ptr<Array>, Function>;

    std::vector<Value> values;
    std::vector<BytesPtr> sources;  ///< the file, then strings that were decoded from it
    Ref root = 0;

    [[nodiscard]] const std::string& name() const { return sources.front()->name(); }
    /// The entry of the outermost dict. Errors: it is no dict, unreadable.
    [[nodiscard]] Expected<std::optional<Ref>> find(std::string_view key) const;
    /// Errors: no string, longer than `longest` bytes, unreadable.
    [[nodiscard]] Expected<std::string> text(Ref ref, std::uint64_t longest) const;
    /// The strings of a list. Errors: no such list, another count.
    [[nodiscard]] Expected<std::vector<std::string>> texts(Ref ref, std::size_t count) const;
    /// The array in C order; one of two dimensions in Fortran order is turned round in memory. Errors: no array, types
    /// that are not read, data of another size.
    [[nodiscard]] Expected<NpyArray> array(Ref ref) const;
    /// Labels out of a list of integers or an array.
    [[nodiscard]] Expected<Labels> labels(Ref ref) const;
};

/// Whether the bytes begin as a pickle of protocol 2 to 5 does.
[[nodiscard]] bool is_pickle(const Bytes& bytes);

/// Errors: truncated, other protocols, functions and operations outside of the above; they name the byte.
[[nodiscard]] Expected<Pickle> unpickle(BytesPtr bytes);

}  // namespace exitscope::formats
