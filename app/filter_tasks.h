// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace exitscope::gui {
class FilterBar;
class SearchField;
}  // namespace exitscope::gui

namespace exitscope::app {

class SavedFilters;
class Session;

/// Ties the bar of filters and the search field to the session's filters and to those that were saved by name.
class FilterTasks : public QObject {
    Q_OBJECT
public:
    /// All outlive this object but `bar`, which owns it.
    FilterTasks(Session& session, SavedFilters& saved, gui::FilterBar& bar, gui::SearchField& search);

private:
    void connectSaved();
    void showFilters();
    void showSaved();

    Session& session_;
    SavedFilters& saved_;
    gui::FilterBar& bar_;
};

}  // namespace exitscope::app
