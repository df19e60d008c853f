// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/inspector_view.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/common/accessible.h"
#include "widgets/common/format.h"
#include "widgets/common/hint.h"
#include "widgets/inspector/class_bars.h"
#include "widgets/inspector/gate_model.h"
#include "widgets/inspector/lattice_widget.h"
#include "widgets/samples/thumbnail_delegate.h"
#include "widgets/samples/thumbnails.h"

namespace exitscope::gui {
namespace {

constexpr int imageSide = 112;
constexpr std::size_t classRows = 5;
constexpr int gateRowHeight = 24;

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
    gateTable_->verticalHeader()->hide();
    gateTable_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    gateTable_->verticalHeader()->setDefaultSectionSize(gateRowHeight);
    gateTable_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    gateTable_->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    gateTable_->horizontalHeader()->setMinimumSectionSize(34);
    gateTable_->horizontalHeader()->setHighlightSections(false);
    gateTable_->horizontalHeader()->setAccessibleName(tr("Columns of the gates"));
    bars_ = new ClassBars(content);
    barsHint_ = new QLabel(tr("This run keeps no full class probabilities."), content);
    barsHint_->setProperty("role", "caption");
    barsHint_->setWordWrap(true);

    auto* about = new QVBoxLayout;
    about->setSpacing(4);
    about->addWidget(title_);
    about->addWidget(facts_);
    about->addStretch(1);
    auto* top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(image_, 0, Qt::AlignTop);
    top->addLayout(about, 1);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(10, 10, 10, 10);
    column->setSpacing(8);
    column->addLayout(top);
    column->addWidget(makeSection(tr("Way through the states"), content));
    column->addWidget(lattice_);
    column->addWidget(reason_);
    column->addWidget(makeSection(tr("Gates on the way"), content));
    column->addWidget(gateTable_);
    column->addWidget(makeSection(tr("Class probabilities (%)"), content));
    column->addWidget(bars_);
    column->addWidget(barsHint_);
    column->addStretch(1);

    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("inspectorScroll"));
    scroll->setAccessibleName(tr("Inspector"));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    content->setAutoFillBackground(true);
    content->setBackgroundRole(QPalette::Base);
    setContent(scroll);
    connect(thumbnails_, &Thumbnails::changed, this, &InspectorView::refreshImage);
}

void InspectorView::setPoint(const OperatingPoint* point, std::shared_ptr<const evaluate::Analysis> analysis)
{
    analysis_ = std::move(analysis);
    PointView::setPoint(point);
}

void InspectorView::pointChanged()
{
    setSample(std::nullopt);
}

void InspectorView::setSample(std::optional<SampleIndex> sample)
{
    sample_ = sample;
    if (!shown())
        hint().showHint(hintText());
    update();
}

bool InspectorView::shown() const
{
    return point() && point()->decided() && analysis_ && sample_ && sample_->at() < point()->run->test.samples;
}

void InspectorView::refresh()
{
    if (!shown())
        return;
    const run::Run& run = *point()->run;
    const SampleIndex sample = *sample_;
    const StateIndex decided = point()->state(sample);
    const std::optional<bool> good = point()->good(sample);
    const QString verdict = !good                ? QString()
                            : point()->labelled() ? (*good ? tr("✓ right") : tr("✗ wrong"))
                            : *good              ? tr("= agrees with full")
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

    std::vector<evaluate::GateVisit> visits = evaluate::explain(*analysis_, point()->costs, sample, decided);
    reason_->setText(visits.empty() ? QString() : text(visits.back().reason));
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
}

void InspectorView::refreshImage()
{
    if (!shown())
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
