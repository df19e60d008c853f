// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/command.h"

#include <QFile>
#include <QJsonDocument>
#include <QProcess>

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
