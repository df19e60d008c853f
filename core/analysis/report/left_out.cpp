// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/left_out.h"

#include <algorithm>
#include <unordered_set>

#include "core/analysis/report/text.h"

namespace exitscope::report {

std::vector<std::string> left_out(const run::Run& run)
{
    std::vector<std::string> images = run.fit.skipped;
    const std::unordered_set<std::string> named(images.begin(), images.end());
    for (const std::string& image : run.test.skipped)
        if (!named.contains(image))
            images.push_back(image);
    return images;
}

std::string left_out_text(const run::Run& run)
{
    constexpr std::size_t shown = 10;
    const std::vector<std::string> images = left_out(run);
    if (images.empty())
        return {};
    std::string text = grouped(images.size()) + (images.size() == 1 ? " image" : " images");
    for (std::size_t i = 0; i < std::min(images.size(), shown); ++i)
        text += (i == 0 ? ": " : "; ") + images[i];
    return text + (images.size() > shown ? "; and " + grouped(images.size() - shown) + " more" : "");
}

}  // namespace exitscope::report
