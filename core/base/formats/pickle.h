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

/// Content of a Python pickle of protocol 2 to 5, as far as data sets need it: dicts, lists, tuples, strings, integers
/// and NumPy arrays. No function is ever looked up or run: those with which NumPy writes its arrays are recognised by
/// name, any other is an error. Strings and arrays stay in the file until they are asked for.
class Pickle {
public:
    using Ref = std::uint32_t;  ///< position in `values`

    /// str or bytes, not distinguished, as in Python 2.
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
        bool built = false;  ///< false until its state (shape, type, data) has been read
    };
    enum class Function : std::uint8_t { reconstruct, from_buffer, ndarray, dtype, encode };
    /// std::monostate: None and numbers that are not integers.
    using Value =
        std::variant<std::monostate, std::int64_t, Text, List, Tuple, Dict, Dtype, std::unique_ptr<Array>, Function>;

    std::vector<Value> values;
    std::vector<BytesPtr> sources;  ///< the file, then strings that were decoded from it
    Ref root = 0;

    [[nodiscard]] const std::string& name() const { return sources.front()->name(); }
    /// The entry `key` of the outermost dict; nullopt when it has no such entry. Errors: the root is not a dict,
    /// unreadable.
    [[nodiscard]] Expected<std::optional<Ref>> find(std::string_view key) const;
    /// Errors: not a string, longer than `longest` bytes, unreadable.
    [[nodiscard]] Expected<std::string> text(Ref ref, std::uint64_t longest) const;
    /// The strings of a list of `count` strings. Errors: not a list of strings, another count.
    [[nodiscard]] Expected<std::vector<std::string>> texts(Ref ref, std::size_t count) const;
    /// The array in C order; one in Fortran order is brought into C order in memory. Errors: not an array, an
    /// unsupported type, data of another size.
    [[nodiscard]] Expected<NpyArray> array(Ref ref) const;
    /// Labels from a list of integers or an array.
    [[nodiscard]] Expected<Labels> labels(Ref ref) const;
};

/// Whether the bytes begin as a pickle of protocol 2 to 5 does.
[[nodiscard]] bool is_pickle(const Bytes& bytes);

/// Errors: truncated, other protocols, functions and operations that Pickle does not know; messages give the offset.
[[nodiscard]] Expected<Pickle> unpickle(BytesPtr bytes);

}  // namespace exitscope::formats
