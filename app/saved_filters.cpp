// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/saved_filters.h"

#include <algorithm>

#include <QSettings>

#include "core/analysis/query/query.h"

namespace exitscope::app {
namespace {

constexpr qsizetype longestName = 80;
constexpr QLatin1String key("savedFilters");

}  // namespace

SavedFilters::SavedFilters(QSettings& settings, QObject* parent) : QObject(parent), settings_(settings)
{
    const int size = settings_.beginReadArray(key);
    for (int i = 0; i < size; ++i) {
        settings_.setArrayIndex(i);
        insert({settings_.value(QStringLiteral("name")).toString(), settings_.value(QStringLiteral("text")).toString()},
               false);
    }
    settings_.endArray();
}

void SavedFilters::save(const QString& name, const QString& text)
{
    insert({name.trimmed(), text}, true);
    store();
}

void SavedFilters::remove(const QString& name)
{
    std::erase_if(filters_, [&](const SavedFilter& filter) { return filter.name == name; });
    store();
}

void SavedFilters::add(const std::vector<SavedFilter>& filters)
{
    const std::vector<SavedFilter> before = filters_;
    for (const SavedFilter& filter : filters)
        insert(filter, false);
    if (filters_ != before)
        store();
}

void SavedFilters::insert(const SavedFilter& filter, bool replace)
{
    const bool sound = !filter.name.isEmpty() && filter.name.size() <= longestName && !filter.text.isEmpty() &&
                       filter.text.toUtf8().size() <= qsizetype(query::longest_text);
    if (!sound)
        return;
    const auto place = std::lower_bound(filters_.begin(), filters_.end(), filter,
                                        [](const SavedFilter& a, const SavedFilter& b) { return a.name < b.name; });
    if (place == filters_.end() || place->name != filter.name) {
        if (filters_.size() < most)
            filters_.insert(place, filter);
    } else if (replace) {
        place->text = filter.text;
    }
}

void SavedFilters::store()
{
    settings_.remove(key);
    settings_.beginWriteArray(key, static_cast<int>(filters_.size()));
    for (std::size_t i = 0; i < filters_.size(); ++i) {
        settings_.setArrayIndex(static_cast<int>(i));
        settings_.setValue(QStringLiteral("name"), filters_[i].name);
        settings_.setValue(QStringLiteral("text"), filters_[i].text);
    }
    settings_.endArray();
    emit changed();
}

}  // namespace exitscope::app
