// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/command.h"

#include <algorithm>

#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>

#include "core/analysis/run/run_file.h"
#include "tests/support/synthetic_run.h"

namespace exitscope::tests {

QJsonObject Outcome::json() const
{
    return QJsonDocument::fromJson(out).object();
}

Outcome cli(const QStringList& arguments, const QString& instructions)
{
    return cli_with(instructions.isEmpty() ? QMap<QString, QString>()
                                           : QMap<QString, QString>{{"ONEDNN_MAX_CPU_ISA", instructions}},
                    arguments);
}

Outcome cli_with(const QMap<QString, QString>& variables, const QStringList& arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (auto variable = variables.begin(); variable != variables.end(); ++variable)
        environment.insert(variable.key(), variable.value());
    process.setProcessEnvironment(environment);
    process.start(EXITSCOPE_CLI, arguments);
    process.waitForFinished(-1);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

bool ends_well(const QStringList& arguments)
{
    static const QRegularExpression no_number("\\b-?(nan|inf)\\b");
    const Outcome outcome = cli(arguments + QStringList{"--quiet"});
    const QList<QByteArray> lines = outcome.err.trimmed().split('\n');
    const auto others = std::count_if(lines.begin(), lines.end(), [](const QByteArray& line) {
        return !line.isEmpty() && !line.startsWith("exitscope: notice: ");
    });
    const bool done = outcome.code == 0 && others == 0;
    const bool refused =
        outcome.code >= 1 && outcome.code <= 3 && others == 1 && lines.last().startsWith("exitscope: ");
    const bool printable = !no_number.match(QString::fromUtf8(outcome.out)).hasMatch();
    if ((done || refused) && printable)
        return true;
    qWarning("%s: %d %s%s", qPrintable(arguments.join(' ')), outcome.code, outcome.err.constData(),
             printable ? "" : outcome.out.constData());
    return false;
}

QJsonObject json_of(const QStringList& arguments)
{
    const Outcome outcome = cli(arguments + QStringList{"--json", "--quiet"});
    if (outcome.code != 0 || outcome.out.count('\n') != 1)
        qWarning("%d %s %s", outcome.code, outcome.out.constData(), outcome.err.constData());
    return outcome.json();
}

QStringList sorted_keys(const QJsonObject& object)
{
    QStringList keys = object.keys();
    keys.removeAll(QStringLiteral("notices"));
    keys.sort();
    return keys;
}

void Folder::put(const QString& name, const QByteArray& bytes) const
{
    QFile out(file(name));
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(file(name)));
}

QByteArray Folder::read(const QString& name) const
{
    QFile in(file(name));
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

void Folder::put_run(const QString& name, bool labelled) const
{
    SyntheticOptions options;
    options.exits = 3;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 400;
    options.test_samples = 600;
    options.labelled_test = labelled;
    if (!run::save(*synthetic_run(options), file(name).toStdString()))
        qFatal("cannot write %s", qPrintable(file(name)));
}

}  // namespace exitscope::tests
