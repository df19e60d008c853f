// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include "app/jobs.h"
#include "app/session_file.h"
#include "app/tasks.h"
#include "core/deploy/evaluate/input_checks.h"
#include "widgets/common/latest.h"

namespace exitscope::app {

/// The images to test on are opened in it, and those of a run.
inline constexpr Lane testDataLane{"test data"};

/// A model file and how it is read.
struct ModelRequest {
    QString path;
    model::OpenOptions how;
};

/// The model and the data that are open, and how the one is to be evaluated on the other.
class Inputs : public QObject {
    Q_OBJECT
public:
    /// `jobs` outlives this object.
    explicit Inputs(Jobs& jobs, QObject* parent = nullptr);

    [[nodiscard]] const ModelPtr& model() const { return model_; }
    [[nodiscard]] const DataPair& data() const { return data_; }
    [[nodiscard]] double fitFraction() const { return fitFraction_; }
    [[nodiscard]] bool complete() const { return model_ && data_.fit && data_.test; }
    [[nodiscard]] bool loading() const;
    [[nodiscard]] const EvaluateSettings& settings() const { return settings_; }
    void setSettings(const EvaluateSettings& settings);
    [[nodiscard]] const dataset::OpenOptions& reading() const { return reading_; }
    /// How data that is opened from now on is read.
    void setReading(const dataset::OpenOptions& reading) { reading_ = reading; }
    /// What is to be known before the model is evaluated on the data; without a model, what is doubtful about the data.
    [[nodiscard]] const std::vector<evaluate::InputCheck>& checks() const { return checks_; }
    /// The model that was asked for last, opened or refused, and how; its preprocessing is that of settings().
    [[nodiscard]] const ModelRequest& modelRequest() const { return modelRequest_; }
    /// How model() was read.
    [[nodiscard]] const model::OpenOptions& opening() const { return opened_.how; }
    void writeTo(SessionState& state) const;

    /// `how.preprocessing` becomes that of settings().
    void openModel(const QString& path, const model::OpenOptions& how = {});
    /// A path or a specification that offers both splits, or one set to be split by `fitFraction`.
    void openData(const QString& spec, double fitFraction = 0.5);
    void openFitData(const QString& spec);
    void openTestData(const QString& spec);
    /// Single images as an unlabelled test set.
    void openTestImages(const QStringList& paths);
    /// What the session names.
    void open(const SessionState& state);

signals:
    void modelChanged();
    void dataChanged();
    void checksChanged();
    void opened(const QString& path);
    void notice(const QString& sentence);
    void note(const QString& sentence);

private:
    void takeModel(ModelPtr model, const ModelRequest& request);
    /// Labels get the numbers of the classes of the model that is open now: data that was read for another one is read
    /// again.
    void openDataAgain();
    void check();

    Jobs& jobs_;
    ModelPtr model_;
    ModelRequest modelRequest_;
    ModelRequest opened_;  ///< that of `model_`
    DataPair data_;
    EvaluateSettings settings_;
    dataset::OpenOptions reading_;
    ModelPtr fitReadFor_;  ///< the images to fit on are numbered for its classes
    ModelPtr testReadFor_;
    double fitFraction_ = 0.5;
    std::vector<evaluate::InputCheck> checks_;
    gui::Latest<std::vector<evaluate::InputCheck>> checking_;
};

}  // namespace exitscope::app
