// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/pickle_machine.h"

#include <algorithm>
#include <cstring>

namespace exitscope::formats {
namespace {

constexpr std::uint64_t window_bytes = 64 << 10;
constexpr std::uint64_t max_pushed = 1 << 21;
constexpr std::size_t max_entries = 1024;  ///< per dict

}  // namespace

PickleMachine::PickleMachine(BytesPtr bytes) : file_(*bytes), size_(bytes->size())
{
    made_.sources = {std::move(bytes)};
}

bool PickleMachine::refuse(const std::string& reason)
{
    error_ = bad_input(file_.name(), "byte " + std::to_string(at_) + ": " + reason).value();
    return false;
}

const std::byte* PickleMachine::take(std::size_t count)
{
    if (count > size_ - position_) {
        refuse("ends too early, inside the value that begins here");
        return nullptr;
    }
    if (position_ < window_start_ || position_ + count > window_start_ + window_.size()) {
        window_start_ = position_;
        window_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(window_bytes, size_ - position_)));
        if (Expected<void> done = file_.read(position_, window_); !done) {
            error_ = std::move(done.error());
            return nullptr;
        }
    }
    const std::byte* taken = window_.data() + (position_ - window_start_);
    position_ += count;
    return taken;
}

std::optional<std::uint64_t> PickleMachine::number(std::size_t bytes)
{
    const std::byte* taken = take(bytes);
    if (taken == nullptr)
        return std::nullopt;
    std::uint64_t value = 0;
    std::memcpy(&value, taken, bytes);
    return value;
}

std::optional<std::string> PickleMachine::line()
{
    std::string text;
    while (text.size() <= max_name) {
        const std::byte* taken = take(1);
        if (taken == nullptr)
            return std::nullopt;
        if (*taken == std::byte{'\n'})
            return text;
        text += static_cast<char>(*taken);
    }
    refuse("names a function of more than " + std::to_string(max_name) + " bytes");
    return std::nullopt;
}

bool PickleMachine::count_one()
{
    return ++pushed_ <= max_pushed || refuse("holds more than 2,097,152 values");
}

bool PickleMachine::push_ref(Ref ref)
{
    stack_.push_back(ref);
    return count_one();
}

bool PickleMachine::push(Pickle::Value value)
{
    made_.values.push_back(std::move(value));
    return push_ref(static_cast<Ref>(made_.values.size() - 1));
}

std::optional<std::vector<Pickle::Ref>> PickleMachine::pop(std::size_t count)
{
    if (above() < count) {
        refuse("an operation lacks its values");
        return std::nullopt;
    }
    const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Ref> popped(first, stack_.end());
    stack_.erase(first, stack_.end());
    return popped;
}

std::optional<std::vector<Pickle::Ref>> PickleMachine::pop_to_mark()
{
    if (marks_.empty()) {
        refuse("an operation lacks its mark");
        return std::nullopt;
    }
    std::optional<std::vector<Ref>> popped = pop(above());
    marks_.pop_back();
    return popped;
}

bool PickleMachine::push_text(std::size_t size_bytes)
{
    const std::optional<std::uint64_t> size = number(size_bytes);
    if (!size)
        return false;
    if (*size > size_ - position_)
        return refuse("declares " + std::to_string(*size) + " bytes, only " + std::to_string(size_ - position_) +
                      " follow");
    const std::uint64_t offset = position_;
    position_ += *size;
    return push(Text{0, offset, *size});
}

bool PickleMachine::push_integer(std::size_t bytes)
{
    const std::optional<std::uint64_t> value = number(bytes);
    return value && push(bytes == 4 ? static_cast<std::int64_t>(static_cast<std::int32_t>(*value))
                                    : static_cast<std::int64_t>(*value));
}

bool PickleMachine::push_long()
{
    const std::optional<std::uint64_t> bytes = number(1);
    if (!bytes)
        return false;
    if (*bytes > 8)
        return refuse("holds an integer of " + std::to_string(*bytes) + " bytes, at most 8 are read");
    const std::optional<std::uint64_t> value = number(static_cast<std::size_t>(*bytes));
    const auto unused = static_cast<unsigned>(64 - 8 * *bytes);
    return value && push(*bytes == 0 ? 0 : static_cast<std::int64_t>(*value << unused) >> unused);
}

bool PickleMachine::append_items(std::optional<std::vector<Ref>> items)
{
    if (!items)
        return false;
    Pickle::List* list = top<Pickle::List>();
    if (list == nullptr)
        return false;
    list->items.insert(list->items.end(), items->begin(), items->end());
    return true;
}

bool PickleMachine::set_items(std::optional<std::vector<Ref>> items)
{
    if (!items)
        return false;
    Pickle::Dict* dict = top<Pickle::Dict>();
    if (dict == nullptr)
        return false;
    if (items->size() % 2 != 0)
        return refuse("gives a dict a key without a value");
    if (dict->items.size() + items->size() / 2 > max_entries)
        return refuse("holds a dict of more than " + std::to_string(max_entries) + " entries");
    for (std::size_t i = 0; i < items->size(); i += 2)
        dict->items.emplace_back((*items)[i], (*items)[i + 1]);
    return true;
}

bool PickleMachine::put(std::optional<std::uint64_t> key)
{
    if (!key || !count_one())
        return false;
    if (above() == 0)
        return refuse("an operation lacks its values");
    memo_[*key] = stack_.back();
    return true;
}

bool PickleMachine::get(std::optional<std::uint64_t> key)
{
    if (!key)
        return false;
    const auto found = memo_.find(*key);
    return found == memo_.end() ? refuse("recalls value " + std::to_string(*key) + ", which was never kept")
                                : push_ref(found->second);
}

bool PickleMachine::finish()
{
    if (stack_.size() != 1 || !marks_.empty())
        return refuse("the pickle ends with " + std::to_string(stack_.size()) + " values, not with one");
    made_.root = stack_.back();
    stopped_ = true;
    return true;
}

}  // namespace exitscope::formats
