// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace exitscope::tests {

/// Locales with a decimal comma, with other blanks between thousands, with other digits.
inline const QStringList& foreign_locales()
{
    static const QStringList names = {"de_DE.UTF-8", "fr_FR.UTF-8", "ar_EG.UTF-8"};
    return names;
}

/// Compiles foreign_locales() into `folder`, where LOCPATH finds them; whether that worked (localedef and its sources
/// are Debian's package locales).
inline bool make_locales(const QString& folder)
{
    for (const QString& name : foreign_locales()) {
        QProcess process;
        process.start("localedef", {"-i", name.section('.', 0, 0), "-f", "UTF-8", QDir(folder).filePath(name)});
        if (!process.waitForFinished(60000) || !QDir(folder).exists(name + "/LC_NUMERIC"))
            return false;
    }
    return true;
}

}  // namespace exitscope::tests
