// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include <QWidget>

#include "widgets/filters/filter.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace exitscope::gui {

/// The filter stack as removable chips, the number of samples that pass, and a menu of common filters.
class FilterBar : public QWidget {
    Q_OBJECT
public:
    explicit FilterBar(QWidget* parent = nullptr);

    /// `run` may be null: the bar is then disabled.
    void setFilters(const FilterStack& filters, const run::Run* run);
    void setCounts(std::size_t passing, std::size_t all);
    /// Names and texts of the searches in the menu of saved ones.
    void setSaved(const std::vector<std::pair<QString, QString>>& saved);

signals:
    void addRequested(const exitscope::gui::Filter& filter);
    void removeRequested(std::size_t position);
    void clearRequested();
    void saveRequested(const QString& name);
    void removeSavedRequested(const QString& name);

private:
    void fillMenu(const run::Run& run);
    void fillSavedMenu();

    QWidget* chips_ = nullptr;
    QLabel* counts_ = nullptr;
    QToolButton* add_ = nullptr;
    QToolButton* clear_ = nullptr;
    QToolButton* savedButton_ = nullptr;
    std::vector<std::pair<QString, QString>> saved_;
    const run::Run* menuRun_ = nullptr;
};

}  // namespace exitscope::gui
