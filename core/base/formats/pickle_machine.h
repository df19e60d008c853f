// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/formats/pickle.h"

namespace exitscope::formats {

/// The virtual machine of Python's pickletools, restricted to numbers, strings and containers: the file, the stack and
/// the memo. Every byte of the file pushes at most one value, containers hold references to values, and pushed values
/// are counted: memory is bounded by the file and by a limit, whatever the memo repeats. Functions that fail return
/// false (or nullopt) and leave the message in error_.
class PickleMachine {
protected:
    using Ref = Pickle::Ref;
    using Text = Pickle::Text;
    static constexpr std::size_t max_name = 128;  ///< of a module or a function

    explicit PickleMachine(BytesPtr bytes);

    /// Sets the message of a failure; always returns false, for the caller to return.
    bool refuse(const std::string& reason);

    // The file, front to back.

    /// The next `count` bytes, valid until the next call; null on failure.
    const std::byte* take(std::size_t count);

    /// Little-endian, of up to 8 bytes.
    std::optional<std::uint64_t> number(std::size_t bytes);

    /// Up to the end of a line of at most max_name bytes.
    std::optional<std::string> line();

    // The stack.

    bool count_one();
    bool push_ref(Ref ref);
    bool push(Pickle::Value value);

    /// Values above the last mark.
    [[nodiscard]] std::size_t above() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

    /// The last `count` values, the last one last.
    std::optional<std::vector<Ref>> pop(std::size_t count);
    std::optional<std::vector<Ref>> pop_to_mark();

    template <class T>
    T* top()
    {
        T* value = above() == 0 ? nullptr : std::get_if<T>(&made_.values[stack_.back()]);
        if (value == nullptr)
            refuse("an operation is given a value of another kind than it takes");
        return value;
    }

    template <class T>
    const T* value(Ref ref)
    {
        return std::get_if<T>(&made_.values[ref]);
    }

    bool push_tuple(std::optional<std::vector<Ref>> items) { return items && push(Pickle::Tuple{std::move(*items)}); }

    /// A string whose size is in the next `size_bytes` bytes, left where it is.
    bool push_text(std::size_t size_bytes);
    bool push_integer(std::size_t bytes);
    bool push_long();

    // Containers and the memo.

    bool append_items(std::optional<std::vector<Ref>> items);
    bool set_items(std::optional<std::vector<Ref>> items);
    bool put(std::optional<std::uint64_t> key);
    bool get(std::optional<std::uint64_t> key);

    /// End of the pickle: the one value left on the stack is its root.
    bool finish();

    const Bytes& file_;
    std::uint64_t size_;
    std::uint64_t position_ = 0;
    std::uint64_t at_ = 0;  ///< offset of the current operation
    Pickle made_;
    std::vector<Ref> stack_;
    std::vector<std::size_t> marks_;  ///< height of the stack at each open mark
    std::unordered_map<std::uint64_t, Ref> memo_;
    bool stopped_ = false;
    Error error_;

private:
    std::vector<std::byte> window_;  ///< part of the file that is in memory
    std::uint64_t window_start_ = 0;
    std::uint64_t pushed_ = 0;
};

}  // namespace exitscope::formats
