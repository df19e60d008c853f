// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QObject>
#include <QString>

class QSettings;

namespace exitscope::app {

/// A search (core/analysis/query) with a name.
struct SavedFilter {
    QString name;
    QString text;

    friend bool operator==(const SavedFilter&, const SavedFilter&) = default;
};

/// The user's named searches in the order of their names, kept in the settings.
class SavedFilters : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t most = 200;

    explicit SavedFilters(QSettings& settings, QObject* parent = nullptr);

    [[nodiscard]] const std::vector<SavedFilter>& filters() const { return filters_; }
    /// Saves a search; replaces one with the same name. Blank names and texts, and ones longer than the limit for
    /// searches, are ignored.
    void save(const QString& name, const QString& text);
    void remove(const QString& name);
    /// Adds the filters whose names are not in use.
    void add(const std::vector<SavedFilter>& filters);

signals:
    void changed();

private:
    void insert(const SavedFilter& filter, bool replace);
    void store();

    QSettings& settings_;
    std::vector<SavedFilter> filters_;
};

}  // namespace exitscope::app
