// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "app/jobs.h"
#include "core/analysis/analyse/decide.h"
#include "core/deploy/bundle/bundle.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace exitscope::gui {
class MessageBar;
}

namespace exitscope::app {

class JobBar;
class Prompts;

/// "Export the operating point": the run's model and a new folder are chosen, a worker thread writes the bundle, the
/// dialog says how far it is and what was written. Does not block the window. Closing cancels.
class BundleDialog : public QDialog {
    Q_OBJECT
public:
    /// What is exported; a value, so that the window may go on to other points.
    struct Point {
        analyse::PolicyResult policy;
        analyse::Decisions decisions;
        QString title;   ///< "QuEE at 7.3 % cost, accuracy 93.6 %"
        QString model;   ///< path that the run was made with
        QString folder;  ///< suggestion
    };
    /// `chooser` outlives the dialog.
    BundleDialog(Prompts& chooser, Point point, QWidget* parent = nullptr);
    ~BundleDialog() override;

    [[nodiscard]] Jobs& jobs() { return jobs_; }

signals:
    void written(const QString& folder);

private:
    QWidget* makeField(QLineEdit*& edit, const char* name, const QString& accessibleName, const QString& value,
                       bool folder);
    void write();
    void refresh();

    Prompts& chooser_;
    Point point_;
    QLineEdit* model_ = nullptr;
    QLineEdit* folder_ = nullptr;
    QCheckBox* exact_ = nullptr;
    QLabel* result_ = nullptr;
    gui::MessageBar* message_ = nullptr;
    JobBar* jobBar_ = nullptr;
    QPushButton* write_ = nullptr;
    QPushButton* close_ = nullptr;
    Jobs jobs_;  ///< last: its threads end before anything they might touch
};

}  // namespace exitscope::app
