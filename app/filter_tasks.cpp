// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/filter_tasks.h"

#include "app/saved_filters.h"
#include "app/session.h"
#include "widgets/common/format.h"
#include "widgets/filters/filter_bar.h"
#include "widgets/filters/search_field.h"

namespace exitscope::app {

FilterTasks::FilterTasks(Session& session, SavedFilters& saved, gui::FilterBar& bar, gui::SearchField& search)
    : QObject(&bar), session_(session), saved_(saved), bar_(bar)
{
    search.setCount([this](const std::string& typed) { return session_.countMatching(typed); });
    connect(&search, &gui::SearchField::submitted, this, [this](const QString& typed) {
        session_.addFilters({{gui::Filter::Kind::query, 0, 0, 1, typed.toStdString()}});
    });
    connect(&bar_, &gui::FilterBar::addRequested, this,
            [this](const gui::Filter& filter) { session_.addFilters({filter}); });
    connect(&bar_, &gui::FilterBar::removeRequested, &session_, &Session::removeFilter);
    connect(&bar_, &gui::FilterBar::clearRequested, &session_, &Session::clearFilters);
    connect(&session_, &Session::runChanged, this, &FilterTasks::showFilters);
    connect(&session_, &Session::filtersChanged, this, &FilterTasks::showFilters);
    connect(&session_, &Session::passingChanged, this,
            [this] { bar_.setCounts(session_.passing().size(), session_.point()->decisions.state.size()); });
    connectSaved();
}

void FilterTasks::connectSaved()
{
    showSaved();
    connect(&saved_, &SavedFilters::changed, this, &FilterTasks::showSaved);
    connect(&bar_, &gui::FilterBar::saveRequested, this, [this](const QString& name) {
        if (session_.point()->run)
            saved_.save(name, gui::text(session_.filters().queryText(*session_.point()->run)));
    });
    connect(&bar_, &gui::FilterBar::removeSavedRequested, &saved_, &SavedFilters::remove);
}

void FilterTasks::showFilters()
{
    bar_.setFilters(session_.filters(), session_.run().get());
}

void FilterTasks::showSaved()
{
    std::vector<std::pair<QString, QString>> shown;
    for (const SavedFilter& filter : saved_.filters())
        shown.emplace_back(filter.name, filter.text);
    bar_.setSaved(shown);
}

}  // namespace exitscope::app
