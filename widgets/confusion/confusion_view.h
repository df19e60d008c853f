// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "widgets/common/operating_point.h"
#include "widgets/filters/filter.h"
#include "widgets/plots/confusion.h"

class QCheckBox;
class QComboBox;

namespace exitscope::gui {

class FactTable;
class HintStack;
class Plot;

/// Which classes are taken for which at the operating point: a matrix and the pairs confused most. A click filters.
class ConfusionView : public QWidget {
    Q_OBJECT
public:
    explicit ConfusionView(QWidget* parent = nullptr);

    /// `point` stays alive and at its place as long as the view; null = hint.
    void setPoint(const OperatingPoint* point);
    void update();
    [[nodiscard]] Plot* plot() const { return plot_; }
    [[nodiscard]] FactTable* table() const { return table_; }

signals:
    void filtersPicked(const std::vector<exitscope::gui::Filter>& filters);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    QComboBox* addBox(const char* name, const QString& accessibleName, const QStringList& entries);
    void refresh();
    void fillTable();
    void pick(std::uint32_t truth, std::uint32_t answer);
    void moved(QMouseEvent* event);
    [[nodiscard]] bool labelled() const { return point_ && point_->labelled(); }

    HintStack* hint_ = nullptr;
    Plot* plot_ = nullptr;
    FactTable* table_ = nullptr;
    QComboBox* scope_ = nullptr;
    QComboBox* values_ = nullptr;
    QComboBox* order_ = nullptr;
    QCheckBox* difference_ = nullptr;
    const OperatingPoint* point_ = nullptr;
    plots::ConfusionContent content_;
    std::vector<evaluate::ConfusedPair> pairs_;
    bool stale_ = true;
};

}  // namespace exitscope::gui
