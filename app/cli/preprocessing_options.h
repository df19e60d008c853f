// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "app/cli/options.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::cli {

/// --mean, --std, --resize: how images become the network's input, over what the model file says.
struct PreprocessingOptions {
    std::vector<float> mean;
    std::vector<float> std;
    bool resize = false;

    void add_to(Command& app);
    void write_to(model::OpenOptions& options) const;
};

}  // namespace exitscope::cli
