// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/request.h"

#include <algorithm>
#include <utility>

namespace exitscope::exits {

Expected<std::vector<model::CutPoint>> chosen_cut_points(const AttachRequest& request,
                                                         const model::MultiExitModel& backbone)
{
    const std::string file = backbone.path.string();
    const std::vector<model::CutPoint> points = model::cut_points(backbone.graph);
    if (points.empty())
        return unsupported(file, "has no tensor through which everything flows, so that no exit can be attached");
    std::vector<model::CutPoint> chosen;
    if (!request.tensors.empty()) {
        for (const std::string& tensor : request.tensors) {
            const auto found =
                std::find_if(points.begin(), points.end(), [&](const auto& point) { return point.tensor == tensor; });
            if (found == points.end())
                return fail(ErrorCode::usage, file, "'" + tensor + "' is not a cut point; `info` lists them");
            chosen.push_back(*found);
        }
        std::stable_sort(chosen.begin(), chosen.end(),
                         [](const auto& a, const auto& b) { return a.cumulative_macs < b.cumulative_macs; });
        return chosen;
    }
    const std::int64_t total = backbone.cumulative_macs(ExitIndex(backbone.exit_count() - 1));
    if (request.shares.empty())
        return model::spread_cut_points(points, total, std::max<std::size_t>(request.exits, 2) - 1);
    for (const double share : request.shares)
        if (!(share > 0 && share < 1))
            return fail(ErrorCode::usage, file, "shares of the network's cost lie between 0 and 1");
    return model::nearest_cut_points(points, total, request.shares);
}

Augmentation usual_augmentation(const model::MultiExitModel& backbone)
{
    return backbone.preprocessing.channels == 1 ? Augmentation::none : Augmentation::flip_shift;
}

Expected<AttachOptions> attach_options(const AttachRequest& request, const model::MultiExitModel& backbone)
{
    const Expected<std::vector<model::CutPoint>> points = chosen_cut_points(request, backbone);
    if (!points)
        return tl::unexpected<Error>(points.error());
    if (!request.held_out_data && !(request.held_out > 0 && request.held_out < 1))
        return fail(ErrorCode::usage, "held-out share", "a share of the images lies between 0 and 1");
    AttachOptions options;
    for (const model::CutPoint& point : *points)
        options.tensors.push_back(point.tensor);
    options.head = request.head;
    options.precisions = request.precisions;
    options.weights = request.weights;
    options.augmentation = request.augmentation.value_or(usual_augmentation(backbone));
    options.views = request.views;
    options.training = request.training;
    options.held_out = request.held_out;
    options.held_out_data = request.held_out_data;
    options.threads = request.threads;
    options.seed = request.seed;
    return options;
}

}  // namespace exitscope::exits
