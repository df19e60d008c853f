// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace onnx {
class ModelProto;
class TensorProto;
}  // namespace onnx

namespace exitscope {
class ContentHash;
}

namespace exitscope::model {

/// Whether the tensor keeps its elements in another file.
[[nodiscard]] bool is_external(const onnx::TensorProto& tensor);

/// The files beside a model that hold elements of its tensors (`model.onnx.data`). Each is opened once. Nothing is read
/// from outside the folder of the model; where the model is a symbolic link, the folder of its target counts as well.
class ExternalData {
public:
    explicit ExternalData(std::filesystem::path model);
    ~ExternalData();
    ExternalData(const ExternalData&) = delete;
    ExternalData& operator=(const ExternalData&) = delete;

    /// The `bytes` bytes that the tensor's elements take, as raw_data would hold them. `what` names the tensor in
    /// errors. Errors: no such file, or one outside the folder; a file that ends before the tensor does; another length
    /// than the elements take; tensors that together read a file many times over.
    [[nodiscard]] Expected<std::string> read(const onnx::TensorProto& tensor, std::uint64_t bytes,
                                             std::string_view what);
    /// Adds the contents of all files read so far, in the order of their names. Error: unreadable.
    [[nodiscard]] Expected<void> add_to(ContentHash& hash) const;

private:
    struct File;

    [[nodiscard]] Expected<File*> open(const std::string& location, std::string_view what);
    [[nodiscard]] Expected<std::filesystem::path> find(const std::string& location, std::string_view what) const;

    std::filesystem::path model_;
    std::map<std::string, std::unique_ptr<File>> files_;  ///< by location
};

/// Moves the elements of all tensors of the model, also those of attributes, sub-graphs and functions, from other files
/// into the message; false when there are none. Errors: those of ExternalData::read(); more than 2 GiB together.
[[nodiscard]] Expected<bool> embed_external_data(onnx::ModelProto& model, const std::filesystem::path& path);

}  // namespace exitscope::model
