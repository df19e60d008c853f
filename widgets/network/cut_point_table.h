// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace exitscope::gui {

class CutPointModel;

/// Table of cut points; Space or a click on the check box chooses the cut point of a row.
class CutPointTable : public QTableView {
    Q_OBJECT
public:
    /// `model` must outlive the table.
    explicit CutPointTable(CutPointModel& model, QWidget* parent = nullptr);

    void setCurrentCut(int cut);

signals:
    void currentCutChanged(int cut);

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    CutPointModel& model_;
};

}  // namespace exitscope::gui
