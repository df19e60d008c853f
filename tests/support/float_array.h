// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace exitscope::tests {

/// The elements of a float32 NPY file of format 1.0, as NumPy writes it.
inline std::vector<float> read_floats(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    if (bytes.size() < 10 || bytes.find("'<f4'") == std::string::npos)
        throw std::runtime_error(path.string() + " is no float32 array");
    const std::size_t start = 10 + static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
    std::vector<float> values((bytes.size() - start) / sizeof(float));
    std::memcpy(values.data(), bytes.data() + start, values.size() * sizeof(float));
    return values;
}

}  // namespace exitscope::tests
