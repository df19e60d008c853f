// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "widgets/common/latest.h"
#include "widgets/error/error_data.h"
#include "widgets/view/point_view.h"

class QComboBox;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace exitscope::gui {

class FactTable;
class Plot;

/// Can the predicted error be trusted: reliability, ROC, scores of right and wrong answers, and clusters of alike
/// answers, of one exit, one state, or the operating point. Computed in a worker thread.
class ErrorView : public PointView {
    Q_OBJECT
public:
    explicit ErrorView(QWidget* parent = nullptr);

    [[nodiscard]] std::vector<Plot*> plots() const override { return {plot_}; }
    [[nodiscard]] std::vector<FactTable*> tables() const override { return {table_}; }
    /// What is drawn; of no samples while nothing is.
    [[nodiscard]] const ErrorPicture& picture() const { return picture_; }

private:
    void basisChanged() override;
    void drawPoint() override;
    void draw();
    void fillTable();
    void pick(std::size_t part);
    void pickRange(double low, double high);
    void pickCluster(std::size_t cluster);
    [[nodiscard]] std::optional<std::size_t> partAt(const QPointF& position) const;
    [[nodiscard]] QString hoverText(std::size_t part) const;
    [[nodiscard]] QString note() const;

    Plot* plot_ = nullptr;
    FactTable* table_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    QComboBox* shown_ = nullptr;
    QComboBox* scope_ = nullptr;
    QToolButton* asTable_ = nullptr;
    QLabel* quality_ = nullptr;
    std::vector<ErrorScope> scopes_;
    ErrorPicture picture_;
    std::vector<predict::RocPoint> curve_;  ///< what can be clicked of the ROC
    Latest<ErrorPicture> work_;
};

}  // namespace exitscope::gui
