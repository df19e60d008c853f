// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/recent_files.h"

#include <QFileInfo>
#include <QSettings>

namespace exitscope::app {
namespace {

constexpr qsizetype longest = 10;
const char* const key = "recent";

}  // namespace

RecentFiles::RecentFiles(QSettings& settings, QObject* parent) : QObject(parent), settings_(settings)
{
    paths_ = settings_.value(QLatin1String(key)).toStringList();
}

void RecentFiles::add(const QString& path)
{
    const QFileInfo file(path);
    const QString name = file.exists() ? file.absoluteFilePath() : path;
    paths_.removeAll(name);
    paths_.prepend(name);
    while (paths_.size() > longest)
        paths_.removeLast();
    store();
}

void RecentFiles::clear()
{
    paths_.clear();
    store();
}

void RecentFiles::store()
{
    settings_.setValue(QLatin1String(key), paths_);
    emit changed();
}

}  // namespace exitscope::app
