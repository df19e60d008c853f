// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QByteArray>
#include <QString>

#include "app/saved_filters.h"
#include "core/analysis/cost/cost.h"
#include "core/base/error.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"
#include "widgets/filters/filter.h"

namespace exitscope::app {

/// Content of a session file (.exs, docs/formats.md): the open files and the choices made. Results are not stored; the
/// run is given by its path and identity.
struct SessionState {
    QString run;                 ///< path; empty: none
    QString runId;               ///< runIdentity() of it
    QString model;               ///< path, may be empty, as the data's
    model::OpenOptions opening;  ///< how the model is read, and the preprocessing over what it says
    QString fit;
    QString test;
    double fitFraction = 0.5;      ///< of data that is split at random
    std::uint64_t seed = 1;        ///< of that split, too
    dataset::OpenOptions reading;  ///< how the data is read; without a model, limit and threads
    std::string policy = "quee";
    cost::Kind cost = cost::Kind::bops;
    double budget = 1;
    bool pooled = false;
    std::optional<run::Schedule> schedule;  ///< nothing: the run's own
    std::vector<std::string> curves;
    std::vector<gui::Filter> filters;
    std::vector<SavedFilter> savedFilters;
    std::optional<std::uint32_t> selected;  ///< position in the test split
    bool grid = false;
    QByteArray layout;  ///< QMainWindow::saveState()
};

/// The file's text; the same state gives the same bytes.
[[nodiscard]] std::string sessionText(const SessionState& state);
/// Errors name `where` and the key: not JSON, another format or version, a value of the wrong kind or out of range.
/// Unknown keys are ignored.
[[nodiscard]] Expected<SessionState> parseSession(const QByteArray& text, const std::string& where);
/// Reads a file of at most 1 MiB. If the run is no longer at its path, the file of that name beside the session is
/// used.
[[nodiscard]] Expected<SessionState> readSession(const QString& path);

/// Tells runs apart without reading their numbers: 32 hex digits over the hashes of model and data, the time of making
/// and the sizes.
[[nodiscard]] QString runIdentity(const run::Run& run);

}  // namespace exitscope::app
