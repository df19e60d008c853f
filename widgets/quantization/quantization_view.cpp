// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/quantization/quantization_view.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>

#include "widgets/common/accessible.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/hint.h"
#include "widgets/common/plot.h"

namespace exitscope::gui {
namespace {

enum Page { layersPage, flipsPage };
enum FlipColumn { lostColumn = 3, gainedColumn = 4 };

QString decibels(double sqnr)
{
    return std::isnan(sqnr)   ? QStringLiteral("-")
           : std::isinf(sqnr) ? QuantizationView::tr("exact")
                              : QString::number(sqnr, 'f', 1);
}

Fact decibelFact(std::optional<double> sqnr)
{
    return sqnr ? fact(decibels(*sqnr), *sqnr) : fact(QStringLiteral("-"), NAN);
}

QString title(const calibrate::LayerFindings& layer)
{
    return QuantizationView::tr("%1  (%2, stage %3, %4)")
        .arg(text(layer.name), text(layer.op))
        .arg(layer.stage.value + 1)
        .arg(layer.head ? QuantizationView::tr("exit head") : QuantizationView::tr("trunk"));
}

}  // namespace

QuantizationView::QuantizationView(QWidget* parent) : View(parent)
{
    setObjectName(QStringLiteral("quantizationView"));
    shown_ = makeBox("quantizationShown", tr("Views of quantization"), this);
    shown_->addItems({tr("Layers"), tr("Changed answers")});
    measure_ = makeBox("quantizationMeasure", tr("Measure of a layer"), this);
    measure_->addItems({tr("This layer alone, at its worst exit"), tr("Output, whole network quantized"), tr("Weights"),
                        tr("Input on its grid")});
    precision_ = makeBox("quantizationPrecision", tr("Precision of the table of layers"), this);
    asTable_ = new QToolButton(this);
    asTable_->setObjectName(QStringLiteral("quantizationAsTable"));
    asTable_->setText(tr("Numbers"));
    asTable_->setAccessibleName(tr("Show the layers as a table of numbers, largest effect first"));
    asTable_->setToolTip(asTable_->accessibleName());
    asTable_->setCheckable(true);
    ask_ = new QPushButton(this);
    ask_->setObjectName(QStringLiteral("measureLayers"));
    ask_->setAccessibleName(tr("Measure the layers"));
    flipTable_ = new FactTable(QStringLiteral("flipTable"), tr("Answers that a precision changes"), this);
    flipTable_->setToolTip(tr("Answers of the test split at each exit, the whole network at one precision, against the "
                              "run's highest precision.\nTo wrong: right there, wrong here. To right: the other way "
                              "round. p: exact McNemar test of the two.\nClick a number of these to filter its "
                              "samples, any other cell to filter all whose answer changed."));

    auto* content = new QWidget(this);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    for (QWidget* part : std::initializer_list<QWidget*>{shown_, measure_, precision_})
        top->addWidget(part);
    top->addStretch(1);
    top->addWidget(asTable_);
    top->addWidget(ask_);
    pages_ = new QStackedWidget(content);
    layersHint_ = new HintStack(makeLayers(), {}, pages_);
    pages_->addWidget(layersHint_);
    pages_->addWidget(flipTable_);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(pages_, 1);
    hint_ = new HintStack(content,
                          tr("Shows the effects of quantization, by layer and on answers, once a run is "
                             "open."),
                          this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 6);
    layout->addWidget(hint_);

    connect(shown_, &QComboBox::currentIndexChanged, this, &QuantizationView::showState);
    connect(measure_, &QComboBox::currentIndexChanged, this, &QuantizationView::redraw);
    connect(precision_, &QComboBox::currentIndexChanged, this, &QuantizationView::fillLayers);
    connect(asTable_, &QToolButton::toggled, this, &QuantizationView::showState);
    connect(ask_, &QPushButton::clicked, this, [this] {
        if (working_)
            emit cancelled();
        else
            emit asked();
    });
    connect(flipTable_, &FactTable::cellPicked, this, &QuantizationView::pickFlip);
    connect(layerTable_, &FactTable::picked, this, [this](int row) { select(rows_[static_cast<std::size_t>(row)]); });
    connect(layers_, &Plot::clicked, this, [this](const QPointF& position) {
        if (const auto layer = study() ? plots::layer_at(*layers_, *study(), position) : std::nullopt)
            select(*layer);
    });
    connect(layers_, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        const auto layer =
            study() && !event->buttons() ? plots::layer_at(*layers_, *study(), event->position()) : std::nullopt;
        QToolTip::showText(event->globalPosition().toPoint() + QPoint(6, 6), layer ? layerText(*layer) : QString(),
                           layers_);
    });
    connect(inputs_, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        QToolTip::showText(event->globalPosition().toPoint() + QPoint(6, 6),
                           event->buttons() ? QString() : inputText(event->position()), inputs_);
    });
    showState();
}

QWidget* QuantizationView::makeLayers()
{
    layers_ = new Plot(QStringLiteral("layersPlot"), tr("Quantization noise of the layers"), this);
    inputs_ = new Plot(QStringLiteral("layerInputsPlot"), tr("Inputs of the selected layer and its grids"), this);
    layerTable_ = new FactTable(QStringLiteral("layerTable"), tr("Layers, largest effect first"), this);
    title_ = new QLabel(this);
    title_->setObjectName(QStringLiteral("layerTitle"));
    title_->setProperty("role", "section");
    makeSelectable(*title_);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layerPages_ = new QStackedWidget(this);
    layerPages_->addWidget(layers_);
    layerPages_->addWidget(layerTable_);
    auto* of_one = new QWidget(this);
    auto* column = new QVBoxLayout(of_one);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(title_);
    column->addWidget(inputs_, 1);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(layerPages_);
    split->addWidget(of_one);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({580, 420});
    split->setChildrenCollapsible(false);
    return split;
}

void QuantizationView::setRun(run::RunPtr run)
{
    run_ = std::move(run);
    findings_ = {};
    selected_.reset();
    rows_.clear();
    const QSignalBlocker block(precision_);
    precision_->clear();
    fillFlips();
    showState();
}

void QuantizationView::setFlips(std::vector<analyse::PrecisionFlips> flips)
{
    findings_.flips = std::move(flips);
    fillFlips();
}

void QuantizationView::setFindings(evaluate::QuantizationFindings findings)
{
    findings_ = std::move(findings);
    selected_.reset();
    const QSignalBlocker block(precision_);
    precision_->clear();
    if (study()) {
        for (const Precision precision : study()->precisions)
            precision_->addItem(text(precision.name()));
        const std::vector<std::size_t> dearest =
            study()->precisions.empty() ? std::vector<std::size_t>() : study()->ranking(0);
        if (!dearest.empty())
            selected_ = dearest.front();
        else if (!study()->layers.empty())
            selected_ = 0;
    }
    fillFlips();
    fillLayers();
    showState();
    redraw();
}

void QuantizationView::setWorking(bool working)
{
    working_ = working;
    showState();
}

void QuantizationView::showState()
{
    if (!run_) {
        hint_->showHint(tr("Shows the effects of quantization, by layer and on answers, once a run is open."));
        return;
    }
    hint_->showContent();
    const bool layers = shown_->currentIndex() == layersPage;
    pages_->setCurrentIndex(shown_->currentIndex());
    layerPages_->setCurrentIndex(asTable_->isChecked() ? 1 : 0);
    measure_->setVisible(layers && study() && !asTable_->isChecked());
    precision_->setVisible(layers && study() && asTable_->isChecked());
    asTable_->setVisible(layers && study());
    ask_->setVisible(layers && (working_ || (!study() && findings_.missing.empty())));
    ask_->setText(working_ ? tr("Cancel") : tr("Measure the layers"));
    ask_->setToolTip(working_ ? tr("Stop measuring")
                              : tr("Run the network on %1 images of the fit split, in float and quantized, whole and "
                                   "one layer at a time")
                                    .arg(calibrate::LayerStudyOptions().samples));
    if (study())
        layersHint_->showContent();
    else if (working_)
        layersHint_->showHint(tr("Measuring the layers..."));
    else if (!findings_.missing.empty())
        layersHint_->showHint(
            tr("No numbers by layer: %1. The changed answers need only the run.").arg(text(findings_.missing)));
    else
        layersHint_->showHint(tr("Not measured yet: which layers suffer from quantization, and how their inputs lie "
                                 "on their grids."));
}

void QuantizationView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        redraw();
}

void QuantizationView::redraw()
{
    if (!study())
        return;
    const QString note = tr("SQNR: signal against the noise that quantization adds, on %1 images of %2. Click a layer "
                            "to see its inputs.")
                             .arg(count(study()->samples), text(study()->data));
    layers_->setDrawing([this, measure = static_cast<plots::LayerMeasure>(measure_->currentIndex()),
                         selected = selected_, note](QCustomPlot& canvas, const plots::Theme& theme) {
        if (study())
            plots::draw_layers(canvas, *study(), measure, selected, note, theme);
    });
    redrawInputs();
}

void QuantizationView::redrawInputs()
{
    if (!study() || !selected_)
        return;
    const calibrate::LayerFindings& layer = study()->layers[*selected_];
    title_->setText(title(layer));
    title_->setToolTip(title_->text());
    QStringList clipped;
    for (std::size_t p = 0; p < study()->precisions.size(); ++p)
        if (const auto& at = layer.at[p])
            clipped << tr("%1: %2 bits, %3 clipped")
                           .arg(text(study()->precisions[p].name()))
                           .arg(at->input.bits)
                           .arg(percent(at->clipped, 2));
    const QString note = tr("Lines: ends of the grids. %1. %2 images of %3.")
                             .arg(clipped.join(QStringLiteral("; ")), count(study()->samples), text(study()->data));
    inputs_->setDrawing([this, selected = *selected_, note](QCustomPlot& canvas, const plots::Theme& theme) {
        if (study() && selected < study()->layers.size())
            plots::draw_layer_inputs(canvas, *study(), selected, note, theme);
    });
}

void QuantizationView::fillLayers()
{
    std::vector<std::vector<Fact>> rows;
    rows_.clear();
    const int chosen = precision_->currentIndex();
    if (study() && chosen >= 0) {
        const auto p = static_cast<std::size_t>(chosen);
        rows_ = study()->ranking(p);
        for (const std::size_t l : rows_) {
            const calibrate::LayerFindings& layer = study()->layers[l];
            const calibrate::LayerAtPrecision& at = *layer.at[p];
            const ExitIndex worst = *at.worst_exit();
            const calibrate::ExitChange& change = at.alone[worst.at()];
            rows.push_back(
                {fact(text(layer.name)), fact(QString::number(l + 1), double(l + 1)), decibelFact(change.sqnr),
                 fact(QString::number(worst.value + 1), double(worst.value + 1)),
                 fact(tr("%1 of %2").arg(count(change.changed), count(study()->samples)), double(change.changed)),
                 decibelFact(at.weight_sqnr), decibelFact(at.input_sqnr), fact(percent(at.clipped, 2), at.clipped),
                 decibelFact(at.output_sqnr)});
            const std::optional<plan::Rounding>& did = at.rounding;
            rows.back().push_back(fact(did ? text(plan::name(did->method)) : tr("nearest")));
            rows.back().push_back(did ? decibelFact(double(did->nearest_sqnr)) : fact(QStringLiteral("-")));
            rows.back().push_back(did ? decibelFact(double(did->sqnr)) : fact(QStringLiteral("-")));
            rows.back().push_back(did ? fact(percent(double(did->moved)), double(did->moved))
                                      : fact(QStringLiteral("-")));
        }
    }
    layerTable_->setFacts({tr("Layer"), tr("No."), tr("SQNR alone"), tr("At exit"), tr("Other answer"), tr("Weights"),
                           tr("Input"), tr("Clipped"), tr("Output, all"), tr("Rounding"), tr("To nearest"),
                           tr("Rounded"), tr("Moved")},
                          std::move(rows));
}

void QuantizationView::fillFlips()
{
    std::vector<std::vector<Fact>> rows;
    const auto share = [](std::size_t part, std::size_t of) {
        return fact(
            QuantizationView::tr("%1 (%2)").arg(count(part), percent(double(part) / std::max<double>(1, double(of)))),
            double(part));
    };
    for (const analyse::PrecisionFlips& flips : findings_.flips) {
        const bool labelled = flips.labelled > 0;
        const double net = double(flips.gained) - double(flips.lost);
        rows.push_back(
            {fact(QString::number(flips.exit.value + 1), double(flips.exit.value + 1)),
             fact(text(flips.precision.name())), share(flips.changed, flips.samples),
             fact(count(flips.lost), double(flips.lost)), fact(count(flips.gained), double(flips.gained)),
             fact(labelled ? (net > 0 ? QStringLiteral("+") : QString()) +
                                 QString::number(100 * net / double(flips.labelled), 'f', 2) + QStringLiteral(" %")
                           : QStringLiteral("-"),
                  net),
             fact(!labelled        ? QStringLiteral("-")
                  : flips.p < 1e-4 ? QStringLiteral("<0.0001")
                                   : QString::number(flips.p, 'f', 4),
                  flips.p),
             fact(count(flips.samples), double(flips.samples))});
    }
    const QString precision = findings_.flips.empty()
                                  ? tr("Precision")
                                  : tr("Instead of %1").arg(text(findings_.flips.front().reference.name()));
    flipTable_->setFacts({tr("Exit"), precision, tr("Other answer"), tr("To wrong"), tr("To right"), tr("Accuracy"),
                          tr("p"), tr("Samples")},
                         std::move(rows));
}

void QuantizationView::select(std::size_t layer)
{
    selected_ = layer;
    redraw();
}

void QuantizationView::pickFlip(int row, int column)
{
    const analyse::PrecisionFlips& flips = findings_.flips[static_cast<std::size_t>(row)];
    const bool labelled = flips.labelled > 0;
    const analyse::Flip which = labelled && column == lostColumn     ? analyse::Flip::lost
                                : labelled && column == gainedColumn ? analyse::Flip::gained
                                                                     : analyse::Flip::changed;
    const QString what = which == analyse::Flip::lost     ? tr("right at %1, wrong at %2, exit %3")
                         : which == analyse::Flip::gained ? tr("wrong at %1, right at %2, exit %3")
                                                          : tr("other answer at %1 than at %2, exit %3");
    auto set = std::make_shared<NamedSet>();
    set->title = what.arg(text(flips.reference.name()), text(flips.precision.name())).arg(flips.exit.value + 1);
    set->run = run_;
    set->members = analyse::flipped(*run_, flips, which);
    emit filtersPicked({{.kind = Filter::Kind::picked, .set = std::move(set)}});
}

QString QuantizationView::layerText(std::size_t layer) const
{
    const calibrate::LayerFindings& found = study()->layers[layer];
    QStringList lines{title(found)};
    for (std::size_t p = 0; p < study()->precisions.size(); ++p) {
        const auto& at = found.at[p];
        if (!at)
            continue;
        QString line = tr("%1: weights %2 dB, input %3 dB, output in the quantized network %4 dB")
                           .arg(text(study()->precisions[p].name()), decibels(at->weight_sqnr),
                                decibels(at->input_sqnr), decibels(at->output_sqnr));
        if (const auto worst = at->worst_exit())
            line += tr("; alone %1 dB at exit %2, %3 of %4 answers changed")
                        .arg(decibels(at->alone[worst->at()].sqnr))
                        .arg(worst->value + 1)
                        .arg(count(at->alone[worst->at()].changed), count(study()->samples));
        lines << line;
    }
    return lines.join(QLatin1Char('\n')) + tr("\nClick: show its inputs");
}

QString QuantizationView::inputText(const QPointF& position) const
{
    if (!study() || !selected_ || !inputs_->axisRect()->rect().contains(position.toPoint()))
        return {};
    const calibrate::Observation& seen = study()->layers[*selected_].input;
    const auto bins = double(seen.histogram.size());
    const double width = (double(seen.maximum) - double(seen.minimum)) / bins;
    const double bin = std::floor((inputs_->xAxis->pixelToCoord(position.x()) - double(seen.minimum)) / width);
    if (!(bin >= 0 && bin < bins))
        return {};
    double total = 0;
    double below = 0;
    for (std::size_t b = 0; b < seen.histogram.size(); ++b) {
        total += double(seen.histogram[b]);
        below += double(b) < bin ? double(seen.histogram[b]) : 0.0;
    }
    const double from = double(seen.minimum) + bin * width;
    const auto here = double(seen.histogram[static_cast<std::size_t>(bin)]);
    return tr("%1 to %2: %3 of %4 values\nbelow: %5, above: %6")
        .arg(from, 0, 'g', 3)
        .arg(from + width, 0, 'g', 3)
        .arg(percent(here / total, 3), quantity(total), percent(below / total, 2),
             percent((total - below - here) / total, 2));
}

}  // namespace exitscope::gui
