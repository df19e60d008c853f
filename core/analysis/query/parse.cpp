// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <optional>

#include "core/analysis/query/query.h"

namespace exitscope::query {
namespace {

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_word(char c)
{
    constexpr std::string_view others = "()\"=<>!:,";
    return !is_space(c) && others.find(c) == std::string_view::npos;
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Expected<std::vector<Step>> run()
    {
        skip_space();
        if (at_end())
            return error(at_, "there is nothing to search for");
        if (Expected<void> read = disjunction(0); !read)
            return forward(read);
        if (!at_end())
            return error(at_, peek() == ')' ? "this \")\" has no matching \"(\""
                                            : "\"" + glimpse() + "\" is not expected here");
        return std::move(steps_);
    }

private:
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek() const { return text_[at_]; }
    void skip_space()
    {
        while (!at_end() && is_space(peek()))
            ++at_;
    }
    [[nodiscard]] tl::unexpected<Error> error(std::size_t position, std::string detail) const
    {
        return fail(ErrorCode::usage, place(text_, position), std::move(detail));
    }
    /// The next word or sign, for messages.
    [[nodiscard]] std::string glimpse() const
    {
        const std::string_view word = word_at(at_);
        return std::string(word.empty() ? text_.substr(at_, 1) : word);
    }
    [[nodiscard]] std::string_view word_at(std::size_t begin) const
    {
        std::size_t end = begin;
        while (end < text_.size() && is_word(text_[end]))
            ++end;
        return text_.substr(begin, end - begin);
    }
    bool take_keyword(std::string_view keyword)
    {
        const std::string_view word = at_end() ? std::string_view() : word_at(at_);
        if (!same_word(word, keyword))
            return false;
        at_ += word.size();
        skip_space();
        return true;
    }
    /// Whether the current `all` ends here: at the end of the text, at ")" or at "or".
    [[nodiscard]] bool part_ends() const { return at_end() || peek() == ')' || same_word(word_at(at_), "or"); }

    Expected<void> disjunction(std::size_t depth)
    {
        if (Expected<void> read = conjunction(depth); !read)
            return read;
        while (take_keyword("or")) {
            if (Expected<void> read = conjunction(depth); !read)
                return read;
            steps_.push_back({Step::Kind::disjunction});
        }
        return {};
    }

    Expected<void> conjunction(std::size_t depth)
    {
        bool first = true;
        do {
            if (!first)
                take_keyword("and");
            if (Expected<void> read = one(depth); !read)
                return read;
            if (!first)
                steps_.push_back({Step::Kind::conjunction});
            first = false;
        } while (!part_ends());
        return {};
    }

    Expected<void> one(std::size_t depth)
    {
        if (depth >= deepest)
            return error(at_, "parentheses and negations are nested more than " + std::to_string(deepest) + " deep");
        if (part_ends())
            return error(at_, "a condition such as exit=2 is missing here");
        if (peek() == '-' || peek() == '!') {
            ++at_;
            return negation(depth);
        }
        if (take_keyword("not"))
            return negation(depth);
        if (peek() != '(')
            return condition();
        const std::size_t opened = at_++;
        skip_space();
        if (Expected<void> read = disjunction(depth + 1); !read)
            return read;
        if (at_end() || peek() != ')')
            return error(opened, "this \"(\" is not closed");
        ++at_;
        skip_space();
        return {};
    }

    Expected<void> negation(std::size_t depth)
    {
        skip_space();
        if (Expected<void> read = one(depth + 1); !read)
            return read;
        steps_.push_back({Step::Kind::negation});
        return {};
    }

    std::optional<Comparison> take_comparison()
    {
        constexpr struct {
            std::string_view sign;
            Comparison comparison;
        } signs[] = {{"!=", Comparison::not_equal}, {"<=", Comparison::less_equal}, {">=", Comparison::greater_equal},
                     {"==", Comparison::equal},     {"=", Comparison::equal},       {":", Comparison::equal},
                     {"<", Comparison::less},       {">", Comparison::greater}};
        for (const auto& [sign, comparison] : signs) {
            if (text_.substr(at_, sign.size()) == sign) {
                at_ += sign.size();
                skip_space();
                return comparison;
            }
        }
        return std::nullopt;
    }

    Expected<void> condition()
    {
        const std::size_t begin = at_;
        const std::string_view word = word_at(at_);
        if (word.empty())
            return error(at_, "\"" + glimpse() + "\" is not expected here");
        at_ += word.size();
        skip_space();
        const FieldName* name = find_field(word);
        if (!name)
            return error(begin, unknown(word));
        Condition condition;
        condition.field = name->field;
        condition.flag = name->value;
        condition.position = begin;
        const bool is_flag = kind_of(name->field) == FieldKind::flag;
        const std::size_t sign = at_;
        const std::optional<Comparison> comparison = take_comparison();
        if (is_flag && comparison)
            return error(sign, "\"" + std::string(name->name) + "\" stands alone, without a value");
        if (!is_flag && !comparison)
            return error(begin, "\"" + std::string(name->name) + "\" needs a comparison, such as " + example(*name));
        if (comparison) {
            condition.comparison = *comparison;
            if (Expected<void> read = values(condition); !read)
                return read;
        }
        if (++conditions_ > most_conditions)
            return error(begin, "there are more than " + std::to_string(most_conditions) + " conditions");
        steps_.push_back({Step::Kind::condition, std::move(condition)});
        return {};
    }

    Expected<void> values(Condition& condition)
    {
        const bool several = condition.comparison == Comparison::equal || condition.comparison == Comparison::not_equal;
        while (true) {
            Expected<Value> read = value();
            if (!read)
                return forward(read);
            condition.values.push_back(std::move(*read));
            if (at_end() || peek() != ',')
                return {};
            if (!several)
                return error(at_, "several values need =, : or !=");
            ++at_;
            skip_space();
        }
    }

    Expected<Value> value()
    {
        if (at_end())
            return error(at_, "a value is missing here");
        Value value{{}, at_, peek() == '"'};
        if (!value.quoted) {
            value.text = word_at(at_);
            if (value.text.empty())
                return error(at_, "a value is missing here");
            at_ += value.text.size();
            skip_space();
            return value;
        }
        for (++at_; !at_end() && peek() != '"'; ++at_) {
            if (peek() == '\\' && at_ + 1 < text_.size())
                ++at_;
            value.text += peek();
        }
        if (at_end())
            return error(value.position, "this quotation mark is not closed");
        ++at_;
        skip_space();
        return value;
    }

    static std::string example(const FieldName& name)
    {
        switch (kind_of(name.field)) {
        case FieldKind::class_name: return std::string(name.name) + ":cat";
        case FieldKind::precision: return std::string(name.name) + "=w8a8";
        case FieldKind::path: return std::string(name.name) + "=w4a4-w8a8";
        default: return std::string(name.name) + (name.field == Field::exit ? "=2" : ">0.2");
        }
    }

    static std::string unknown(std::string_view word)
    {
        std::vector<std::string_view> known;
        for (const FieldName& name : field_names())
            known.push_back(name.name);
        const std::optional<std::string_view> meant = nearest(word, known);
        return "there is no field \"" + std::string(word) + "\"" +
               (meant ? "; did you mean \"" + std::string(*meant) + "\"?"
                      : "; a class is written as class:NAME or prediction:NAME");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t conditions_ = 0;
    std::vector<Step> steps_;
};

}  // namespace

Expected<Query> parse(std::string_view text)
{
    if (text.size() > longest_text)
        return fail(ErrorCode::usage, place(text, longest_text),
                    "the search is longer than " + std::to_string(longest_text) + " bytes");
    Expected<std::vector<Step>> steps = Parser(text).run();
    if (!steps)
        return forward(steps);
    return Query{std::string(text), std::move(*steps)};
}

std::string place(std::string_view text, std::size_t position)
{
    const std::string_view before = text.substr(0, std::min(position, text.size()));
    const auto characters = std::count_if(before.begin(), before.end(),
                                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return "character " + std::to_string(characters + 1);
}

std::string quoted(std::string_view value)
{
    const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), is_word) && value.front() != '#';
    if (plain)
        return std::string(value);
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text + '"';
}

}  // namespace exitscope::query
