// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "widgets/common/operating_point.h"

class QLabel;
class QTableView;

namespace exitscope::gui {

class ClassBars;
class GateModel;
class HintStack;
class LatticeWidget;
class Thumbnails;

/// One image: what it is, the way it takes, why it left there, and what the other states would have answered.
class InspectorView : public QWidget {
    Q_OBJECT
public:
    InspectorView(Thumbnails* thumbnails, QWidget* parent = nullptr);

    /// `point` stays alive and at its place as long as the view; null = hint.
    void setPoint(const OperatingPoint* point, std::shared_ptr<const evaluate::Analysis> analysis);
    void setSample(std::optional<SampleIndex> sample);
    /// Another operating point was decided.
    void update();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void refreshImage();

    Thumbnails* thumbnails_ = nullptr;
    const OperatingPoint* point_ = nullptr;
    std::shared_ptr<const evaluate::Analysis> analysis_;
    std::optional<SampleIndex> sample_;
    HintStack* hint_ = nullptr;
    QLabel* image_ = nullptr;
    QLabel* title_ = nullptr;
    QLabel* facts_ = nullptr;
    LatticeWidget* lattice_ = nullptr;
    QLabel* reason_ = nullptr;
    GateModel* gates_ = nullptr;
    QTableView* gateTable_ = nullptr;
    ClassBars* bars_ = nullptr;
    QLabel* barsHint_ = nullptr;
    bool stale_ = true;
};

}  // namespace exitscope::gui
