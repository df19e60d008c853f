// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QStringList>
#include <QWidget>

#include "widgets/inspector/lattice.h"

namespace exitscope::gui {

/// Draws a lattice(): stages from left to right, precisions from expensive (top) to cheap, the sample's path as a bold
/// line, right and wrong by colour and sign.
class LatticeWidget : public QWidget {
    Q_OBJECT
public:
    explicit LatticeWidget(QWidget* parent = nullptr);

    /// `toolTips` has one text per node.
    void setLattice(std::vector<LatticeNode> nodes, const run::Run& run, const QStringList& toolTips);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] QPointF centre(const LatticeNode& node) const;

    std::vector<LatticeNode> nodes_;
    QStringList toolTips_;
    QStringList precisions_;
    std::size_t stages_ = 0;
    int labelWidth_ = 0;
};

}  // namespace exitscope::gui
