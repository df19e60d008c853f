// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/deploy/evaluate/quantization_findings.h"
#include "widgets/plots/quantization.h"
#include "widgets/view/view.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace exitscope::gui {

class HintStack;

/// What quantization costs: which layers it hurts, what their inputs look like on their grids, and which answers a
/// precision changes. A click on a number of changed answers filters these samples.
class QuantizationView : public View {
    Q_OBJECT
public:
    explicit QuantizationView(QWidget* parent = nullptr);

    /// Shows the run, whatever the operating point.
    void setPoint(OperatingPointPtr) override {}
    /// Another run, or none: everything known of the old one goes. Sets that are picked belong to `run`.
    void setRun(run::RunPtr run);
    /// The run's changed answers alone.
    void setFlips(std::vector<analyse::PrecisionFlips> flips);
    void setFindings(evaluate::QuantizationFindings findings);
    void setWorking(bool working);
    [[nodiscard]] std::vector<Plot*> plots() const override { return {layers_, inputs_}; }
    [[nodiscard]] std::vector<FactTable*> tables() const override { return {layerTable_, flipTable_}; }

signals:
    /// The layers are to be measured.
    void asked();
    void cancelled();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeLayers();
    void showState();
    void redraw();
    void redrawInputs();
    void fillLayers();
    void fillFlips();
    void select(std::size_t layer);
    void pickFlip(int row, int column);
    [[nodiscard]] QString layerText(std::size_t layer) const;
    [[nodiscard]] QString inputText(const QPointF& position) const;
    [[nodiscard]] const calibrate::LayerStudy* study() const { return findings_.layers ? &*findings_.layers : nullptr; }

    HintStack* hint_ = nullptr;
    HintStack* layersHint_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    QStackedWidget* layerPages_ = nullptr;
    QComboBox* shown_ = nullptr;
    QComboBox* measure_ = nullptr;
    QComboBox* precision_ = nullptr;
    QToolButton* asTable_ = nullptr;
    QPushButton* ask_ = nullptr;
    QLabel* title_ = nullptr;
    Plot* layers_ = nullptr;
    Plot* inputs_ = nullptr;
    FactTable* layerTable_ = nullptr;
    FactTable* flipTable_ = nullptr;
    run::RunPtr run_;
    evaluate::QuantizationFindings findings_;
    std::vector<std::size_t> rows_;  ///< of the table of layers
    std::optional<std::size_t> selected_;
    bool working_ = false;
};

}  // namespace exitscope::gui
