// SPDX-License-Identifier: GPL-3.0-or-later
// A session file; what is accepted must be written again as a session that reads the same.
#include <cstdlib>

#include "app/session_file.h"
#include "tests/fuzz/on_disk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace exitscope;
    static const fuzz::OnDisk disk;
    static const std::filesystem::path beside = disk.put("a.exr", data, 0);
    const auto state = app::readSession(QString::fromStdString(disk.put("fuzz.exs", data, size).string()));
    if (!state)
        return 0;
    const std::string text = app::sessionText(*state);
    const auto again = app::parseSession(QByteArray::fromStdString(text), "again.exs");
    if (!again || app::sessionText(*again) != text)
        std::abort();
    return 0;
}
