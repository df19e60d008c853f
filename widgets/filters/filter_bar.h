// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "widgets/filters/filter.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace exitscope::gui {

/// The filter stack as removable chips, how many samples pass, and a menu of common filters.
class FilterBar : public QWidget {
    Q_OBJECT
public:
    explicit FilterBar(QWidget* parent = nullptr);

    /// `run` may be null: the bar is then disabled.
    void setFilters(const FilterStack& filters, const run::Run* run);
    void setCounts(std::size_t passing, std::size_t all);

signals:
    void addRequested(const exitscope::gui::Filter& filter);
    void removeRequested(std::size_t position);
    void clearRequested();

private:
    void fillMenu(const run::Run& run);

    QWidget* chips_ = nullptr;
    QLabel* counts_ = nullptr;
    QToolButton* add_ = nullptr;
    QToolButton* clear_ = nullptr;
    const run::Run* menuRun_ = nullptr;
};

}  // namespace exitscope::gui
