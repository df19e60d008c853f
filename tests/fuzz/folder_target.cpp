// SPDX-License-Identifier: GPL-3.0-or-later
// A data set in several files: images with their labels, batches, splits, class names. EXITSCOPE_FUZZ_NAME lists the
// names of the files, separated by commas. The input says what is opened (its first byte: the folder, one of its
// splits, or one of the files) and then, file by file, the name's number (a byte), the size (two, little-endian) and
// the content; make_corpus.py packs it.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fuzz/read_all.h"

namespace {

std::vector<std::string> names()
{
    std::istringstream list(EXITSCOPE_FUZZ_NAME);
    std::vector<std::string> made;
    for (std::string name; std::getline(list, name, ',');)
        made.push_back(name);
    return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace exitscope;
    static const fuzz::OnDisk disk;
    static const std::vector<std::string> known = names();
    if (size == 0)
        return 0;
    disk.clear();
    const std::size_t what = data[0];
    for (std::size_t at = 1; size - at > 3;) {
        const std::string& name = known[data[at] % known.size()];
        const std::size_t wanted = data[at + 1] | std::size_t{data[at + 2]} << 8;
        at += 3;
        const std::size_t given = std::min(wanted, size - at);
        static_cast<void>(disk.put(name.c_str(), data + at, given));
        at += given;
    }
    for (const std::string& name : known)
        if ((name.ends_with(".npy") || name.ends_with(".npz")) && std::filesystem::exists(disk.folder() / name))
            fuzz::read_numbers(disk.folder() / name);
    const std::vector<std::string> whole = {"", ":train", ":test"};
    const std::size_t chosen = what % (whole.size() + known.size());
    fuzz::read_all(chosen < whole.size() ? disk.folder().string() + whole[chosen]
                                         : (disk.folder() / known[chosen - whole.size()]).string());
    return 0;
}
