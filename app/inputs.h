// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include "app/jobs.h"
#include "app/session_file.h"
#include "app/tasks.h"

namespace exitscope::app {

/// The images to test on are opened in it, and those of a run.
inline constexpr Lane testDataLane{"test data"};

/// The model and the data that are open, and how the one is to be evaluated on the other.
class Inputs : public QObject {
    Q_OBJECT
public:
    /// `jobs` outlives this object.
    explicit Inputs(Jobs& jobs, QObject* parent = nullptr);

    [[nodiscard]] const ModelPtr& model() const { return model_; }
    [[nodiscard]] const DataPair& data() const { return data_; }
    [[nodiscard]] bool complete() const { return model_ && data_.fit && data_.test; }
    [[nodiscard]] bool loading() const;
    [[nodiscard]] const EvaluateSettings& settings() const { return settings_; }
    void setSettings(const EvaluateSettings& settings) { settings_ = settings; }
    void writeTo(SessionState& state) const;

    void openModel(const QString& path);
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
    void opened(const QString& path);
    void notice(const QString& sentence);
    void note(const QString& sentence);

private:
    Jobs& jobs_;
    ModelPtr model_;
    QString modelPath_;
    DataPair data_;
    EvaluateSettings settings_;
};

}  // namespace exitscope::app
