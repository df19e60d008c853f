// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include <QTimer>
#include <QWidget>

#include "core/analysis/run/run.h"
#include "core/base/error.h"

class QCompleter;
class QLabel;
class QLineEdit;
class QStandardItemModel;

namespace exitscope::gui {

/// A line for searches (core/analysis/query) with completion. Shows the mistake, or the number of matching samples,
/// below it shortly after the last key.
class SearchField : public QWidget {
    Q_OBJECT
public:
    /// Returns the number of matching samples, or the error of a text that is not a search.
    using Count = std::function<Expected<std::size_t>(const std::string& text)>;

    explicit SearchField(QWidget* parent = nullptr);

    void setCount(Count count) { count_ = std::move(count); }
    /// Sets the run whose classes, precisions and paths are suggested; null disables the field.
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
