// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/dense_scatter.h"

#include <QImage>

namespace exitscope::plots {

void DenseScatter::draw(QCPPainter* painter)
{
    if (!painter->modes().testFlag(QCPPainter::pmVectorized) || dataCount() <= most_vectors) {
        QCPGraph::draw(painter);
        return;
    }
    constexpr double scale = 6;  // of 96 dpi
    const QRect area = clipRect();
    QImage image(area.size() * scale, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    {
        QCPPainter pixels(&image);
        pixels.scale(scale, scale);
        pixels.translate(-area.topLeft());
        pixels.setAntialiasing(true);
        QCPGraph::draw(&pixels);
    }
    painter->setRenderHint(QPainter::LosslessImageRendering);
    painter->drawImage(area, image);
}

}  // namespace exitscope::plots
