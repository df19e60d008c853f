// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

namespace exitscope::gui {

/// Shares that add up to one, as one bar cut into pieces in order, each with its number where it fits.
class ShareStrip : public QWidget {
    Q_OBJECT
public:
    explicit ShareStrip(QWidget* parent = nullptr);

    void setShares(const std::vector<double>& shares);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<double> shares_;
};

}  // namespace exitscope::gui
