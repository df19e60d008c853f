// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "widgets/common/point_view.h"

class QLabel;
class QTableView;

namespace exitscope::gui {

class ClassBars;
class GateModel;
class LatticeWidget;
class Thumbnails;

/// One image: what it is, the way it takes, why it left there, and what the other states would have answered.
class InspectorView : public PointView {
    Q_OBJECT
public:
    InspectorView(Thumbnails* thumbnails, QWidget* parent = nullptr);

    /// `point` stays alive and at its place as long as the view; null = hint.
    void setPoint(const OperatingPoint* point, std::shared_ptr<const evaluate::Analysis> analysis);
    void setSample(std::optional<SampleIndex> sample);

private:
    void pointChanged() override;
    void refresh() override;
    [[nodiscard]] bool shown() const;  ///< there is a sample to show
    void refreshImage();

    Thumbnails* thumbnails_ = nullptr;
    std::shared_ptr<const evaluate::Analysis> analysis_;
    std::optional<SampleIndex> sample_;
    QLabel* image_ = nullptr;
    QLabel* title_ = nullptr;
    QLabel* facts_ = nullptr;
    LatticeWidget* lattice_ = nullptr;
    QLabel* reason_ = nullptr;
    GateModel* gates_ = nullptr;
    QTableView* gateTable_ = nullptr;
    ClassBars* bars_ = nullptr;
    QLabel* barsHint_ = nullptr;
};

}  // namespace exitscope::gui
