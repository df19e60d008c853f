// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/hash.h"

namespace exitscope::formats {

/// Type of the elements of an array.
struct ElementType {
    char kind = 'u';     ///< 'u' unsigned, 'i' signed, 'f' floating point, 'b' bool, 'S' text in bytes, 'U' in UTF-32
    unsigned bytes = 1;  ///< of one element; of texts the longest

    [[nodiscard]] bool is_text() const { return kind == 'S' || kind == 'U'; }
    [[nodiscard]] bool is_byte() const { return kind == 'u' && bytes == 1; }
};

using Shape = std::vector<std::uint64_t>;

/// "float32 [100,3,32,32]", "text [100]"
[[nodiscard]] std::string describe(ElementType type, const Shape& shape);

/// An array of numbers or texts whose rows (entries of its first axis) are read when they are asked for, wherever they
/// lie: NumPy's files, HDF5. Safe to read from several threads at once.
class Array {
public:
    Array(std::string name, ElementType type, Shape shape)
        : name_(std::move(name)), type_(type), shape_(std::move(shape))
    {
    }
    virtual ~Array() = default;
    Array(const Array&) = delete;
    Array& operator=(const Array&) = delete;

    /// As shown to users: "digits.npz(x)".
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] ElementType type() const { return type_; }
    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] std::string describe() const { return formats::describe(type_, shape_); }
    /// 0 for an array without axes.
    [[nodiscard]] std::uint64_t rows() const { return shape_.empty() ? 0 : shape_[0]; }
    /// Elements in one row; the largest 64-bit value on overflow.
    [[nodiscard]] std::uint64_t row_elements() const;

    /// Fills `out`, a whole number of rows, in C order with the rows from `row` on, which lie inside. Numbers are
    /// converted; to bytes only those of the types uint8 and bool. Errors: unreadable, not numbers.
    [[nodiscard]] virtual Expected<void> read(std::uint64_t row, std::span<std::uint8_t> out) const = 0;
    [[nodiscard]] virtual Expected<void> read(std::uint64_t row, std::span<float> out) const = 0;
    [[nodiscard]] virtual Expected<void> read(std::uint64_t row, std::span<double> out) const = 0;
    /// All texts of an array with one axis, in UTF-8. Errors: unreadable, not texts.
    [[nodiscard]] virtual Expected<std::vector<std::string>> texts() const = 0;
    /// Adds size and content, as add_to_hash() of bytes.h does.
    virtual void add_to_hash(ContentHash& hash) const = 0;

private:
    std::string name_;
    ElementType type_;
    Shape shape_;
};
using ArrayPtr = std::shared_ptr<const Array>;

/// The arrays of one file by name: an .npz archive, an HDF5 file.
class ArrayFile {
public:
    virtual ~ArrayFile() = default;

    [[nodiscard]] virtual const std::string& name() const = 0;
    /// In the file's order; those in groups as "train/images".
    [[nodiscard]] virtual const std::vector<std::string>& arrays() const = 0;
    /// `array` is one of arrays(). Errors: damaged, of a type that is not read.
    [[nodiscard]] virtual Expected<ArrayPtr> open(const std::string& array) const = 0;
    /// Names of the classes that the file states beside its arrays; empty when it does not.
    [[nodiscard]] virtual std::vector<std::string> class_names() const { return {}; }
    /// Whether axes are stored in reverse, as MATLAB does.
    [[nodiscard]] virtual bool reverses_axes() const { return false; }
};
using ArrayFilePtr = std::shared_ptr<const ArrayFile>;

}  // namespace exitscope::formats
