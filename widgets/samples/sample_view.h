// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "widgets/common/operating_point.h"

class QLabel;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace exitscope::gui {

class HintStack;
class SampleGrid;
class SampleModel;
class SearchField;
class Thumbnails;

/// The samples that pass the filters, as a table or as a grid of images; one selection for both.
class SampleView : public QWidget {
    Q_OBJECT
public:
    SampleView(Thumbnails* thumbnails, QWidget* parent = nullptr);

    /// No samples, a hint.
    void clear();
    /// `passing` is ascending, samples of `point`, which is decided.
    void setSamples(OperatingPointPtr point, const std::vector<SampleIndex>& passing);
    void setSelected(std::optional<SampleIndex> sample);
    void showGrid(bool grid);
    [[nodiscard]] bool showsGrid() const;
    [[nodiscard]] const SampleModel& model() const { return *model_; }
    /// The search above the samples.
    [[nodiscard]] SearchField* search() const { return search_; }

signals:
    void sampleSelected(exitscope::SampleIndex sample);

private:
    void showCounts(const std::vector<SampleIndex>& passing);
    void currentChanged(const QModelIndex& current);

    SampleModel* model_ = nullptr;
    OperatingPointPtr point_;
    HintStack* hint_ = nullptr;
    SearchField* search_ = nullptr;
    QLabel* counts_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    QTableView* table_ = nullptr;
    SampleGrid* grid_ = nullptr;
    QToolButton* tableButton_ = nullptr;
    QToolButton* gridButton_ = nullptr;
    std::optional<SampleIndex> selected_;
    bool restoring_ = false;
};

}  // namespace exitscope::gui
