// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <QObject>
#include <QUndoStack>

#include "widgets/common/operating_point.h"
#include "widgets/filters/filter.h"

namespace exitscope::app {

/// The conditions on samples, what passes them at the operating point, and the steps that lead back.
class Filters : public QObject {
    Q_OBJECT
public:
    explicit Filters(QObject* parent = nullptr);

    [[nodiscard]] const gui::FilterStack& stack() const { return stack_; }
    [[nodiscard]] const std::vector<SampleIndex>& passing() const { return passing_; }
    [[nodiscard]] QUndoStack& undoStack() { return undo_; }
    /// How many of passing() match a search. Errors: those of searches; nothing is decided yet.
    [[nodiscard]] Expected<std::size_t> countMatching(const std::string& search) const;

    /// Another run, on which nothing is decided: keeps the conditions, or takes `filters`, as far as the run allows.
    void setRun(const gui::OperatingPointPtr& point, const std::vector<gui::Filter>* filters);
    /// Another point. `changed`: the samples that differ from the one before, ascending; empty optional: all may.
    /// Emits nothing; the point may be undecided.
    void setPoint(const gui::OperatingPointPtr& point, const std::optional<std::vector<SampleIndex>>& changed);

    // Steps that can be undone. Without a run they do nothing.
    void add(const std::vector<gui::Filter>& filters);
    void remove(std::size_t position);
    void clear();

signals:
    void changed();
    void passingChanged();

private:
    class Step;
    void change(const gui::FilterStack& stack, const QString& what);
    void apply(const gui::FilterStack& stack);

    gui::OperatingPointPtr point_;
    gui::FilterStack stack_;
    std::vector<SampleIndex> passing_;
    QUndoStack undo_;
};

}  // namespace exitscope::app
