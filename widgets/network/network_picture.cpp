// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/network/network_picture.h"

#include <algorithm>

#include <QStringList>

#include "core/network/model/cut_points.h"
#include "widgets/common/format.h"

namespace exitscope::gui {
namespace {

/// The batch goes first and is left out.
QString imageShape(const model::Shape& shape)
{
    QStringList sizes;
    for (std::size_t d = 1; d < shape.size(); ++d)
        sizes << QString::number(shape[d]);
    return sizes.join(QStringLiteral("×"));
}

double imageValues(const model::Shape& shape)
{
    double values = 1;
    for (std::size_t d = 1; d < shape.size(); ++d)
        values *= double(shape[d]);
    return values;
}

}  // namespace

NetworkPicture pictureOf(const model::MultiExitModel& model)
{
    NetworkPicture picture;
    picture.macs = model.cumulative_macs(ExitIndex(model.exit_count() - 1));
    const model::Shape& input = model.graph.value(model.input()).shape;
    picture.inputShape = imageShape(input);
    picture.inputValues = imageValues(input);
    for (const model::CutPoint& point : model::cut_points(model.graph))
        picture.cuts.push_back({text(point.tensor), imageShape(point.shape), point.cumulative_macs,
                                double(point.cumulative_macs) / double(std::max<std::int64_t>(picture.macs, 1)),
                                imageValues(point.shape)});
    return picture;
}

}  // namespace exitscope::gui
