// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace exitscope::gui {

/// A bar with one sentence, an error or a notice, until it is closed or replaced. Never blocks. The owner of the bar
/// shows it on presented() and hides it on dismissed().
class MessageBar : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);

    void showError(const QString& sentence) { present(sentence, true); }
    void showNotice(const QString& sentence) { present(sentence, false); }
    void dismiss();
    [[nodiscard]] QString message() const;
    [[nodiscard]] bool isError() const { return error_; }

protected:
    void resizeEvent(QResizeEvent* event) override;

signals:
    void presented();
    void dismissed();

private:
    void present(const QString& sentence, bool error);
    void fitHeight();

    QLabel* label_ = nullptr;
    QToolButton* close_ = nullptr;
    bool error_ = false;
};

}  // namespace exitscope::gui
