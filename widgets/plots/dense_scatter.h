// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <qcustomplot.h>

namespace exitscope::plots {

/// Scattered points without lines. Beyond `most_vectors` of them a vector file holds them as one image, so that it
/// stays small and opens fast; axes, text and curves stay vectors.
class DenseScatter : public QCPGraph {
    Q_OBJECT
public:
    static constexpr int most_vectors = 2000;

    using QCPGraph::QCPGraph;

protected:
    void draw(QCPPainter* painter) override;
};

}  // namespace exitscope::plots
