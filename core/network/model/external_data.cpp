// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/external_data.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <onnx/onnx_pb.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/network/model/onnx_tensor.h"

namespace exitscope::model {
namespace fs = std::filesystem;

namespace {

/// How often the tensors of a model may read a file from end to end: shared weights are stored once, and a small file
/// must not ask for all memory.
constexpr std::uint64_t most_passes = 16;

const std::string* entry(const onnx::TensorProto& tensor, std::string_view key)
{
    for (const onnx::StringStringEntryProto& pair : tensor.external_data())
        if (pair.key() == key)
            return &pair.value();
    return nullptr;
}

/// The number of bytes in `text`; `otherwise` where there is no entry; nullopt for anything but digits.
std::optional<std::uint64_t> number(const std::string* text, std::uint64_t otherwise)
{
    if (!text)
        return otherwise;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    return error == std::errc() && end == text->data() + text->size() ? std::optional(value) : std::nullopt;
}

bool is_inside(const fs::path& path, const fs::path& folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

/// Reads exactly `bytes` bytes; false when the file ends before or cannot be read.
bool read_at(int descriptor, std::uint64_t offset, std::span<char> bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::pread(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
    return true;
}

}  // namespace

struct ExternalData::File {
    File(fs::path at, int opened, std::uint64_t bytes) : path(std::move(at)), descriptor(opened), size(bytes) {}
    ~File() { ::close(descriptor); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    fs::path path;
    int descriptor;
    std::uint64_t size;
    std::uint64_t read = 0;  ///< by all tensors so far
};

bool is_external(const onnx::TensorProto& tensor)
{
    return tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0;
}

ExternalData::ExternalData(fs::path model) : model_(std::move(model)) {}
ExternalData::~ExternalData() = default;

Expected<fs::path> ExternalData::find(const std::string& location, std::string_view what) const
{
    const fs::path relative(location);
    const std::string sentence = std::string(what) + " keeps its data in '" + location + "', ";
    if (location.empty() || location.find('\0') != std::string::npos)
        return bad_input(model_.string(), std::string(what) + " keeps its data in a file without a name");
    if (relative.is_absolute() || std::find(relative.begin(), relative.end(), "..") != relative.end())
        return bad_input(model_.string(), sentence + "outside the folder of the model; put that file beside the model "
                                                     "and save the model with a location without folders");
    std::error_code failed;
    const fs::path folder = fs::canonical(model_.has_parent_path() ? model_.parent_path() : fs::path("."), failed);
    const fs::path target = fs::canonical(folder / relative, failed);
    if (failed)
        return bad_input(model_.string(), sentence + "which is missing; put that file beside the model, or save the "
                                                     "model with its weights inside");
    const fs::path linked = fs::canonical(model_, failed).parent_path();
    if (!is_inside(target, folder) && (failed || linked.empty() || !is_inside(target, linked)))
        return bad_input(model_.string(), sentence + "a link that leads out of the folder of the model; put the file "
                                                     "itself beside the model");
    return target;
}

Expected<ExternalData::File*> ExternalData::open(const std::string& location, std::string_view what)
{
    if (const auto known = files_.find(location); known != files_.end())
        return known->second.get();
    const Expected<fs::path> path = find(location, what);
    if (!path)
        return tl::unexpected<Error>(path.error());
    const auto unreadable = [&](const std::string& why) {
        return bad_input(path->string(), why + "; " + std::string(what) + " of " + model_.string() + " lies there");
    };
    const int descriptor = ::open(path->c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return unreadable(std::string("cannot read: ") + std::strerror(errno));
    struct stat status = {};
    const bool known = ::fstat(descriptor, &status) == 0;
    auto file = std::make_unique<File>(*path, descriptor, static_cast<std::uint64_t>(status.st_size));
    if (!known || !S_ISREG(status.st_mode))
        return unreadable("is not a regular file");
    return (files_[location] = std::move(file)).get();
}

Expected<std::string> ExternalData::read(const onnx::TensorProto& tensor, std::uint64_t bytes, std::string_view what)
{
    const std::string name(what);
    const std::string* location = entry(tensor, "location");
    if (!location)
        return bad_input(model_.string(), name + " keeps its data in another file, but does not say in which");
    const std::optional<std::uint64_t> offset = number(entry(tensor, "offset"), 0);
    const std::optional<std::uint64_t> length = number(entry(tensor, "length"), bytes);
    if (!offset || !length)
        return bad_input(model_.string(), name + " has an offset or a length in '" + *location +
                                              "' that is not a whole number of bytes");
    if (*length != bytes)
        return bad_input(model_.string(), name + " takes " + std::to_string(bytes) + " bytes, but has " +
                                              std::to_string(*length) + " in '" + *location + "'");
    const Expected<File*> file = open(*location, what);
    if (!file)
        return tl::unexpected<Error>(file.error());
    if (*offset > (*file)->size || bytes > (*file)->size - *offset)
        return bad_input((*file)->path.string(), "is too short: it has " + std::to_string((*file)->size) + " bytes, " +
                                                     name + " of " + model_.string() + " takes " +
                                                     std::to_string(bytes) + " bytes from byte " +
                                                     std::to_string(*offset) +
                                                     " on; copy the file again, it belongs to another model or is "
                                                     "incomplete");
    (*file)->read += bytes;
    if ((*file)->read / most_passes > (*file)->size)
        return bad_input(model_.string(), "its tensors read '" + *location + "' more than " +
                                              std::to_string(most_passes) + " times over");
    std::string data(static_cast<std::size_t>(bytes), '\0');
    if (!read_at((*file)->descriptor, *offset, data))
        return bad_input((*file)->path.string(), "cannot read the data of " + name);
    return data;
}

Expected<void> ExternalData::add_to(ContentHash& hash) const
{
    std::vector<char> block(std::size_t{1} << 20);
    for (const auto& [location, file] : files_)
        for (std::uint64_t at = 0; at < file->size; at += block.size()) {
            const std::span<char> part = std::span(block).first(
                static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), file->size - at)));
            if (!read_at(file->descriptor, at, part))
                return bad_input(file->path.string(), "cannot be read to its end");
            hash.add(std::as_bytes(part));
        }
    return {};
}

namespace {

/// Walks over all tensors of a model and embeds them.
class Embedder {
public:
    explicit Embedder(const fs::path& path) : where_(path.string()), files_(path) {}

    Expected<void> embed(onnx::ModelProto& model)
    {
        if (Expected<void> done = embed(*model.mutable_graph()); !done)
            return done;
        for (onnx::FunctionProto& function : *model.mutable_functions())
            for (onnx::NodeProto& node : *function.mutable_node())
                if (Expected<void> done = embed(node); !done)
                    return done;
        return {};
    }
    [[nodiscard]] bool embedded() const { return embedded_; }

private:
    Expected<void> embed(onnx::GraphProto& graph)
    {
        for (onnx::TensorProto& tensor : *graph.mutable_initializer())
            if (Expected<void> done = embed(tensor, "the initializer '" + tensor.name() + "'"); !done)
                return done;
        for (onnx::NodeProto& node : *graph.mutable_node())
            if (Expected<void> done = embed(node); !done)
                return done;
        return {};
    }

    Expected<void> embed(onnx::NodeProto& node)
    {
        for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
            const std::string what = "the attribute '" + attribute.name() + "' of the node '" + node.name() + "'";
            if (attribute.has_t())
                if (Expected<void> done = embed(*attribute.mutable_t(), what); !done)
                    return done;
            for (onnx::TensorProto& tensor : *attribute.mutable_tensors())
                if (Expected<void> done = embed(tensor, what); !done)
                    return done;
            if (attribute.has_g())
                if (Expected<void> done = embed(*attribute.mutable_g()); !done)
                    return done;
            for (onnx::GraphProto& graph : *attribute.mutable_graphs())
                if (Expected<void> done = embed(graph); !done)
                    return done;
        }
        return {};
    }

    Expected<void> embed(onnx::TensorProto& tensor, const std::string& what)
    {
        if (!is_external(tensor))
            return {};
        const Expected<std::uint64_t> bytes = raw_bytes(tensor, where_, what);
        if (!bytes)
            return tl::unexpected<Error>(bytes.error());
        total_ += *bytes;
        if (total_ > static_cast<std::uint64_t>(std::numeric_limits<int>::max()))
            return unsupported(where_, "its weights take more than 2 GiB, the limit of a model file that holds them "
                                       "itself; exits can only be added to smaller models");
        Expected<std::string> data = files_.read(tensor, *bytes, what);
        if (!data)
            return forward(data);
        tensor.set_raw_data(std::move(*data));
        tensor.clear_external_data();
        tensor.clear_data_location();
        embedded_ = true;
        return {};
    }

    std::string where_;
    ExternalData files_;
    std::uint64_t total_ = 0;
    bool embedded_ = false;
};

}  // namespace

Expected<bool> embed_external_data(onnx::ModelProto& model, const fs::path& path)
{
    Embedder embedder(path);
    if (Expected<void> done = embedder.embed(model); !done)
        return forward(done);
    return embedder.embedded();
}

}  // namespace exitscope::model
