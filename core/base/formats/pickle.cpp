// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/pickle.h"

#include <algorithm>
#include <array>
#include <span>

namespace exitscope::formats {
Expected<std::optional<Pickle::Ref>> Pickle::find(std::string_view key) const
{
    const Dict* dict = std::get_if<Dict>(&values[root]);
    if (dict == nullptr)
        return bad_input(name(), "is a pickle of something else than a dict");
    for (std::size_t i = dict->items.size(); i-- > 0;) {  // of repeated keys the last one counts
        const auto& [ref, value] = dict->items[i];
        const Text* candidate = std::get_if<Text>(&values[ref]);
        if (candidate == nullptr || candidate->size != key.size())
            continue;
        Expected<std::string> found = text(ref, key.size());
        if (!found)
            return forward(found);
        if (*found == key)
            return value;
    }
    return std::nullopt;
}

Expected<std::string> Pickle::text(Ref ref, std::uint64_t longest) const
{
    const Text* stored = std::get_if<Text>(&values[ref]);
    if (stored == nullptr)
        return bad_input(name(), "holds something else where a string is expected");
    if (stored->size > longest)
        return bad_input(name(), "holds a string of " + std::to_string(stored->size) + " bytes, at most " +
                                     std::to_string(longest) + " are expected");
    std::string read(static_cast<std::size_t>(stored->size), '\0');
    const auto bytes = std::as_writable_bytes(std::span(read));
    if (Expected<void> done = sources[stored->source]->read(stored->offset, bytes); !done)
        return forward(done);
    return read;
}

Expected<std::vector<std::string>> Pickle::texts(Ref ref, std::size_t count) const
{
    constexpr std::uint64_t longest = 1024;
    const List* list = std::get_if<List>(&values[ref]);
    if (list == nullptr)
        return bad_input(name(), "holds something else where a list of names is expected");
    if (list->items.size() != count)
        return bad_input(name(),
                         "names " + std::to_string(list->items.size()) + " classes, not " + std::to_string(count));
    std::vector<std::string> strings;
    for (const Ref item : list->items) {
        Expected<std::string> string = text(item, longest);
        if (!string)
            return forward(string);
        strings.push_back(std::move(*string));
    }
    return strings;
}

Expected<NpyArray> Pickle::array(Ref ref) const
{
    const auto* held = std::get_if<std::unique_ptr<Array>>(&values[ref]);
    if (held == nullptr || !(*held)->built)
        return bad_input(name(), "holds something else where an array is expected");
    const Array& stored = **held;
    NpyArray array;
    array.bytes = sources[stored.data.source];
    array.data_offset = stored.data.offset;
    array.shape = stored.shape;
    if (Expected<void> done = parse_npy_type(stored.type.order + stored.type.name, array); !done)
        return forward(done);
    std::uint64_t expected = array.item_bytes;
    for (const std::uint64_t extent : array.shape)
        expected = saturating_product(expected, extent);
    if (expected != stored.data.size)
        return bad_input(name(), "declares " + array.describe() + ", " + std::to_string(expected) +
                                     " bytes, but holds " + std::to_string(stored.data.size));
    if (stored.fortran_order)
        if (Expected<void> done = bring_into_c_order(array); !done)
            return forward(done);
    return array;
}

Expected<Labels> Pickle::labels(Ref ref) const
{
    const List* list = std::get_if<List>(&values[ref]);
    if (list == nullptr) {
        const Expected<NpyArray> numbers = array(ref);
        return numbers ? npy_labels(*numbers)
                       : Expected<Labels>(bad_input(name(), "has labels that are neither a list nor an array"));
    }
    Labels labels;
    labels.reserve(list->items.size());
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const std::string place = "label " + std::to_string(i);
        const std::int64_t* label = std::get_if<std::int64_t>(&values[list->items[i]]);
        if (label == nullptr)
            return bad_input(name(), place + " is not an integer");
        if (Expected<void> done = labels.add(*label, name(), place); !done)
            return forward(done);
    }
    return labels;
}

bool is_pickle(const Bytes& bytes)
{
    constexpr std::byte proto{0x80};
    std::array<std::byte, 2> start{};
    return bytes.size() >= start.size() && bytes.read(0, start) && start[0] == proto && start[1] >= std::byte{2} &&
           start[1] <= std::byte{5};
}

}  // namespace exitscope::formats
