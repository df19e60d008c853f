// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/cli/options.h"
#include "core/base/error.h"
#include "core/network/dataset/preprocessing_choice.h"

namespace exitscope::cli {

/// --preset, --resize, --crop, ...: how images become the network's input, over what files say (docs/formats.md).
class PreprocessingOptions {
public:
    /// Whether `--fit` is the shape of images, as everywhere but where it names a data set: there it is --image-fit
    /// only.
    enum class FitOption { shape, data };
    void add_to(Command& app, FitOption fit = FitOption::shape);
    void set_fit(const std::string& fit) { fit_ = fit; }
    /// Error (usage): a value that an option does not know.
    [[nodiscard]] Expected<dataset::PreprocessingChoice> choice() const;

private:
    std::string preset_;
    std::string resize_;
    std::string crop_;
    std::string filter_;
    std::string fit_;
    std::string channels_;
    std::string range_;
    std::string exif_;
    bool no_antialias_ = false;
    std::vector<float> mean_;
    std::vector<float> std_;
};

}  // namespace exitscope::cli
