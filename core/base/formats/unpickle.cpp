// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/base/formats/pickle_machine.h"
#include "core/base/formats/pickle_ops.h"

namespace exitscope::formats {
namespace {

constexpr std::size_t max_rank = 8;
constexpr std::size_t max_arguments = 16;

std::optional<Pickle::Function> function_named(const std::string& module, const std::string& name)
{
    using Function = Pickle::Function;
    // The private module's name changed with NumPy 2.
    const auto of_core = [&](std::string_view rest) {
        return (module.starts_with("numpy.core.") && module.substr(11) == rest) ||
               (module.starts_with("numpy._core.") && module.substr(12) == rest);
    };
    if (of_core("multiarray") && name == "_reconstruct")
        return Function::reconstruct;
    if (of_core("numeric") && name == "_frombuffer")
        return Function::from_buffer;
    if (module == "numpy" && name == "ndarray")
        return Function::ndarray;
    if (module == "numpy" && name == "dtype")
        return Function::dtype;
    if (module == "_codecs" && name == "encode")
        return Function::encode;
    return std::nullopt;
}

std::string printable(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

/// Replaces UTF-8 of characters up to U+00FF by one byte each; false when the text is anything else.
bool decode_latin1(std::vector<std::byte>& text)
{
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto byte = std::to_integer<unsigned>(text[i]);
        if (byte >= 0x80) {
            if ((byte != 0xc2 && byte != 0xc3) || i + 1 == text.size() ||
                (text[i + 1] & std::byte{0xc0}) != std::byte{0x80})
                return false;
            byte = (byte & 3U) << 6 | (std::to_integer<unsigned>(text[++i]) & 0x3fU);
        }
        text[written++] = static_cast<std::byte>(byte);
    }
    text.resize(written);
    return true;
}

/// The operations, and the functions with which NumPy writes arrays.
class Unpickler : PickleMachine {
public:
    explicit Unpickler(BytesPtr bytes) : PickleMachine(std::move(bytes)) {}

    Expected<Pickle> run()
    {
        while (!stopped_) {
            at_ = position_;
            const std::optional<std::uint64_t> code = number(1);
            if (!code || !step(static_cast<std::uint8_t>(*code)))
                return tl::unexpected<Error>(std::move(error_));
        }
        if (position_ != size_) {
            refuse("the pickle ends here, the file goes on to byte " + std::to_string(size_));
            return tl::unexpected<Error>(std::move(error_));
        }
        return std::move(made_);
    }

private:
    // NumPy.

    bool push_function(const std::string& module, const std::string& name)
    {
        const std::optional<Pickle::Function> function = function_named(module, name);
        return function ? push(*function)
                        : refuse("names " + printable(module + "." + name) +
                                 ", which is not run: only numbers, strings, lists, dicts and NumPy arrays are read");
    }

    bool read_global()
    {
        const std::optional<std::string> module = line();
        const std::optional<std::string> name = module ? line() : std::nullopt;
        return name && push_function(*module, *name);
    }

    bool pop_global()
    {
        const std::optional<std::vector<Ref>> names = pop(2);
        if (!names)
            return false;
        const Expected<std::string> module = made_.text((*names)[0], max_name);
        const Expected<std::string> name = made_.text((*names)[1], max_name);
        return module && name ? push_function(*module, *name)
                              : refuse("names a function by something else than a name");
    }

    bool call()
    {
        const std::optional<std::vector<Ref>> popped = pop(2);
        if (!popped)
            return false;
        const auto* function = value<Pickle::Function>((*popped)[0]);
        const auto* arguments = value<Pickle::Tuple>((*popped)[1]);
        if (function == nullptr || arguments == nullptr || arguments->items.size() > max_arguments)
            return refuse("calls something else than a function of NumPy with its arguments");
        const std::vector<Ref> given = arguments->items;
        switch (*function) {
        case Pickle::Function::reconstruct: return push(std::make_unique<Pickle::Array>());
        case Pickle::Function::dtype: return call_dtype(given);
        case Pickle::Function::encode: return call_encode(given);
        case Pickle::Function::from_buffer:
            return given.size() == 4 && push(std::make_unique<Pickle::Array>()) &&
                   fill_array({given[2], given[1], given[3], given[0]});
        case Pickle::Function::ndarray: break;
        }
        return refuse("calls numpy.ndarray, which is only read as a type");
    }

    bool call_dtype(const std::vector<Ref>& given)
    {
        constexpr std::uint64_t longest = 32;
        const Expected<std::string> name = given.empty() ? std::string() : made_.text(given[0], longest);
        return name && !name->empty() ? push(Pickle::Dtype{*name, '='})
                                      : refuse("describes a NumPy type without a name");
    }

    /// _codecs.encode(string, "latin1"): the form in which Python 3 writes bytes in protocol 2.
    bool call_encode(const std::vector<Ref>& given)
    {
        const Text* text = given.size() != 2 ? nullptr : value<Text>(given[0]);
        const Expected<std::string> codec = text == nullptr ? std::string() : made_.text(given[1], max_name);
        if (!codec || *codec != "latin1" || text->source != 0)
            return refuse("encodes something else than a string as Latin-1");
        encoded_ += text->size;
        if (encoded_ > size_)
            return refuse("encodes the same string again and again");
        std::vector<std::byte> bytes(static_cast<std::size_t>(text->size));
        if (Expected<void> done = file_.read(text->offset, bytes); !done)
            return refuse(done.error().detail);
        if (!decode_latin1(bytes))
            return refuse("encodes a string as Latin-1 that is none");
        const std::uint64_t size = bytes.size();
        made_.sources.push_back(memory_bytes(file_.name(), std::move(bytes)));
        return push(Text{static_cast<std::uint32_t>(made_.sources.size() - 1), 0, size});
    }

    /// State of an array (version, shape, type, Fortran order, data) or a type (version, byte order, ...).
    bool apply_state()
    {
        const std::optional<std::vector<Ref>> popped = pop(1);
        if (!popped)
            return false;
        const auto* tuple = value<Pickle::Tuple>((*popped)[0]);
        if (tuple == nullptr || tuple->items.size() > max_arguments || above() == 0)
            return refuse("an operation is given a value of another kind than it takes");
        const std::vector<Ref> state = tuple->items;
        if (std::holds_alternative<Pickle::Dtype>(made_.values[stack_.back()])) {
            const Expected<std::string> order = state.size() < 2 ? std::string() : made_.text(state[1], 1);
            if (!order || order->empty())
                return refuse("describes a NumPy type without its byte order");
            top<Pickle::Dtype>()->order = order->front();
            return true;
        }
        return state.size() == 5 ? fill_array({state[1], state[2], state[3], state[4]})
                                 : refuse("describes a NumPy array in another form than is read");
    }

    struct ArrayParts {
        Ref shape;
        Ref type;
        Ref order;  ///< a boolean (true = Fortran order), "C" or "F"
        Ref data;
    };

    bool fill_array(const ArrayParts& parts)
    {
        auto* held = top<std::unique_ptr<Pickle::Array>>();
        if (held == nullptr)
            return false;
        Pickle::Array& array = **held;
        const auto* shape = value<Pickle::Tuple>(parts.shape);
        const auto* type = value<Pickle::Dtype>(parts.type);
        const auto* flag = value<std::int64_t>(parts.order);
        const Expected<std::string> order =
            flag != nullptr ? std::string(*flag != 0 ? "F" : "C") : made_.text(parts.order, 1);
        const auto* data = value<Text>(parts.data);
        if (shape == nullptr || type == nullptr || !order || (*order != "C" && *order != "F") || data == nullptr ||
            shape->items.size() > max_rank || array.built)
            return refuse("describes a NumPy array in another form than is read");
        for (const Ref extent : shape->items) {
            const auto* count = value<std::int64_t>(extent);
            if (count == nullptr || *count < 0)
                return refuse("describes a NumPy array with a shape that is none");
            array.shape.push_back(static_cast<std::uint64_t>(*count));
        }
        array.type = *type;
        array.data = *data;
        array.fortran_order = *order == "F";
        array.built = true;
        return true;
    }

    bool begin_frame()
    {
        const std::optional<std::uint64_t> size = number(8);
        return size && (*size <= size_ - position_ || refuse("declares a frame beyond the end of the file"));
    }

    bool check_protocol()
    {
        const std::optional<std::uint64_t> version = number(1);
        return version && ((*version >= 2 && *version <= 5) ||
                           refuse("is pickle protocol " + std::to_string(*version) + ", 2 to 5 are read"));
    }

    bool step(std::uint8_t code)
    {
        switch (static_cast<PickleOp>(code)) {
        case PickleOp::proto: return check_protocol();
        case PickleOp::frame: return begin_frame();
        case PickleOp::stop: return finish();
        case PickleOp::mark: marks_.push_back(stack_.size()); return count_one();
        case PickleOp::none: return push(std::monostate{});
        case PickleOp::binfloat: return take(8) != nullptr && push(std::monostate{});
        case PickleOp::newtrue: return push(std::int64_t{1});
        case PickleOp::newfalse: return push(std::int64_t{0});
        case PickleOp::binint: return push_integer(4);
        case PickleOp::binint1: return push_integer(1);
        case PickleOp::binint2: return push_integer(2);
        case PickleOp::long1: return push_long();
        case PickleOp::short_binstring:
        case PickleOp::short_binbytes:
        case PickleOp::short_binunicode: return push_text(1);
        case PickleOp::binstring:
        case PickleOp::binbytes:
        case PickleOp::binunicode: return push_text(4);
        case PickleOp::binbytes8:
        case PickleOp::binunicode8:
        case PickleOp::bytearray8: return push_text(8);
        case PickleOp::empty_list: return push(Pickle::List{});
        case PickleOp::append: return append_items(pop(1));
        case PickleOp::appends: return append_items(pop_to_mark());
        case PickleOp::empty_tuple: return push(Pickle::Tuple{});
        case PickleOp::tuple: return push_tuple(pop_to_mark());
        case PickleOp::tuple1: return push_tuple(pop(1));
        case PickleOp::tuple2: return push_tuple(pop(2));
        case PickleOp::tuple3: return push_tuple(pop(3));
        case PickleOp::empty_dict: return push(Pickle::Dict{});
        case PickleOp::setitem: return set_items(pop(2));
        case PickleOp::setitems: return set_items(pop_to_mark());
        case PickleOp::binput: return put(number(1));
        case PickleOp::long_binput: return put(number(4));
        case PickleOp::memoize: return put(memo_.size());
        case PickleOp::binget: return get(number(1));
        case PickleOp::long_binget: return get(number(4));
        case PickleOp::global: return read_global();
        case PickleOp::stack_global: return pop_global();
        case PickleOp::reduce: return call();
        case PickleOp::build: return apply_state();
        default: return refuse("operation " + std::to_string(code) + " is none that data sets need");
        }
    }

    std::uint64_t encoded_ = 0;  ///< bytes decoded by call_encode() so far
};

}  // namespace

Expected<Pickle> unpickle(BytesPtr bytes)
{
    if (!is_pickle(*bytes))
        return bad_input(bytes->name(), "is not a Python pickle of protocol 2 to 5");
    return Unpickler(std::move(bytes)).run();
}

}  // namespace exitscope::formats
