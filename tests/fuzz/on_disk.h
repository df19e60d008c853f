// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace exitscope::fuzz {

/// A file that readers which want a path can open: the bytes under `name` in a folder of this process, which is removed
/// at the end. It lies deep enough that nothing else lies in the folders above it, in which readers look, too.
class OnDisk {
public:
    OnDisk()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "exitscope-fuzz.XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            std::abort();
        root_ = pattern;
        folder_ = root_ / "above" / "below";
        std::filesystem::create_directories(folder_);
    }
    ~OnDisk()
    {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    OnDisk(const OnDisk&) = delete;
    OnDisk& operator=(const OnDisk&) = delete;

    [[nodiscard]] std::filesystem::path put(const char* name, const std::uint8_t* data, std::size_t size) const
    {
        std::filesystem::path path = folder_ / name;
        std::ofstream out(path, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
        return path;
    }

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    /// Removes every file.
    void clear() const
    {
        for (const auto& entry : std::filesystem::directory_iterator(folder_))
            std::filesystem::remove(entry.path());
    }

private:
    std::filesystem::path root_;
    std::filesystem::path folder_;
};

}  // namespace exitscope::fuzz
