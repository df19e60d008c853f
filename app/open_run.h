// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <QObject>
#include <QString>

#include "app/inputs.h"
#include "app/jobs.h"
#include "app/session_file.h"
#include "app/tasks.h"

namespace exitscope::app {

/// Runs are read and made in it.
inline constexpr Lane runLane{"run"};
/// Files are written in its queue.
inline constexpr Lane writeLane{"write"};

/// The run that is open: read from a file or made by evaluating the inputs, and saved.
class OpenRun : public QObject {
    Q_OBJECT
public:
    /// Both outlive this object.
    OpenRun(Jobs& jobs, const Inputs& inputs, QObject* parent = nullptr);

    [[nodiscard]] const run::RunPtr& run() const { return run_; }
    /// Of a large run that is being read, while no other is open, until endOutline(); null at other times.
    [[nodiscard]] const std::shared_ptr<const Outline>& outline() const { return outline_; }
    [[nodiscard]] bool isSaved() const { return saved_; }
    /// What is doubtful about the evaluation that is under way or did not end; a run holds its own.
    [[nodiscard]] const Notices& notices() const { return notices_; }
    /// Empty for a run that the user has not saved.
    [[nodiscard]] const QString& path() const { return path_; }
    void writeTo(SessionState& state) const;

    /// `kind`: the cost model of the outline.
    void open(const QString& path, cost::Kind kind);
    /// The run that the session names. `path`: what it is called from now on, empty for one that was never saved.
    void restore(const SessionState& state, const QString& path, cost::Kind kind);
    /// At once, or when the inputs that are being opened have arrived. Does nothing while they are incomplete.
    void evaluate();
    void forgetToEvaluate() { evaluateWhenReady_ = false; }
    void endOutline() { setOutline(nullptr); }
    /// `then` (may be empty) when the file is written, and not when it could not be.
    void save(const QString& path, std::function<void()> then);

signals:
    void outlineChanged();
    /// run() is another one. `restored`: what a session chose on it.
    void arrived(const std::optional<exitscope::app::SessionState>& restored);
    void imagesChanged(exitscope::dataset::DatasetPtr images);
    void opened(const QString& path);
    void saved(const QString& path);
    void notice(const QString& sentence);
    void note(const QString& sentence);
    void noticesChanged();

private:
    void read(const QString& path, cost::Kind kind, std::function<void(run::RunPtr)> done);
    void setRun(run::RunPtr run, const QString& path, bool isSaved, const std::optional<SessionState>& restored = {});
    void setOutline(std::shared_ptr<const Outline> outline);
    void setNotices(Notices notices);
    void findImages();
    void evaluateIfReady();

    Jobs& jobs_;
    const Inputs& inputs_;
    run::RunPtr run_;
    QString path_;
    bool saved_ = true;
    std::shared_ptr<const Outline> outline_;
    bool evaluateWhenReady_ = false;
    Notices notices_;
};

}  // namespace exitscope::app
