// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/evaluate_dialog.h"

#include <algorithm>
#include <limits>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "app/fitting_area.h"
#include "app/preprocessing_form.h"
#include "core/deploy/evaluate/state_walk.h"
#include "widgets/common/accessible.h"
#include "widgets/common/format.h"

namespace exitscope::app {
namespace {

using gui::count;
using gui::text;

constexpr Precision offered[] = {{2, 4}, {3, 4}, {4, 4}, {4, 8}, {6, 6}, {8, 8}, fp32};
constexpr run::Schedule schedules[] = {run::Schedule::free, run::Schedule::non_increasing,
                                       run::Schedule::non_decreasing, run::Schedule::uniform};
constexpr calibrate::RangeMethod ranges[] = {calibrate::RangeMethod::min_max, calibrate::RangeMethod::percentile,
                                             calibrate::RangeMethod::mse};
constexpr plan::WeightMethod weightMethods[] = {plan::WeightMethod::nearest, plan::WeightMethod::gptq,
                                                plan::WeightMethod::asymmetric};
constexpr int largestCount = 10'000'000;

QSpinBox* makeCount(const QString& name, const QString& accessibleName, int low, int high, std::size_t value,
                    QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(accessibleName);
    box->setRange(low, high);
    box->setValue(static_cast<int>(std::min<std::size_t>(value, static_cast<std::size_t>(high))));
    box->setGroupSeparatorShown(true);
    return box;
}

QString scheduleTitle(run::Schedule schedule)
{
    switch (schedule) {
    case run::Schedule::free: return EvaluateDialog::tr("Free: any precision at any stage");
    case run::Schedule::non_increasing: return EvaluateDialog::tr("Non-increasing precision");
    case run::Schedule::non_decreasing: return EvaluateDialog::tr("Non-decreasing precision");
    case run::Schedule::uniform: return EvaluateDialog::tr("Uniform: one precision a path");
    }
    return {};
}

QString rangeTitle(calibrate::RangeMethod method)
{
    switch (method) {
    case calibrate::RangeMethod::min_max: return EvaluateDialog::tr("Smallest and largest value");
    case calibrate::RangeMethod::percentile: return EvaluateDialog::tr("Percentile (99.9 %)");
    case calibrate::RangeMethod::mse: return EvaluateDialog::tr("Least squared error");
    }
    return {};
}

QString weightsTitle(plan::WeightMethod method)
{
    switch (method) {
    case plan::WeightMethod::nearest: return EvaluateDialog::tr("To nearest");
    case plan::WeightMethod::gptq: return EvaluateDialog::tr("GPTQ");
    case plan::WeightMethod::asymmetric: return EvaluateDialog::tr("Asymmetric: towards the float output");
    }
    return {};
}

}  // namespace

EvaluateDialog::EvaluateDialog(Prompts& chooser, const EvaluateSettings& settings, const DataRequest& data,
                               const dataset::OpenOptions& reading, ModelPtr model, dataset::DatasetPtr images,
                               QWidget* parent)
    : QDialog(parent), start_(settings), model_(std::move(model)), exits_(model_ ? model_->exit_count() : 0)
{
    setObjectName(QStringLiteral("evaluateDialog"));
    setWindowTitle(tr("Evaluation settings"));
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    auto* content = new QWidget(this);
    auto* columns = new QHBoxLayout(content);
    columns->setContentsMargins(0, 0, 6, 0);
    columns->setSpacing(10);
    auto* left = new QVBoxLayout;
    left->setSpacing(10);
    left->addWidget(makeTree(settings.options));
    left->addWidget(makeData(chooser, data, reading), 1);
    left->addWidget(makeWork(settings));
    columns->addLayout(left, 1);
    columns->addWidget(makePreprocessing(settings, std::move(images)), 1);
    layout->addWidget(new FittingArea(content, this), 1);

    buttons_ = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* go = buttons_->addButton(tr("Evaluate"), QDialogButtonBox::AcceptRole);
    go->setObjectName(QStringLiteral("evaluateAccept"));
    go->setDefault(true);
    layout->addWidget(buttons_);
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    estimate();
}

/// Precisions and schedule, with the number of states that they make.
QWidget* EvaluateDialog::makeTree(const evaluate::EvaluateOptions& options)
{
    auto* group = new QGroupBox(tr("State tree"), this);
    auto* tree = new QFormLayout(group);
    tree->addRow(tr("Precisions"), makePrecisions(options, group));
    schedule_ = new QComboBox(group);
    schedule_->setObjectName(QStringLiteral("scheduleBox"));
    gui::nameBox(*schedule_, tr("Precision schedule"));
    schedule_->addItem(tr("Automatic: as free as the number of states allows"));
    for (const run::Schedule schedule : schedules) {
        schedule_->addItem(scheduleTitle(schedule));
        if (schedule == options.schedule)
            schedule_->setCurrentIndex(schedule_->count() - 1);
    }
    connect(schedule_, &QComboBox::currentIndexChanged, this, &EvaluateDialog::estimate);
    tree->addRow(tr("Sc&hedule"), schedule_);
    states_ = new QLabel(group);
    states_->setObjectName(QStringLiteral("stateEstimate"));
    states_->setProperty("role", "caption");
    tree->addRow(QString(), states_);
    return group;
}

QWidget* EvaluateDialog::makePrecisions(const evaluate::EvaluateOptions& options, QWidget* parent)
{
    auto* checks = new QWidget(parent);
    auto* flow = new QHBoxLayout(checks);
    flow->setContentsMargins(0, 0, 0, 0);
    flow->setSpacing(14);
    for (const Precision precision : offered) {
        auto* check = new QCheckBox(text(precision.name()), checks);
        check->setObjectName(QStringLiteral("precision_") + text(precision.name()));
        check->setToolTip(
            precision.is_float()
                ? tr("Floating point")
                : tr("%1-bit weights, %2-bit activations").arg(precision.weight_bits).arg(precision.activation_bits));
        check->setChecked(std::find(options.precisions.begin(), options.precisions.end(), precision) !=
                          options.precisions.end());
        connect(check, &QCheckBox::toggled, this, &EvaluateDialog::estimate);
        flow->addWidget(check);
        precisions_.emplace_back(precision, check);
    }
    flow->addStretch(1);
    return checks;
}

QWidget* EvaluateDialog::makeData(Prompts& chooser, const DataRequest& data, const dataset::OpenOptions& reading)
{
    auto* group = new QGroupBox(tr("Data"), this);
    auto* layout = new QVBoxLayout(group);
    form_ = new DataForm(chooser, data, reading, group);
    connect(form_, &DataForm::changed, this, &EvaluateDialog::estimate);
    layout->addWidget(form_);
    layout->addStretch(1);
    return group;
}

/// How images become the network's input.
QWidget* EvaluateDialog::makePreprocessing(const EvaluateSettings& settings, dataset::DatasetPtr images)
{
    auto* group = new QGroupBox(tr("Preprocessing"), this);
    auto* layout = new QVBoxLayout(group);
    preprocessing_ = new PreprocessingForm(settings.preprocessing, model_, std::move(images), group);
    connect(preprocessing_, &PreprocessingForm::changed, this, &EvaluateDialog::estimate);
    layout->addWidget(preprocessing_);
    layout->addStretch(1);
    return group;
}

/// Ranges of activations, and how much is computed how.
QWidget* EvaluateDialog::makeWork(const EvaluateSettings& settings)
{
    auto* group = new QGroupBox(tr("Calibration and work"), this);
    auto* work = new QFormLayout(group);
    range_ = new QComboBox(group);
    range_->setObjectName(QStringLiteral("rangeBox"));
    gui::nameBox(*range_, tr("Range of activations"));
    range_->addItem(tr("Automatic: least squared error"));
    for (const calibrate::RangeMethod method : ranges) {
        range_->addItem(rangeTitle(method));
        if (settings.options.calibration.method == method)
            range_->setCurrentIndex(range_->count() - 1);
    }
    work->addRow(tr("Activation &range"), range_);
    weights_ = new QComboBox(group);
    weights_->setObjectName(QStringLiteral("weightsBox"));
    gui::nameBox(*weights_, tr("Rounding of weights"));
    weights_->addItem(tr("Automatic: least error on calibration images"));
    for (const plan::WeightMethod method : weightMethods) {
        weights_->addItem(weightsTitle(method));
        if (settings.options.calibration.weights == method)
            weights_->setCurrentIndex(weights_->count() - 1);
    }
    work->addRow(tr("&Weights"), weights_);
    calibrationSamples_ = makeCount(QStringLiteral("calibrationSamples"), tr("Calibration samples"), 1, largestCount,
                                    settings.options.calibration.samples, group);
    work->addRow(tr("&Calibration samples"), calibrationSamples_);
    limit_ = makeCount(QStringLiteral("limitBox"), tr("Samples of either set at most"), 0, largestCount, settings.limit,
                       group);
    limit_->setSpecialValueText(tr("all"));
    limit_->setSingleStep(500);
    work->addRow(tr("&Limit of samples"), limit_);
    QLayout* sizes = makeSizes(settings.options, group);
    auto* label = new QLabel(tr("&Batch"), group);
    label->setBuddy(batch_);
    work->addRow(label, sizes);
    return group;
}

QLayout* EvaluateDialog::makeSizes(const evaluate::EvaluateOptions& options, QWidget* parent)
{
    auto* sizes = new QHBoxLayout;
    batch_ = makeCount(QStringLiteral("batchBox"), tr("Images per batch"), 1, 1024,
                       static_cast<std::size_t>(options.batch), parent);
    threads_ = makeCount(QStringLiteral("threadsBox"), tr("Threads"), 0, 1024, options.threads, parent);
    threads_->setSpecialValueText(tr("all cores"));
    seed_ = makeCount(QStringLiteral("seedBox"), tr("Seed"), 0, std::numeric_limits<int>::max(),
                      static_cast<std::size_t>(options.seed), parent);
    seed_->setGroupSeparatorShown(false);
    sizes->addWidget(batch_);
    sizes->addWidget(new QLabel(tr("Threads"), parent));
    sizes->addWidget(threads_);
    sizes->addWidget(new QLabel(tr("Seed"), parent));
    sizes->addWidget(seed_);
    sizes->addStretch(1);
    return sizes;
}

EvaluateSettings EvaluateDialog::settings() const
{
    EvaluateSettings settings = start_;
    evaluate::EvaluateOptions& options = settings.options;
    options.precisions.clear();
    for (const auto& [precision, check] : precisions_)
        if (check->isChecked())
            options.precisions.push_back(precision);
    options.schedule.reset();
    if (schedule_->currentIndex() > 0)
        options.schedule = schedules[schedule_->currentIndex() - 1];
    options.calibration.method.reset();
    if (range_->currentIndex() > 0)
        options.calibration.method = ranges[range_->currentIndex() - 1];
    options.calibration.weights.reset();
    if (weights_->currentIndex() > 0)
        options.calibration.weights = weightMethods[weights_->currentIndex() - 1];
    options.calibration.samples = static_cast<std::size_t>(calibrationSamples_->value());
    options.batch = batch_->value();
    options.threads = static_cast<unsigned>(threads_->value());
    options.seed = static_cast<std::uint64_t>(seed_->value());
    settings.limit = static_cast<std::size_t>(limit_->value());
    settings.preprocessing = preprocessing_->choice().value_or(dataset::PreprocessingChoice());
    return settings;
}

void EvaluateDialog::estimate()
{
    if (!buttons_)
        return;  // still being built
    const EvaluateSettings wanted = settings();
    const std::size_t precisions = wanted.options.precisions.size();
    const std::size_t limit = wanted.options.state_limit;
    bool possible = precisions > 0;
    if (precisions == 0) {
        states_->setText(tr("Choose at least one precision."));
    } else if (exits_ == 0) {
        states_->setText(tr("Open a model to see the number of states."));
    } else {
        const run::Schedule schedule =
            wanted.options.schedule.value_or(evaluate::freest_schedule(exits_, precisions, limit));
        const std::uint64_t states = evaluate::state_count(exits_, precisions, schedule);
        possible = states <= limit;
        states_->setText(
            possible ? tr("%1: %2 × %3")
                           .arg(tr("%n states", nullptr, static_cast<int>(states)),
                                tr("%n exits", nullptr, static_cast<int>(exits_)),
                                tr("%n precisions", nullptr, static_cast<int>(precisions)))
                     : tr("More than %1 states: choose fewer precisions or a narrower schedule.").arg(count(limit)));
    }
    possible = possible && preprocessing_->preprocessing().has_value();
    for (QAbstractButton* button : buttons_->buttons())
        if (buttons_->buttonRole(button) == QDialogButtonBox::AcceptRole)
            button->setEnabled(possible && exits_ > 0 && form_->request().complete());
}

}  // namespace exitscope::app
