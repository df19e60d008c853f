// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/graph_builder.h"

#include <cctype>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>

namespace exitscope::tests {
namespace {

using model::Attribute;
using model::Shape;
using model::Tensor;

/// Reads one statement from left to right.
class Cursor {
public:
    explicit Cursor(std::string_view line) : line_(line) {}

    bool at_end()
    {
        skip_space();
        return position_ == line_.size();
    }
    bool accept(char c)
    {
        skip_space();
        if (position_ == line_.size() || line_[position_] != c)
            return false;
        ++position_;
        return true;
    }
    void expect(char c)
    {
        if (!accept(c))
            fail(std::string("expected '") + c + "'");
    }
    /// Letters, digits and the signs that occur in names and numbers.
    std::string word()
    {
        skip_space();
        const std::size_t begin = position_;
        while (position_ < line_.size() &&
               (std::isalnum(static_cast<unsigned char>(line_[position_])) ||
                std::string_view("_.-+/:").find(line_[position_]) != std::string_view::npos))
            ++position_;
        if (begin == position_)
            fail("expected a name or a number");
        return std::string(line_.substr(begin, position_ - begin));
    }
    std::vector<std::string> list(char open, char close)
    {
        std::vector<std::string> words;
        expect(open);
        if (accept(close))
            return words;
        do
            words.push_back(word());
        while (accept(','));
        expect(close);
        return words;
    }
    std::vector<std::string> names()
    {
        std::vector<std::string> words;
        do
            words.push_back(word());
        while (accept(','));
        return words;
    }
    /// What stands between quotation marks, if anything does.
    std::optional<std::string> quoted()
    {
        if (!accept('\''))
            return std::nullopt;
        const std::size_t end = line_.find('\'', position_);
        if (end == std::string_view::npos)
            fail("expected a closing quotation mark");
        const std::size_t begin = std::exchange(position_, end + 1);
        return std::string(line_.substr(begin, end - begin));
    }
    [[noreturn]] void fail(const std::string& what) const
    {
        throw std::invalid_argument("graph text: " + what + " at column " + std::to_string(position_ + 1) +
                                    " of: " + std::string(line_));
    }

private:
    void skip_space()
    {
        while (position_ < line_.size() && std::isspace(static_cast<unsigned char>(line_[position_])))
            ++position_;
    }
    std::string_view line_;
    std::size_t position_ = 0;
};

template <class T>
bool parse_number(const std::string& word, T& number)
{
    const auto [end, ec] = std::from_chars(word.data(), word.data() + word.size(), number);
    return ec == std::errc() && end == word.data() + word.size();
}

template <class T>
std::vector<T> parse_all(const std::vector<std::string>& words)
{
    std::vector<T> numbers(words.size());
    for (std::size_t i = 0; i < words.size(); ++i)
        if (!parse_number(words[i], numbers[i]))
            throw std::invalid_argument("graph text: '" + words[i] + "' is not a number of the kind expected here");
    return numbers;
}

Shape parse_shape(const std::vector<std::string>& words)
{
    Shape shape(words.size());
    for (std::size_t i = 0; i < words.size(); ++i)
        if (!parse_number(words[i], shape[i]))
            shape[i] = -1;
    return shape;
}

Attribute parse_attribute(Cursor& cursor)
{
    if (cursor.accept('[')) {
        std::vector<std::string> words;
        if (!cursor.accept(']')) {
            words = cursor.names();
            cursor.expect(']');
        }
        for (const std::string& word : words)
            if (word.find('.') != std::string::npos)
                return parse_all<float>(words);
        return parse_all<std::int64_t>(words);
    }
    if (std::optional<std::string> text = cursor.quoted())
        return std::move(*text);
    const std::string word = cursor.word();
    if (std::int64_t integer = 0; parse_number(word, integer))
        return integer;
    if (float number = 0; parse_number(word, number))
        return number;
    return word;
}

}  // namespace

GraphBuilder::GraphBuilder(std::uint64_t seed, std::int64_t opset) : random_(seed)
{
    graph_.name = "built";
    graph_.opset = opset;
}

GraphBuilder& GraphBuilder::add(std::string_view statements)
{
    while (!statements.empty()) {
        const std::size_t end = statements.find('\n');
        statement(statements.substr(0, end));
        statements = end == std::string_view::npos ? std::string_view{} : statements.substr(end + 1);
    }
    return *this;
}

void GraphBuilder::statement(std::string_view line)
{
    Cursor cursor(line.substr(0, line.find('#')));
    if (cursor.at_end())
        return;
    if (cursor.accept('>')) {
        for (const std::string& name : cursor.names())
            output(name);
        if (!cursor.at_end())
            cursor.fail("unexpected text");
        return;
    }
    std::vector<std::string> left = cursor.names();
    cursor.expect('=');
    const std::string what = cursor.word();
    if (what == "input") {
        input(left.front(), parse_shape(cursor.list('[', ']')));
    } else if (what == "random") {
        Shape shape = parse_shape(cursor.list('[', ']'));
        float scale = 1.0F;
        if (!cursor.at_end() && cursor.word() == "scale") {
            cursor.expect('=');
            scale = parse_all<float>({cursor.word()}).front();
        }
        random(left.front(), std::move(shape), scale);
    } else if (what == "constant") {
        Tensor tensor;
        tensor.shape = parse_shape(cursor.list('[', ']'));
        tensor.floats = parse_all<float>(cursor.list('{', '}'));
        constant(left.front(), std::move(tensor));
    } else if (what == "ints") {
        Tensor tensor;
        tensor.is_int = true;
        tensor.shape = parse_shape(cursor.list('[', ']'));
        tensor.ints = parse_all<std::int64_t>(cursor.list('{', '}'));
        constant(left.front(), std::move(tensor));
    } else {
        const std::vector<std::string> inputs = cursor.list('(', ')');
        std::map<std::string, Attribute> attributes;
        while (!cursor.at_end()) {
            std::string key = cursor.word();
            cursor.expect('=');
            attributes[std::move(key)] = parse_attribute(cursor);
        }
        node(what, inputs, left, std::move(attributes));
    }
    if (!cursor.at_end())
        cursor.fail("unexpected text");
}

ValueIndex GraphBuilder::value(std::string name)
{
    const ValueIndex index(graph_.values.size());
    if (!names_.emplace(name, index).second)
        throw std::invalid_argument("graph text: the value '" + name + "' is defined twice");
    graph_.values.emplace_back().name = std::move(name);
    return index;
}

ValueIndex GraphBuilder::find(const std::string& name) const
{
    const auto found = names_.find(name);
    if (found == names_.end())
        throw std::invalid_argument("graph text: there is no value '" + name + "'");
    return found->second;
}

ValueIndex GraphBuilder::input(std::string name, Shape shape)
{
    const ValueIndex index = value(std::move(name));
    graph_.values[index.at()].shape = std::move(shape);
    graph_.inputs.push_back(index);
    return index;
}

ValueIndex GraphBuilder::constant(std::string name, Tensor tensor)
{
    const std::size_t elements = tensor.is_int ? tensor.ints.size() : tensor.floats.size();
    if (static_cast<std::size_t>(model::element_count(tensor.shape)) != elements)
        throw std::invalid_argument("graph text: the constant '" + name + "' has " + std::to_string(elements) +
                                    " values, which is not what its shape says");
    const ValueIndex index = value(std::move(name));
    graph_.values[index.at()].shape = tensor.shape;
    graph_.values[index.at()].is_int = tensor.is_int;
    graph_.values[index.at()].constant = std::make_shared<const Tensor>(std::move(tensor));
    return index;
}

ValueIndex GraphBuilder::random(std::string name, Shape shape, float scale)
{
    Tensor tensor;
    tensor.floats.resize(static_cast<std::size_t>(model::element_count(shape)));
    tensor.shape = std::move(shape);
    for (float& x : tensor.floats)
        x = scale * static_cast<float>(random_.normal());
    return constant(std::move(name), std::move(tensor));
}

std::vector<ValueIndex> GraphBuilder::node(std::string op, const std::vector<std::string>& inputs,
                                           const std::vector<std::string>& outputs,
                                           std::map<std::string, Attribute> attributes)
{
    model::Node node;
    const NodeIndex index(graph_.nodes.size());
    node.name = op + "_" + std::to_string(index.at());
    node.op = std::move(op);
    for (const std::string& name : inputs)
        node.inputs.push_back(name == "_" ? std::nullopt : std::optional(find(name)));
    for (const std::string& name : outputs) {
        node.outputs.push_back(value(name));
        graph_.values[node.outputs.back().at()].producer = index;
    }
    node.attributes = std::move(attributes);
    graph_.nodes.push_back(std::move(node));
    return graph_.nodes.back().outputs;
}

void GraphBuilder::output(const std::string& name)
{
    graph_.outputs.push_back(find(name));
    graph_.output_names.push_back(name);
}

model::Graph build_graph(std::string_view statements, std::uint64_t seed, std::int64_t opset)
{
    return GraphBuilder(seed, opset).add(statements).graph();
}

}  // namespace exitscope::tests
