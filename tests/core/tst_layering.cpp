// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <fstream>
#include <string>

#include <QProcess>
#include <QRegularExpression>
#include <QTest>

namespace fs = std::filesystem;

/// core/ neither includes nor links Qt, and knows none of the layers above it.
class TestLayering : public QObject {
    Q_OBJECT
private slots:
    void coreIncludesNoQtAndNoLayerAbove();
    void coreLibraryRefersToNoQtSymbol();
    void everyFileNamesItsLicence();
};

namespace {

template <class Visit>
std::size_t eachSource(const fs::path& folder, Visit visit)
{
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string ending = entry.path().extension().string();
        if (ending != ".cpp" && ending != ".h")
            continue;
        ++count;
        std::ifstream in(entry.path());
        visit(entry.path(), std::string(std::istreambuf_iterator<char>(in), {}));
    }
    return count;
}

}  // namespace

void TestLayering::coreIncludesNoQtAndNoLayerAbove()
{
    static const QRegularExpression forbidden(
        R"(#\s*include\s*[<"](Q[A-Z]\w*|q[a-z]+\.h|Qt\w+/.*|qcustomplot.*|widgets/.*|app/.*|tests/.*)[>"])");
    const std::size_t files = eachSource(EXITSCOPE_SOURCE "/core", [&](const fs::path& path, const std::string& text) {
        const QRegularExpressionMatch match = forbidden.match(QString::fromStdString(text));
        QVERIFY2(!match.hasMatch(), (path.string() + " has " + match.captured().toStdString()).c_str());
    });
    QVERIFY2(files > 20, "the core's sources were not found");
}

void TestLayering::coreLibraryRefersToNoQtSymbol()
{
    QProcess nm;
    nm.start("nm", {"--undefined-only", "--demangle", EXITSCOPE_CORE_LIBRARY});
    QVERIFY(nm.waitForFinished(60000));
    QCOMPARE(nm.exitCode(), 0);
    const QString symbols = QString::fromUtf8(nm.readAllStandardOutput());
    QVERIFY2(symbols.contains("onednn") || symbols.contains("dnnl"), "the symbol list is not that of the core");
    static const QRegularExpression qt(R"(\bU (Q[A-Z]\w+::|q[A-Z]\w+\(|QtPrivate::))");
    const QRegularExpressionMatch match = qt.match(symbols);
    QVERIFY2(!match.hasMatch(), qPrintable(match.captured()));
}

void TestLayering::everyFileNamesItsLicence()
{
    for (const char* folder : {"core", "widgets", "app", "tests"}) {
        eachSource(fs::path(EXITSCOPE_SOURCE) / folder, [](const fs::path& path, const std::string& text) {
            QVERIFY2(text.starts_with("// SPDX-License-Identifier: GPL-3.0-or-later"), path.c_str());
        });
    }
}

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
