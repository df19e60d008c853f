// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>

class QSettings;

namespace exitscope::app {

/// The files opened last, newest first, kept in the settings. Missing files stay listed: they may be on a removable
/// drive.
class RecentFiles : public QObject {
    Q_OBJECT
public:
    explicit RecentFiles(QSettings& settings, QObject* parent = nullptr);

    [[nodiscard]] const QStringList& paths() const { return paths_; }
    void add(const QString& path);
    void clear();

signals:
    void changed();

private:
    void store();

    QSettings& settings_;
    QStringList paths_;
};

}  // namespace exitscope::app
