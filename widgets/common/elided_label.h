// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace exitscope::gui {

/// One line that is cut in the middle where it does not fit; the whole text is its tool tip.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);

    void setWhole(const QString& whole);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void elide();

    QString whole_;
};

}  // namespace exitscope::gui
