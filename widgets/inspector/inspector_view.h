// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <QTimer>

#include "core/analysis/analyse/neighbours.h"
#include "core/deploy/adaptive/rerun.h"
#include "core/network/calibrate/layer_study.h"
#include "core/network/dataset/perturb.h"
#include "widgets/common/latest.h"
#include "widgets/view/point_view.h"

class QLabel;
class QTableView;
class QVBoxLayout;

namespace exitscope::gui {

class ClassBars;
class GateModel;
class LatticeWidget;
class NeighbourStrip;
class PerturbPanel;
class Section;
class Thumbnails;

/// One image: what it is, the way it takes, why it left there, and what the other states would have answered.
class InspectorView : public PointView {
    Q_OBJECT
public:
    InspectorView(Thumbnails* thumbnails, QWidget* parent = nullptr);

    void setSample(std::optional<SampleIndex> sample);
    [[nodiscard]] std::optional<SampleIndex> sample() const { return sample_; }

    /// What is to be done to the image.
    [[nodiscard]] dataset::Perturbation perturbation() const;
    /// The changed image and what the network of `measured` answers for it, or why it cannot.
    void setPerturbed(const dataset::Image& image, const adaptive::RerunAnswer& answer, const run::Run& measured);
    void setRerunProblem(const QString& sentence);
    /// How far the layers drift from the float network on this image, or why that is not known.
    void setDrift(calibrate::LayerStudy drift);
    void setDriftProblem(const QString& sentence);
    [[nodiscard]] std::vector<Plot*> plots() const override { return {drift_}; }
    [[nodiscard]] std::vector<FactTable*> tables() const override;

signals:
    /// The network is to run on the changed image; when nothing is changed there is nothing to do.
    void rerunWanted();
    void driftWanted();
    void samplePicked(exitscope::SampleIndex sample);

private:
    [[nodiscard]] QLayout* makeHead(QWidget* content);
    void addWay(QVBoxLayout& column, QWidget* content);
    void addAnswers(QVBoxLayout& column, QWidget* content);
    [[nodiscard]] std::vector<Section*> makeSections(QWidget* content);
    void connectParts();
    [[nodiscard]] QString driftText(const QPointF& position) const;
    void wantMore();
    void findNeighbours();
    void drawDrift();
    void basisChanged() override;
    void drawPoint() override;
    [[nodiscard]] bool shown() const;  ///< there is a sample to show
    void refreshImage();

    Thumbnails* thumbnails_ = nullptr;
    std::optional<SampleIndex> sample_;
    QLabel* image_ = nullptr;
    QLabel* title_ = nullptr;
    QLabel* facts_ = nullptr;
    LatticeWidget* lattice_ = nullptr;
    QLabel* reason_ = nullptr;
    GateModel* gates_ = nullptr;
    QTableView* gateTable_ = nullptr;
    ClassBars* bars_ = nullptr;
    Section* perturbSection_ = nullptr;
    Section* driftSection_ = nullptr;
    Section* neighbourSection_ = nullptr;
    PerturbPanel* perturb_ = nullptr;
    QLabel* driftHint_ = nullptr;
    Plot* drift_ = nullptr;
    NeighbourStrip* neighbours_ = nullptr;
    std::optional<calibrate::LayerStudy> driftStudy_;
    std::pair<std::optional<SampleIndex>, dataset::Perturbation> driftOf_;  ///< what was last asked for
    std::optional<SampleIndex> changed_;                                    ///< the sample whose changed image is seen
    Latest<std::vector<analyse::Neighbour>> search_;
    QTimer rest_;  ///< what takes longer waits until the selection rests
    QLabel* barsHint_ = nullptr;
};

}  // namespace exitscope::gui
