// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/class_match.h"

#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

namespace exitscope::dataset {
namespace {

constexpr std::int32_t several = -2;

/// Lower case, with one blank for any run of blanks, underscores, dashes and slashes.
std::string folded(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const bool gap = c == ' ' || c == '_' || c == '-' || c == '/' || c == '\t';
        if (gap && (result.empty() || result.back() == ' '))
            continue;
        result += gap ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    while (result.ends_with(' '))
        result.pop_back();
    return result;
}

/// Numbers by one kind of name.
class Lookup {
public:
    void add(const std::string& key, std::int32_t number)
    {
        if (key.empty())
            return;
        const auto [entry, fresh] = numbers_.try_emplace(key, number);
        if (!fresh && entry->second != number)
            entry->second = several;
    }
    /// -1: unknown, -2: several.
    [[nodiscard]] std::int32_t find(const std::string& key) const
    {
        const auto found = numbers_.find(key);
        return key.empty() || found == numbers_.end() ? -1 : found->second;
    }

private:
    std::unordered_map<std::string, std::int32_t> numbers_;
};

struct Lookups {
    Lookup texts;
    Lookup ids;
    Lookup words;
    Lookup synonyms;

    explicit Lookups(const ClassList& list)
    {
        for (std::size_t i = 0; i < list.entries.size(); ++i) {
            const ClassEntry& entry = list.entries[i];
            const auto number = static_cast<std::int32_t>(i);
            texts.add(entry.text, number);
            ids.add(entry.id, number);
            words.add(folded(entry.words), number);
            for (const std::string& synonym : entry.synonyms)
                synonyms.add(folded(synonym), number);
        }
    }

    /// The first kind of name that is known decides; -1 when none is, or when it fits several classes.
    [[nodiscard]] std::int32_t find(const ClassEntry& entry) const
    {
        for (const std::int32_t number : {texts.find(entry.text), ids.find(entry.id), words.find(folded(entry.words))})
            if (number != -1)
                return number;
        std::set<std::int32_t> numbers;
        for (const std::string& synonym : entry.synonyms)
            if (const std::int32_t number = synonyms.find(folded(synonym)); number >= 0)
                numbers.insert(number);
        return numbers.size() == 1 ? *numbers.begin() : -1;
    }
};

}  // namespace

bool ClassMatch::keeps_numbers() const
{
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (numbers[i] >= 0 && numbers[i] != static_cast<std::int32_t>(i))
            return false;
    return true;
}

ClassMatch match_classes(const std::vector<ClassEntry>& names, const std::vector<bool>& needed, const ClassList& list)
{
    const Lookups lookups(list);
    ClassMatch match;
    std::map<std::int32_t, std::size_t> uses;
    for (std::size_t i = 0; i < names.size(); ++i) {
        match.numbers.push_back(lookups.find(names[i]));
        if (needed[i])
            ++uses[match.numbers[i]];
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::int32_t& number = match.numbers[i];
        if (number < 0 || (uses.contains(number) && uses.at(number) > (needed[i] ? 1U : 0U)))
            number = -1;
        if (!needed[i])
            continue;
        if (number < 0)
            match.unmatched.push_back(names[i].text);
        else
            ++match.matched;
    }
    return match;
}

}  // namespace exitscope::dataset
