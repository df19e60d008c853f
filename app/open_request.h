// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace exitscope::app {

/// Files to open, from the command line, a drop or the recent files.
struct OpenRequest {
    QString model;
    QString run;
    QString session;
    QString data;  ///< one set or a directory with both splits
    QString fit;
    QString test;
    QStringList images;  ///< several single files: an unlabelled test set
    bool sample = false;

    [[nodiscard]] bool empty() const
    {
        return model.isEmpty() && run.isEmpty() && session.isEmpty() && data.isEmpty() && fit.isEmpty() &&
               test.isEmpty() && images.isEmpty() && !sample;
    }
};

/// Sorts names by their extension: .onnx is a model, .exr a run, .exs a session, all others are data.
[[nodiscard]] OpenRequest classify(const QStringList& names);

/// The folder of the sample model: beside the program when installed, else in the source tree around it; empty if
/// there is none.
[[nodiscard]] QString findSample(const QString& programDirectory);

}  // namespace exitscope::app
