// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/inspector_view.h"

#include <cmath>

#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QScrollArea>
#include <QTableView>
#include <QToolTip>
#include <QVBoxLayout>

#include "core/analysis/analyse/explain.h"
#include "widgets/common/accessible.h"
#include "widgets/common/fact_header.h"
#include "widgets/common/format.h"
#include "widgets/common/hint.h"
#include "widgets/common/plot.h"
#include "widgets/inspector/class_bars.h"
#include "widgets/inspector/gate_model.h"
#include "widgets/inspector/lattice_widget.h"
#include "widgets/inspector/neighbour_strip.h"
#include "widgets/inspector/perturb_panel.h"
#include "widgets/inspector/section.h"
#include "widgets/plots/quantization.h"
#include "widgets/samples/thumbnail_delegate.h"
#include "widgets/samples/thumbnails.h"

namespace exitscope::gui {
namespace {

constexpr int imageSide = 112;
constexpr std::size_t classRows = 5;
constexpr int gateRowHeight = 24;
constexpr int driftHeight = 190;
constexpr int restMilliseconds = 150;

QLabel* makeSection(const QString& title, QWidget* parent)
{
    auto* label = new QLabel(title, parent);
    label->setProperty("role", "section");
    return label;
}

QString toolTipOf(const OperatingPoint& point, SampleIndex sample, const LatticeNode& node)
{
    const run::Run& run = *point.run;
    const QString verdict = !node.good         ? InspectorView::tr("no label")
                            : point.labelled() ? (*node.good ? InspectorView::tr("right") : InspectorView::tr("wrong"))
                            : *node.good       ? InspectorView::tr("agrees with the full model")
                                               : InspectorView::tr("differs from the full model");
    return InspectorView::tr("exit %1 by %2: %3 (%4), cost %5")
        .arg(node.stage + 1)
        .arg(pathText(run.states[node.state.at()]), className(run, run.test.prediction[node.state.at()][sample.at()]),
             verdict, percent(point.costs.relative(node.state)));
}

}  // namespace

InspectorView::InspectorView(Thumbnails* thumbnails, QWidget* parent)
    : PointView(tr("Select a sample to see its image, its way and the reason for its exit."), parent),
      thumbnails_(thumbnails)
{
    setObjectName(QStringLiteral("inspectorView"));
    auto* content = new QWidget(this);
    content->setAutoFillBackground(true);
    content->setBackgroundRole(QPalette::Base);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(10, 10, 10, 10);
    column->setSpacing(8);
    column->addLayout(makeHead(content));
    addWay(*column, content);
    addAnswers(*column, content);
    for (Section* section : makeSections(content))
        column->addWidget(section);
    column->addStretch(1);

    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("inspectorScroll"));
    scroll->setAccessibleName(tr("Inspector"));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    setContent(scroll);
    connectParts();
}

/// The image beside what it is.
QLayout* InspectorView::makeHead(QWidget* content)
{
    image_ = new QLabel(content);
    image_->setFixedSize(imageSide, imageSide);
    image_->setAlignment(Qt::AlignCenter);
    image_->setAccessibleName(tr("The image"));
    title_ = new QLabel(content);
    title_->setObjectName(QStringLiteral("inspectorTitle"));
    title_->setProperty("role", "figure");
    title_->setWordWrap(true);
    facts_ = new QLabel(content);
    facts_->setObjectName(QStringLiteral("inspectorFacts"));
    facts_->setWordWrap(true);
    makeSelectable(*facts_);
    auto* about = new QVBoxLayout;
    about->setSpacing(4);
    about->addWidget(title_);
    about->addWidget(facts_);
    about->addStretch(1);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(image_, 0, Qt::AlignTop);
    head->addLayout(about, 1);
    return head;
}

/// The way through the states, and the gates on it.
void InspectorView::addWay(QVBoxLayout& column, QWidget* content)
{
    lattice_ = new LatticeWidget(content);
    lattice_->setObjectName(QStringLiteral("lattice"));
    reason_ = new QLabel(content);
    reason_->setObjectName(QStringLiteral("reasonLabel"));
    reason_->setWordWrap(true);
    makeSelectable(*reason_);
    gates_ = new GateModel(this);
    gateTable_ = new QTableView(content);
    gateTable_->setObjectName(QStringLiteral("gateTable"));
    gateTable_->setAccessibleName(tr("Gates on the way"));
    gateTable_->setModel(gates_);
    gateTable_->setShowGrid(false);
    gateTable_->setTabKeyNavigation(false);
    gateTable_->setSelectionMode(QAbstractItemView::NoSelection);
    gateTable_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    gateTable_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    gateTable_->setHorizontalHeader(new FactHeader(gateTable_));
    gateTable_->verticalHeader()->hide();
    gateTable_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    gateTable_->verticalHeader()->setDefaultSectionSize(gateRowHeight);
    gateTable_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    gateTable_->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    gateTable_->horizontalHeader()->setMinimumSectionSize(34);
    gateTable_->horizontalHeader()->setHighlightSections(false);
    gateTable_->horizontalHeader()->setAccessibleName(tr("Columns of the gates"));
    column.addWidget(makeSection(tr("Way through the states"), content));
    column.addWidget(lattice_);
    column.addWidget(reason_);
    column.addWidget(makeSection(tr("Gates on the way"), content));
    column.addWidget(gateTable_);
}

void InspectorView::addAnswers(QVBoxLayout& column, QWidget* content)
{
    bars_ = new ClassBars(content);
    barsHint_ = new QLabel(tr("This run keeps no full class probabilities."), content);
    barsHint_->setProperty("role", "caption");
    barsHint_->setWordWrap(true);
    column.addWidget(makeSection(tr("Class probabilities (%)"), content));
    column.addWidget(bars_);
    column.addWidget(barsHint_);
}

/// What is computed when it is opened.
std::vector<Section*> InspectorView::makeSections(QWidget* content)
{
    perturb_ = new PerturbPanel(content);
    perturbSection_ = new Section(
        QStringLiteral("perturbSection"), tr("Change the image"),
        tr("Brightness, contrast, blur, noise, shift and rotation, with the network's answer"), perturb_, content);
    auto* drift = new QWidget(content);
    drift_ = new Plot(QStringLiteral("driftPlot"), tr("Relative error of the layers on this image"), drift);
    drift_->setFixedHeight(driftHeight);
    driftHint_ = new QLabel(drift);
    driftHint_->setObjectName(QStringLiteral("driftHint"));
    driftHint_->setProperty("role", "caption");
    driftHint_->setWordWrap(true);
    auto* driftColumn = new QVBoxLayout(drift);
    driftColumn->setContentsMargins(0, 0, 0, 0);
    driftColumn->addWidget(driftHint_);
    driftColumn->addWidget(drift_);
    driftSection_ = new Section(QStringLiteral("driftSection"), tr("Layer drift"),
                                tr("How far quantization moves each layer's output on this image"), drift, content);
    neighbours_ = new NeighbourStrip(thumbnails_, content);
    neighbourSection_ = new Section(QStringLiteral("neighbourSection"), tr("Nearest neighbours"),
                                    tr("Test samples whose answers are most alike"), neighbours_, content);
    return {perturbSection_, driftSection_, neighbourSection_};
}

void InspectorView::connectParts()
{
    connect(thumbnails_, &Thumbnails::changed, this, &InspectorView::refreshImage);
    rest_.setSingleShot(true);
    rest_.setInterval(restMilliseconds);
    connect(&rest_, &QTimer::timeout, this, &InspectorView::wantMore);
    for (Section* section : {perturbSection_, driftSection_, neighbourSection_})
        connect(section, &Section::opened, this, &InspectorView::wantMore);
    connect(neighbours_, &NeighbourStrip::picked, this, &InspectorView::samplePicked);
    connect(perturb_, &PerturbPanel::changed, this, [this] {
        if (!shown())
            return;
        if (perturb_->perturbation().changes_nothing())
            setRerunProblem({});
        emit rerunWanted();
        rest_.start();  // the drift is that of the changed image
    });
    connect(drift_, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        const QString hover = event->buttons() ? QString() : driftText(event->position());
        QToolTip::showText(event->globalPosition().toPoint() + QPoint(6, 6), hover, drift_);
    });
}

/// Of the layer at a place of the plot: its drift at every precision.
QString InspectorView::driftText(const QPointF& position) const
{
    const auto layer = driftStudy_ ? plots::layer_at(*drift_, *driftStudy_, position) : std::nullopt;
    if (!layer)
        return {};
    QString hover = text(driftStudy_->layers[*layer].name);
    for (std::size_t p = 0; p < driftStudy_->precisions.size(); ++p)
        if (const auto& at = driftStudy_->layers[*layer].at[p])
            hover +=
                tr("\n%1: %2")
                    .arg(text(driftStudy_->precisions[p].name()), percent(std::pow(10.0, -at->output_sqnr / 20), 2));
    return hover;
}

void InspectorView::basisChanged()
{
    search_.cancel();
    driftStudy_.reset();
    driftOf_ = {};
    driftHint_->setText(tr("Runs the network on this image in float and at every precision."));
    setSample(point() ? sample_ : std::nullopt);  // another analysis has the same samples
}

void InspectorView::setSample(std::optional<SampleIndex> sample)
{
    sample_ = sample;
    changed_.reset();
    if (!shown())
        hint().showHint(hintText());
    refresh();
}

bool InspectorView::shown() const
{
    return point() && point()->decided() && point()->analysis && sample_ && sample_->at() < point()->run->test.samples;
}

void InspectorView::drawPoint()
{
    if (!shown())
        return;
    const run::Run& run = *point()->run;
    const SampleIndex sample = *sample_;
    const StateIndex decided = point()->state(sample);
    const std::optional<bool> good = point()->good(sample);
    const QString verdict = !good                 ? QString()
                            : point()->labelled() ? (*good ? tr("✓ right") : tr("✗ wrong"))
                            : *good               ? tr("= agrees with full")
                                                  : tr("≠ differs from full");
    title_->setText(tr("#%1  %2").arg(sample.value).arg(className(run, point()->prediction(sample))));
    QStringList facts;
    if (!verdict.isEmpty())
        facts << verdict;
    facts << tr("label: %1").arg(className(run, point()->label(sample)));
    facts << tr("exit %1 by %2").arg(run.states[decided.at()].exit.value + 1).arg(pathText(run.states[decided.at()]));
    facts << tr("cost %1 of the full model").arg(percent(point()->costs.relative(decided)));
    facts_->setText(facts.join(QLatin1Char('\n')));

    std::vector<LatticeNode> nodes = lattice(*point(), sample);
    QStringList toolTips;
    for (const LatticeNode& node : nodes)
        toolTips << toolTipOf(*point(), sample, node);
    lattice_->setLattice(std::move(nodes), run, toolTips);

    std::vector<analyse::GateVisit> visits;
    if (point()->fitted && point()->analysis)
        visits = analyse::explain(*point()->analysis, point()->costs, *point()->fitted, point()->decisions, sample);
    reason_->setText(visits.empty() ? QString() : unbroken(reasonText(visits.back())));
    reason_->setVisible(!reason_->text().isEmpty());
    gates_->setVisits(point()->run, std::move(visits));
    gateTable_->setFixedHeight(gateTable_->horizontalHeader()->sizeHint().height() +
                               gateRowHeight * gates_->rowCount() + 2 * gateTable_->frameWidth());

    ClassProbabilities probabilities = classProbabilities(*point(), sample, classRows);
    barsHint_->setVisible(probabilities.states.empty());
    bars_->setVisible(!probabilities.states.empty());
    bars_->setProbabilities(std::move(probabilities), run);
    refreshImage();
    hint().showContent();
    drawDrift();
    if (!perturb_->perturbation().changes_nothing())
        emit rerunWanted();
    rest_.start();
}

void InspectorView::wantMore()
{
    if (!shown() || !isVisible())
        return;
    if (driftSection_->isOpen() && std::pair(sample_, perturbation()) != driftOf_) {
        driftOf_ = {sample_, perturbation()};
        emit driftWanted();
    }
    if (neighbourSection_->isOpen())
        findNeighbours();
}

void InspectorView::findNeighbours()
{
    const StateIndex state = point()->state(*sample_);
    search_.start([run = point()->run, state,
                   sample = *sample_] { return analyse::nearest_answers(*run, state, sample, NeighbourStrip::shown); },
                  [this, state](std::vector<analyse::Neighbour> found) {
                      if (shown())
                          neighbours_->setNeighbours(std::move(found), *point(), state);
                  });
}

dataset::Perturbation InspectorView::perturbation() const
{
    return perturb_->perturbation();
}

std::vector<FactTable*> InspectorView::tables() const
{
    return {perturb_->table()};
}

void InspectorView::setPerturbed(const dataset::Image& image, const adaptive::RerunAnswer& answer,
                                 const run::Run& measured)
{
    if (!shown() || perturb_->perturbation().changes_nothing())
        return;
    perturb_->setAnswer(answer, measured, *point(), *sample_);
    changed_ = sample_;
    image_->setText({});
    image_->setPixmap(fitted(QPixmap::fromImage(toImage(image)), imageSide, devicePixelRatioF()));
    image_->setToolTip(tr("The changed image"));
}

void InspectorView::setRerunProblem(const QString& sentence)
{
    changed_.reset();
    perturb_->setMessage(sentence);
    refreshImage();
}

void InspectorView::setDrift(calibrate::LayerStudy drift)
{
    driftStudy_ = std::move(drift);
    drawDrift();
}

void InspectorView::setDriftProblem(const QString& sentence)
{
    driftStudy_.reset();
    driftHint_->setText(sentence);
    drawDrift();
}

void InspectorView::drawDrift()
{
    drift_->setVisible(driftStudy_.has_value());
    driftHint_->setVisible(!driftStudy_);
    if (!driftStudy_)
        return;
    const QString note =
        tr("Error of a layer's output against the float network, relative to its size; the image as shown above.");
    drift_->setDrawing([study = *driftStudy_, note](QCustomPlot& canvas, const plots::Theme& theme) {
        plots::draw_layer_drift(canvas, study, note, theme);
    });
}

void InspectorView::refreshImage()
{
    if (!shown())
        return;
    if (changed_ == sample_)
        return;
    const std::uint32_t position = point()->run->test.source_index[sample_->at()];
    const QPixmap pixmap = thumbnails_->pixmap(position);
    if (pixmap.isNull()) {
        image_->setPixmap({});
        image_->setText(thumbnails_->hasDataset() ? tr("loading") : tr("no image"));
        image_->setToolTip(
            thumbnails_->hasDataset() ? QString() : tr("The data set of this run is not open: open it to see images"));
        return;
    }
    image_->setText({});
    image_->setPixmap(fitted(pixmap, imageSide, devicePixelRatioF()));
    image_->setToolTip(text(thumbnails_->dataset()->origin(SampleIndex(position))));
}

}  // namespace exitscope::gui
