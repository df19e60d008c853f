// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "core/analysis/run/run_file.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

/// The example of docs/formats.md on a run.
class TestRunFilePython : public QObject {
    Q_OBJECT
private slots:
    void readsItAsDocumented();
};

void TestRunFilePython::readsItAsDocumented()
{
    if (QProcess::execute("/usr/bin/python3", {"-c", "import h5py"}) != 0)
        QSKIP("no python3-h5py");
    QFile file(EXITSCOPE_SOURCE "/docs/formats.md");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray page = file.readAll();
    const qsizetype begin = page.indexOf("```python\n") + 10;
    const qsizetype end = page.indexOf("```", begin);
    QVERIFY(begin > 10 && end > begin);
    const QTemporaryDir directory;
    QFile example(directory.filePath("example.py"));
    QVERIFY(example.open(QIODevice::WriteOnly));
    example.write(page.mid(begin, end - begin));
    example.close();
    const run::RunPtr made = tests::synthetic_run({.exits = 2, .precisions = {{4, 4}, {8, 8}}, .test_samples = 50});
    const run::Run& run = *made;
    QVERIFY(run::save(run, directory.filePath("run.exr").toStdString()));
    QProcess python;
    python.start("/usr/bin/python3", {example.fileName(), directory.filePath("run.exr")});
    QVERIFY(python.waitForFinished(60000));
    QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
    const QList<QByteArray> lines = python.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(std::size_t(lines.size()), run.states.size());
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        std::size_t right = 0;
        for (std::size_t i = 0; i < run.test.samples; ++i)
            right += run.test.correct(StateIndex(s), SampleIndex(i)) ? 1 : 0;
        const QString expected = QString::number(100.0 * double(right) / double(run.test.samples), 'f', 2) + " %";
        const QString line = lines[qsizetype(s)];
        QVERIFY2(line.contains(QString::fromStdString(run.states[s].name())) && line.endsWith(expected),
                 qPrintable(line + " / " + expected));
    }
}

QTEST_GUILESS_MAIN(TestRunFilePython)
#include "tst_run_file_python.moc"
