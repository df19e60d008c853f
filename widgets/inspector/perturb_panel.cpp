// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/perturb_panel.h"

#include <algorithm>

#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include "widgets/common/accessible.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"

namespace exitscope::gui {
namespace {

/// One slider: `steps` whole steps of `step` from `first`; at `neutral` the image is unchanged.
struct Knob {
    const char* name;
    const char* title;
    double first;
    double step;
    int steps;
    double neutral;
    const char* unit;
    double dataset::Perturbation::*member;
};

const std::array<Knob, 7> knobs = {{
    {"perturbBrightness", QT_TRANSLATE_NOOP("exitscope::gui::PerturbPanel", "Brightness"), -0.5, 0.05, 20, 0, "",
     &dataset::Perturbation::brightness},
    {"perturbContrast", QT_TRANSLATE_NOOP("exitscope::gui::PerturbPanel", "Contrast"), 0.2, 0.1, 28, 1, "\303\227",
     &dataset::Perturbation::contrast},
    {"perturbBlur", QT_TRANSLATE_NOOP("exitscope::gui::PerturbPanel", "Blur"), 0, 0.25, 20, 0, " px",
     &dataset::Perturbation::blur},
    {"perturbNoise", QT_TRANSLATE_NOOP("exitscope::gui::PerturbPanel", "Noise"), 0, 0.02, 20, 0, "",
     &dataset::Perturbation::noise},
    {"perturbShiftX", QT_TRANSLATE_NOOP("exitscope::gui::PerturbPanel", "Shift right"), -8, 1, 16, 0, " px",
     &dataset::Perturbation::shift_x},
    {"perturbShiftY", QT_TRANSLATE_NOOP("exitscope::gui::PerturbPanel", "Shift down"), -8, 1, 16, 0, " px",
     &dataset::Perturbation::shift_y},
    {"perturbRotation", QT_TRANSLATE_NOOP("exitscope::gui::PerturbPanel", "Rotation"), -90, 5, 36, 0, "\302\260",
     &dataset::Perturbation::rotation},
}};

int position(const Knob& knob, double value)
{
    return qRound((value - knob.first) / knob.step);
}

double valueAt(const Knob& knob, int position)
{
    return position == gui::position(knob, knob.neutral) ? knob.neutral : knob.first + knob.step * position;
}

}  // namespace

PerturbPanel::PerturbPanel(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("perturbPanel"));
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(3);
    for (std::size_t i = 0; i < knobs.size(); ++i) {
        const Knob& knob = knobs[i];
        const QString title = tr(knob.title);
        auto* slider = new QSlider(Qt::Horizontal, this);
        slider->setObjectName(QLatin1String(knob.name));
        slider->setAccessibleName(title);
        slider->setToolTip(tr("%1 of the image; the network runs again at once").arg(title));
        slider->setRange(0, knob.steps);
        slider->setPageStep(std::max(1, knob.steps / 5));
        slider->setValue(position(knob, knob.neutral));
        auto* label = new QLabel(title, this);
        label->setBuddy(slider);
        value_[i] = new QLabel(this);
        value_[i]->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        value_[i]->setMinimumWidth(value_[i]->fontMetrics().horizontalAdvance(QStringLiteral("-8.88 px")));
        slider_[i] = slider;
        const int row = static_cast<int>(i);
        grid->addWidget(label, row, 0);
        grid->addWidget(slider, row, 1);
        grid->addWidget(value_[i], row, 2);
        connect(slider, &QSlider::valueChanged, this, [this] {
            showValues();
            emit changed();
        });
    }
    reset_ = new QPushButton(tr("Reset"), this);
    reset_->setObjectName(QStringLiteral("perturbReset"));
    reset_->setToolTip(tr("Back to the unchanged image"));
    way_ = new QLabel(this);
    way_->setObjectName(QStringLiteral("perturbWay"));
    way_->setWordWrap(true);
    makeSelectable(*way_);
    table_ =
        new FactTable(QStringLiteral("perturbTable"), tr("Answers of the changed image by exit and precision"), this);
    table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->setVisible(false);
    auto* bottom = new QHBoxLayout;
    bottom->addStretch(1);
    bottom->addWidget(reset_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addLayout(grid);
    column->addLayout(bottom);
    column->addWidget(way_);
    column->addWidget(table_);
    connect(reset_, &QPushButton::clicked, this, &PerturbPanel::reset);
    showValues();
    setMessage({});
}

dataset::Perturbation PerturbPanel::perturbation() const
{
    dataset::Perturbation how;
    for (std::size_t i = 0; i < knobs.size(); ++i)
        how.*(knobs[i].member) = valueAt(knobs[i], slider_[i]->value());
    return how;
}

void PerturbPanel::reset()
{
    for (std::size_t i = 0; i < knobs.size(); ++i) {
        const QSignalBlocker block(slider_[i]);
        slider_[i]->setValue(position(knobs[i], knobs[i].neutral));
    }
    showValues();
    emit changed();
}

void PerturbPanel::showValues()
{
    for (std::size_t i = 0; i < knobs.size(); ++i) {
        const Knob& knob = knobs[i];
        const int decimals = knob.step >= 1 ? 0 : knob.step == 0.1 ? 1 : 2;
        value_[i]->setText(QString::number(valueAt(knob, slider_[i]->value()), 'f', decimals) +
                           QString::fromUtf8(knob.unit));
    }
    reset_->setEnabled(!perturbation().changes_nothing());
}

void PerturbPanel::setMessage(const QString& sentence)
{
    way_->setText(sentence.isEmpty() ? tr("Move a slider: the network runs again on the changed image.") : sentence);
    table_->setVisible(false);
}

void PerturbPanel::setAnswer(const adaptive::RerunAnswer& answer, const run::Run& measured, const OperatingPoint& point,
                             SampleIndex sample)
{
    const auto place = [&](StateIndex state) {
        const run::State& s = point.run->states[state.at()];
        return tr("exit %1 by %2").arg(s.exit.value + 1).arg(pathText(s));
    };
    const StateIndex before = point.state(sample);
    const QString was = className(*point.run, point.prediction(sample));
    if (!answer.way) {
        way_->setText(tr("This method does not decide gate by gate, so the way of a new image is not known."));
    } else {
        const QString now = className(*point.run, answer.way->prediction);
        const QString cost = percent(point.costs.relative(answer.way->state));
        if (answer.way->state == before && answer.way->prediction == point.prediction(sample))
            way_->setText(tr("Leaves as before at %1 as %2, cost %3.").arg(place(before), was, cost));
        else if (answer.way->state == before)
            way_->setText(tr("Leaves as before at %1, now as <b>%2</b> in place of %3.")
                              .arg(place(before), now.toHtmlEscaped(), was.toHtmlEscaped()));
        else
            way_->setText(tr("Left at %1 as %2; now at <b>%3</b> as <b>%4</b>, cost %5 in place of %6.")
                              .arg(place(before), was.toHtmlEscaped(), place(answer.way->state), now.toHtmlEscaped(),
                                   cost, percent(point.costs.relative(before))));
    }
    QStringList headers{tr("Exit")};
    for (const Precision precision : measured.precisions)
        headers << text(precision.name());
    std::vector<std::vector<Fact>> rows(measured.exit_count());
    for (std::size_t e = 0; e < rows.size(); ++e) {
        rows[e].push_back(fact(QString::number(e + 1)));
        for (const Precision precision : measured.precisions) {
            const auto uniform = std::find_if(measured.states.begin(), measured.states.end(), [&](const auto& state) {
                return state.exit.at() == e && std::all_of(state.path.begin(), state.path.end(),
                                                           [&](Precision stage) { return stage == precision; });
            });
            if (uniform == measured.states.end()) {
                rows[e].push_back(fact(QStringLiteral("-")));
                continue;
            }
            const auto s = static_cast<std::size_t>(uniform - measured.states.begin());
            const std::uint16_t now = answer.answers.prediction[s].front();
            const QString name = className(measured, now);
            const bool same = now == measured.test.prediction[s][sample.at()];
            rows[e].push_back(fact(tr("%1%2 %3").arg(
                same ? QString() : QString::fromUtf8("\342\206\222 "), name,
                QString::number(100 * double(answer.answers.statistics[s].front().maximum), 'f', 0))));
        }
    }
    table_->setToolTip(
        tr("Answer and its probability in per cent at every exit, the whole network at one precision; an arrow "
           "marks an answer that differs from that for the unchanged image"));
    table_->setFacts(headers, std::move(rows));
    table_->setFixedHeight(table_->horizontalHeader()->sizeHint().height() +
                           table_->verticalHeader()->defaultSectionSize() * static_cast<int>(measured.exit_count()) +
                           2 * table_->frameWidth() + 2);
    table_->setVisible(true);
}

}  // namespace exitscope::gui
