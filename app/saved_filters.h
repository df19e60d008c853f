// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QObject>
#include <QString>

class QSettings;

namespace exitscope::app {

/// A search (core/query) that was given a name.
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
    /// In place of the one of this name. Names and texts that are blank or longer than searches may be are ignored.
    void save(const QString& name, const QString& text);
    void remove(const QString& name);
    /// Adds those whose names are not taken yet.
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
