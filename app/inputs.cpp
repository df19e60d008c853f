// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inputs.h"

#include <QFileInfo>

#include "widgets/common/format.h"

namespace exitscope::app {
namespace {

using gui::count;

constexpr Lane modelLane{"model"};
constexpr Lane fitDataLane{"fit data"};

}  // namespace

Inputs::Inputs(Jobs& jobs, QObject* parent) : QObject(parent), jobs_(jobs)
{
    settings_.options.precisions = {{2, 4}, {4, 4}, {8, 8}};
    connect(this, &Inputs::modelChanged, this, &Inputs::check);
    connect(this, &Inputs::dataChanged, this, &Inputs::check);
}

bool Inputs::loading() const
{
    return jobs_.busy(modelLane) || jobs_.busy(fitDataLane) || jobs_.busy(testDataLane);
}

void Inputs::writeTo(SessionState& state) const
{
    state.model = modelPath_;
    state.fit = QString::fromStdString(data_.fitSpec);
    state.test = QString::fromStdString(data_.testSpec);
}

void Inputs::openModel(const QString& path)
{
    jobs_.start<ModelPtr>(
        modelLane, tr("Opening %1").arg(QFileInfo(path).fileName()),
        [file = path.toStdString()](Progress& progress) { return loadModel(file, progress); },
        [this, path](ModelPtr model) { takeModel(std::move(model), path); });
}

void Inputs::takeModel(ModelPtr model, const QString& path)
{
    model_ = std::move(model);
    settings_.preprocessing = {};  // it belonged to the model before
    modelPath_ = QFileInfo(path).absoluteFilePath();
    emit modelChanged();
    emit opened(path);
    emit note(
        tr("%1: %n exits, %2 classes", nullptr, static_cast<int>(model_->exit_count())).arg(path).arg(model_->classes));
    if (!model_->preprocessing_known)
        emit notice(tr("%1 does not say how images become its input: grey values from 0 to 1 are assumed, with "
                       "mean 0 and standard deviation 1. Others can be set under Run, Evaluation settings "
                       "(Ctrl+F5).")
                        .arg(QFileInfo(path).fileName()));
    openDataAgain();
}

void Inputs::openDataAgain()
{
    if (loading() || (data_.fitSpec.empty() && data_.testSpec.empty()))
        return;
    if (!data_.fitSpec.empty() && data_.fitSpec == data_.testSpec) {
        openData(gui::text(data_.fitSpec), fitFraction_);
        return;
    }
    if (!data_.fitSpec.empty())
        openFitData(gui::text(data_.fitSpec));
    if (!data_.testSpec.empty())
        openTestData(gui::text(data_.testSpec));
}

void Inputs::setSettings(const EvaluateSettings& settings)
{
    settings_ = settings;
    check();
}

void Inputs::check()
{
    if (!model_) {
        checking_.cancel();
        checks_.clear();
        emit checksChanged();
        return;
    }
    checking_.start(
        [model = model_, choice = settings_.preprocessing, fit = data_.fit, test = data_.test] {
            Progress progress;
            return evaluate::check_inputs(*model, choice, fit.get(), test.get(), progress);
        },
        [this](std::vector<evaluate::InputCheck> checks) {
            checks_ = std::move(checks);
            emit checksChanged();
        });
}

void Inputs::openData(const QString& spec, double fitFraction)
{
    jobs_.cancel(testDataLane);
    fitFraction_ = fitFraction;
    jobs_.start<DataPair>(
        fitDataLane, tr("Opening %1").arg(QFileInfo(spec).fileName()),
        [name = spec.toStdString(), fitFraction, seed = settings_.options.seed, reading = readingFor(model_, reading_)](
            Progress& progress) { return loadPair(name, fitFraction, seed, reading, progress); },
        [this, spec](DataPair pair) {
            data_ = std::move(pair);
            emit dataChanged();
            emit opened(spec);
            emit note(
                tr("%1: %2 samples to fit, %3 to test").arg(spec, count(data_.fit->size()), count(data_.test->size())));
        });
}

void Inputs::openFitData(const QString& spec)
{
    jobs_.start<dataset::DatasetPtr>(
        fitDataLane, tr("Opening %1").arg(QFileInfo(spec).fileName()),
        [name = spec.toStdString(), reading = readingFor(model_, reading_)](Progress& progress) {
            return loadDataset(name, reading, progress);
        },
        [this, spec](dataset::DatasetPtr data) {
            data_.fit = std::move(data);
            data_.fitSpec = spec.toStdString();
            emit dataChanged();
            emit note(tr("%1: %2 samples to fit").arg(spec, count(data_.fit->size())));
        });
}

void Inputs::openTestData(const QString& spec)
{
    jobs_.start<dataset::DatasetPtr>(
        testDataLane, tr("Opening %1").arg(QFileInfo(spec).fileName()),
        [name = spec.toStdString(), reading = readingFor(model_, reading_)](Progress& progress) {
            return loadDataset(name, reading, progress);
        },
        [this, spec](dataset::DatasetPtr data) {
            data_.test = std::move(data);
            data_.testSpec = spec.toStdString();
            emit dataChanged();
            emit note(tr("%1: %2 samples to test").arg(spec, count(data_.test->size())));
        });
}

void Inputs::openTestImages(const QStringList& paths)
{
    std::vector<std::string> files;
    for (const QString& path : paths)
        files.push_back(path.toStdString());
    jobs_.start<dataset::DatasetPtr>(
        testDataLane, tr("Opening %n images", nullptr, static_cast<int>(paths.size())),
        [files](Progress& progress) { return loadImages(files, progress); },
        [this](dataset::DatasetPtr data) {
            data_.test = std::move(data);
            data_.testSpec.clear();
            emit dataChanged();
        });
}

void Inputs::open(const SessionState& state)
{
    if (!state.model.isEmpty())
        openModel(state.model);
    if (!state.fit.isEmpty() && state.fit == state.test) {
        openData(state.fit);
    } else {
        if (!state.fit.isEmpty())
            openFitData(state.fit);
        if (!state.test.isEmpty())
            openTestData(state.test);
    }
}

}  // namespace exitscope::app
