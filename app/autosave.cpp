// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/autosave.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace exitscope::app {
namespace {

QString withoutEnding(const QString& session)
{
    return session.left(session.size() - 4);
}

QString lockOf(const QString& base)
{
    return base + QStringLiteral(".lock");
}

}  // namespace

Autosave::Autosave(const QString& directory) : directory_(directory)
{
    if (directory.isEmpty() || !QDir().mkpath(directory))
        return;
    base_ = QDir(directory).filePath(
        QStringLiteral("%1-%2").arg(QDateTime::currentMSecsSinceEpoch()).arg(QCoreApplication::applicationPid()));
    lock_ = std::make_unique<QLockFile>(lockOf(base_));
    lock_->setStaleLockTime(0);  // only the end of the process frees it
    if (!lock_->tryLock(0))
        lock_.reset();
}

Autosave::~Autosave() = default;

QString Autosave::abandoned() const
{
    const QDir directory(directory_);
    if (directory_.isEmpty())
        return {};
    for (const QFileInfo& found : directory.entryInfoList({QStringLiteral("*.exs")}, QDir::Files, QDir::Time)) {
        QString session = found.absoluteFilePath();
        if (enabled() && QFileInfo(sessionPath()).absoluteFilePath() == session)
            continue;
        QLockFile lock(lockOf(withoutEnding(session)));
        lock.setStaleLockTime(0);
        if (lock.tryLock(0))
            return session;
    }
    return {};
}

void Autosave::discard(const QString& session)
{
    const QString base = withoutEnding(session);
    QFile::remove(session);
    QFile::remove(base + QStringLiteral(".exr"));
    QFile::remove(lockOf(base));
}

void Autosave::discardOwn()
{
    if (!enabled())
        return;
    lock_->unlock();
    lock_.reset();
    discard(sessionPath());
}

}  // namespace exitscope::app
