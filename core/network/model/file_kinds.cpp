// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/file_kinds.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "core/base/text.h"

namespace exitscope::model {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view from_pytorch =
    "; export the network in Python: torch.onnx.export(model.eval(), example, \"model.onnx\")";
constexpr std::string_view from_keras =
    "; export it in Python: model.export(\"model.onnx\", format=\"onnx\"), or with tf2onnx";
constexpr std::string_view from_tensorflow = "; convert it with python -m tf2onnx.convert";

std::string joined(std::string_view what, std::string_view remedy)
{
    return std::string(what) + std::string(remedy);
}

/// Archives of PyTorch, Keras and others, told apart by the names of the files in them.
std::string zip_archive(std::string_view bytes)
{
    const auto holds = [&](std::string_view name) { return bytes.find(name) != std::string_view::npos; };
    if (holds("constants.pkl"))
        return joined("is a TorchScript archive (.pt), not an ONNX model", from_pytorch);
    if (holds("data.pkl"))
        return joined("is a PyTorch file (.pt, .pth), which holds weights without the network", from_pytorch);
    if (holds("archive_format") || holds("models/model.json"))
        return joined("is a program of torch.export (.pt2), not an ONNX model", from_pytorch);
    if (holds("model.weights.h5"))
        return joined("is a Keras model (.keras), not an ONNX model", from_keras);
    if (holds(".onnx"))
        return "is a ZIP archive; unpack it and open the .onnx file in it";
    if (holds(".npy"))
        return "holds NumPy arrays, not a network; is it the data set";
    return "is a ZIP archive, not an ONNX model";
}

std::string text_file(std::string_view bytes)
{
    const std::string begin = lower(bytes.substr(0, 4096));
    const std::size_t first = begin.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    const std::string_view text = std::string_view(begin).substr(std::min(first, begin.size()));
    if (text.starts_with("version https://git-lfs"))
        return "is a Git LFS pointer, not the model itself; fetch it with git lfs pull";
    if (text.starts_with("<!doctype html") || text.starts_with("<html"))
        return "is a web page; the download went wrong, so fetch the file itself (the raw file) once more";
    if (text.starts_with("<?xml") || text.starts_with("<net"))
        return text.find("<net") != std::string_view::npos
                   ? "is an OpenVINO model; use the ONNX file that it was converted from"
                   : "is XML text, not an ONNX model";
    if (text.starts_with("{") || text.starts_with("["))
        return "is JSON text, not an ONNX model";
    return {};
}

struct Signature {
    std::size_t position;
    std::string_view bytes;
    std::string_view what;
    std::string_view remedy;
};

using namespace std::string_view_literals;

constexpr std::array signatures = {
    Signature{0, "\x89HDF\r\n\x1a\n"sv, "is an HDF5 file, as Keras writes its models (.h5), not an ONNX model",
              from_keras},
    Signature{4, "TFL3"sv, "is a TensorFlow Lite model (.tflite)",
              "; convert it with python -m tf2onnx.convert --tflite, or export the network that it was made from"},
    Signature{4, "ORTM"sv, "is a model in ONNX Runtime's own format (.ort)",
              "; use the .onnx file that it was converted from"},
    Signature{0, "\x1f\x8b"sv, "is compressed (gzip)", "; unpack it first: gunzip"},
    Signature{0, "\x28\xb5\x2f\xfd"sv, "is compressed (zstd)", "; unpack it first: unzstd"},
    Signature{0, "\xfd\x37zXZ"sv, "is compressed (xz)", "; unpack it first: unxz"},
    Signature{0, "BZh"sv, "is compressed (bzip2)", "; unpack it first: bunzip2"},
    Signature{0, "7z\xbc\xaf\x27\x1c"sv, "is a 7z archive", "; unpack it and open the .onnx file in it"},
    Signature{257, "ustar"sv, "is a tar archive", "; unpack it and open the .onnx file in it"},
    Signature{0, "GGUF"sv, "is a GGUF file of a language model, not an ONNX model", ""},
    Signature{0, "\x93NUMPY"sv, "holds a NumPy array, not a network", "; is it the data set"},
    Signature{8, "{\""sv, "is a safetensors file, which holds weights without the network", from_pytorch},
};

struct Extension {
    std::string_view name;
    std::string_view what;
    std::string_view remedy;
};
constexpr std::array extensions = {
    Extension{".pt", "is a PyTorch file, not an ONNX model", from_pytorch},
    Extension{".pth", "is a PyTorch file, not an ONNX model", from_pytorch},
    Extension{".ckpt", "is a checkpoint, which holds weights without the network", from_pytorch},
    Extension{".pb", "is a TensorFlow graph, not an ONNX model", from_tensorflow},
    Extension{".mlmodel", "is a Core ML model, not an ONNX model", ""},
    Extension{".engine", "is a TensorRT engine, not an ONNX model", "; use the ONNX file that it was built from"},
    Extension{".plan", "is a TensorRT engine, not an ONNX model", "; use the ONNX file that it was built from"},
    Extension{".caffemodel", "is a Caffe model, not an ONNX model", ""},
    Extension{".prototxt", "is a Caffe model, not an ONNX model", ""},
    Extension{".pdmodel", "is a PaddlePaddle model, not an ONNX model", "; convert it with paddle2onnx"},
    Extension{".data", "holds the weights of a model", "; open the .onnx file beside it"},
    Extension{".bin", "holds weights, not a network", "; open the .onnx file that it belongs to"},
};

}  // namespace

std::string what_it_is_instead(std::span<const std::byte> all, const fs::path& path)
{
    const std::string_view bytes(reinterpret_cast<const char*>(all.data()), all.size());
    if (bytes.empty())
        return "is empty and so is not an ONNX model; fetch or export it once more";
    if (bytes.starts_with("PK\x03\x04"))
        return zip_archive(bytes);
    for (const Signature& signature : signatures)
        if (bytes.substr(std::min(signature.position, bytes.size())).starts_with(signature.bytes))
            return joined(signature.what, signature.remedy);
    if (std::string text = text_file(bytes); !text.empty())
        return text;
    constexpr unsigned char pickle = 0x80;
    if (static_cast<unsigned char>(bytes[0]) == pickle && bytes.size() > 1 && bytes[1] <= 5)
        return joined("is a Python pickle, as older PyTorch writes it, not an ONNX model", from_pytorch);
    if (path.filename() == "saved_model.pb")
        return joined("is a TensorFlow SavedModel, not an ONNX model", from_tensorflow);
    const std::string own = lower(path.extension().string());
    for (const Extension& extension : extensions)
        if (extension.name == own)
            return joined(extension.what, extension.remedy);
    return {};
}

std::string what_it_is_instead(const fs::path& directory)
{
    std::error_code ignored;
    if (fs::exists(directory / "saved_model.pb", ignored))
        return "is the folder of a TensorFlow SavedModel; convert it with python -m tf2onnx.convert --saved-model " +
               directory.string() + " --output model.onnx";
    if (directory.extension() == ".mlpackage")
        return "is a Core ML model, not an ONNX model";
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored))
        if (entry.path().extension() == ".onnx")
            return "is a directory; open the model in it: " + entry.path().string();
    return {};
}

}  // namespace exitscope::model
