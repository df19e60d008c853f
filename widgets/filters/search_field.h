// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include <QTimer>
#include <QWidget>

#include "core/base/error.h"
#include "core/analysis/run/run.h"

class QCompleter;
class QLabel;
class QLineEdit;
class QStandardItemModel;

namespace exitscope::gui {

/// A line for searches (core/query) with completion; says under it what is wrong or how many samples match, a moment
/// after the last key.
class SearchField : public QWidget {
    Q_OBJECT
public:
    /// How many samples match; the error of a text that is no search.
    using Count = std::function<Expected<std::size_t>(const std::string& text)>;

    explicit SearchField(QWidget* parent = nullptr);

    void setCount(Count count) { count_ = std::move(count); }
    /// Whose classes, precisions and paths are offered; null: nothing is, and the field is disabled.
    void setRun(run::RunPtr run);
    void focusField();

signals:
    /// Return was pressed on a search without errors; the field is empty again.
    void submitted(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void offer();
    void accept(const QString& text);
    void submit();
    /// False after an error.
    bool report();

    QLineEdit* edit_ = nullptr;
    QLabel* message_ = nullptr;
    QCompleter* completer_ = nullptr;
    QStandardItemModel* suggestions_ = nullptr;
    std::size_t begin_ = 0;  ///< byte of the typed text that a suggestion replaces from
    QTimer pause_;
    Count count_;
    run::RunPtr run_;
};

}  // namespace exitscope::gui
