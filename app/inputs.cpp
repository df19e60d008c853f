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
    settings_.options.precisions.assign(evaluate::default_precisions.begin(), evaluate::default_precisions.end());
    connect(this, &Inputs::modelChanged, this, &Inputs::check);
    connect(this, &Inputs::dataChanged, this, &Inputs::check);
    connect(&jobs_, &Jobs::finished, this, &Inputs::openDataAgain);
}

bool Inputs::loading() const
{
    return jobs_.busy(modelLane) || jobs_.busy(fitDataLane) || jobs_.busy(testDataLane);
}

void Inputs::writeTo(SessionState& state) const
{
    state.model = opened_.path;
    state.opening = opened_.how;
    state.opening.preprocessing = settings_.preprocessing;
    state.reading = reading_;
    state.fitFraction = fitFraction_;
    state.seed = settings_.options.seed;
    state.fit = QString::fromStdString(data_.fitSpec);
    state.test = QString::fromStdString(data_.testSpec);
}

void Inputs::openModel(const QString& path, const model::OpenOptions& how)
{
    modelRequest_ = {QFileInfo(path).absoluteFilePath(), how};
    model::OpenOptions bare = how;
    bare.preprocessing = {};  // goes over what the model says when it is evaluated
    jobs_.start<ModelPtr>(
        modelLane, tr("Opening %1").arg(QFileInfo(path).fileName()),
        [file = path.toStdString(), bare](Progress& progress) { return loadModel(file, bare, progress); },
        [this, path, request = modelRequest_](ModelPtr model) {
            takeModel(std::move(model), request);
            emit opened(path);
        });
}

void Inputs::takeModel(ModelPtr model, const ModelRequest& request)
{
    // what is chosen before any model is there is for the first one; else it belonged to the model before
    if (model_ || !request.how.preprocessing.empty())
        settings_.preprocessing = request.how.preprocessing;
    model_ = std::move(model);
    opened_ = request;
    const QString name = QFileInfo(request.path).fileName();
    emit modelChanged();
    emit note(tr("%1: %n exits, %2 classes", nullptr, static_cast<int>(model_->exit_count()))
                  .arg(request.path)
                  .arg(model_->classes));
    for (const Notice& one : model_->notices)
        emit note(tr("Notice: %1").arg(gui::text(one.text)));
    if (!model_->preprocessing_known && !settings_.preprocessing.says_values())
        emit notice(tr("%1: how images become its input is not known; see Checks and Evaluation settings.").arg(name));
}

void Inputs::openDataAgain()
{
    const bool staleFit = !data_.fitSpec.empty() && fitReadFor_ != model_;
    const bool staleTest = !data_.testSpec.empty() && testReadFor_ != model_;
    if (!model_ || loading() || !(staleFit || staleTest))
        return;
    if (staleFit)
        data_.fit = nullptr;
    if (staleTest)
        data_.test = nullptr;
    emit dataChanged();
    if (!data_.fitSpec.empty() && data_.fitSpec == data_.testSpec) {
        openData(gui::text(data_.fitSpec), fitFraction_);
        return;
    }
    if (staleFit)
        openFitData(gui::text(data_.fitSpec));
    if (staleTest)
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
        checks_ = evaluate::data_checks(data_.fit.get(), data_.test.get());
        emit checksChanged();
        return;
    }
    checking_.start(
        [model = model_, choice = settings_.preprocessing, precisions = settings_.options.precisions, fit = data_.fit,
         test = data_.test] {
            Progress progress;
            return evaluate::check_inputs(*model, choice, precisions, fit.get(), test.get(), progress);
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
    fitReadFor_ = testReadFor_ = model_;
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
    fitReadFor_ = model_;
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
    testReadFor_ = model_;
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
    reading_ = state.reading;
    settings_.options.seed = state.seed;
    if (!state.model.isEmpty())
        openModel(state.model, state.opening);
    else
        settings_.preprocessing = state.opening.preprocessing;
    if (!state.fit.isEmpty() && state.fit == state.test) {
        openData(state.fit, state.fitFraction);
    } else {
        if (!state.fit.isEmpty())
            openFitData(state.fit);
        if (!state.test.isEmpty())
            openTestData(state.test);
    }
}

}  // namespace exitscope::app
