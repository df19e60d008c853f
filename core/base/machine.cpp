// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/machine.h"

#include <algorithm>
#include <fstream>
#include <thread>

namespace exitscope {

std::string machine_description()
{
    std::string name = "unknown processor";
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            name = line.substr(colon + 2);
            break;
        }
    }
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    return name + ", " + std::to_string(cores) + (cores == 1 ? " core" : " cores");
}

}  // namespace exitscope
