// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/preprocessing_options.h"

namespace exitscope::cli {

void PreprocessingOptions::add_to(Command& app)
{
    app.add_option("--mean", mean, "Mean per channel, after division by 255, e.g. 0.485,0.456,0.406")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--std", std, "Standard deviation per channel, after division by 255")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_flag("--resize", resize, "Scale images of another size to the network's input");
}

void PreprocessingOptions::write_to(model::OpenOptions& options) const
{
    if (!mean.empty())
        options.mean = mean;
    if (!std.empty())
        options.std = std;
    options.resize = resize;
}

}  // namespace exitscope::cli
