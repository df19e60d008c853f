// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>

#include <QWidget>

#include "core/deploy/adaptive/rerun.h"
#include "core/network/dataset/perturb.h"
#include "widgets/common/operating_point.h"

class QLabel;
class QPushButton;
class QSlider;

namespace exitscope::gui {

class FactTable;

/// Sliders that change the inspected image, and the network's answers to the changed image at every exit and precision.
class PerturbPanel : public QWidget {
    Q_OBJECT
public:
    explicit PerturbPanel(QWidget* parent = nullptr);

    [[nodiscard]] dataset::Perturbation perturbation() const;
    /// Moves all sliders back, so that the image is unchanged.
    void reset();
    /// Shows the answers to the changed image next to those to sample `sample` in the run. `measured` is the evaluated
    /// run, `point` the decided operating point.
    void setAnswer(const adaptive::RerunAnswer& answer, const run::Run& measured, const OperatingPoint& point,
                   SampleIndex sample);
    /// Shows a sentence in place of answers; empty to clear it.
    void setMessage(const QString& sentence);
    [[nodiscard]] FactTable* table() const { return table_; }

signals:
    /// A slider was moved, or all were reset.
    void changed();

private:
    static constexpr std::size_t sliders = 7;

    void showValues();

    std::array<QSlider*, sliders> slider_{};
    std::array<QLabel*, sliders> value_{};
    QPushButton* reset_ = nullptr;
    QLabel* way_ = nullptr;
    FactTable* table_ = nullptr;
};

}  // namespace exitscope::gui
