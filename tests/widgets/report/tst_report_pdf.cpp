// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/report/report.h"
#include "tests/support/synthetic_run.h"
#include "widgets/report/report_pdf.h"

using namespace exitscope;

namespace {

const char* const drawing = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 760 450' width='760' height='450'>"
                            "<rect x='10' y='10' width='740' height='430' fill='none' stroke='black'/><text x='300' "
                            "y='200' font-family='sans-serif' font-size='20'>a drawing</text>"
                            "<path d='M -500 225 L 2000 225' stroke='black'/></svg>";

/// A report as the command line makes it, from a made up run.
report::Document example(bool labelled = true)
{
    tests::SyntheticOptions options;
    options.exits = 4;
    options.precisions = {{4, 4}, {6, 6}, {8, 8}};
    options.fit_samples = 400;
    options.test_samples = 600;
    options.labelled_test = labelled;
    const auto analysis = *analyse::Analysis::make(tests::synthetic_run(options));
    const cost::Costs costs = *cost::make_costs(analysis->run(), cost::Kind::bops);
    report::Content content;
    content.analysis = analysis.get();
    content.costs = &costs;
    for (const char* policy : {"quee", "confidence", "static"})
        content.policies.push_back(*analysis->fit(policy, costs, 21));
    content.decisions = analyse::decide(content.policies[0], 0.4);
    Progress progress;
    content.promise = *report::promise(*analysis, costs, "confidence", {}, progress);
    for (const char* id : {"trade-off", "flow", "exits", "reliability", "guarantee"})
        content.figures.push_back({id, id, std::string("below ") + id, drawing, ""});
    return report::compose(content);
}

/// Text without spaces: lines are broken elsewhere on a page.
QString dense(const QString& text)
{
    static const QRegularExpression space(QStringLiteral("[\\s\\x{00a0}\\f]+"));
    return text.normalized(QString::NormalizationForm_KC).remove(space);  // ligatures, too
}

QStringList texts_of(const report::Document& document)
{
    QStringList texts;
    const auto add = [&](const std::string& text) { texts.push_back(QString::fromStdString(text)); };
    for (const report::Block& block : document.blocks) {
        if (const auto* heading = std::get_if<report::Heading>(&block))
            add(heading->text);
        if (const auto* paragraph = std::get_if<report::Paragraph>(&block))
            for (const report::Span& span : paragraph->spans)
                add(span.text);
        if (const auto* cards = std::get_if<report::Cards>(&block))
            for (const report::Cards::Card& card : cards->cards)
                texts << QString::fromStdString(card.number) << QString::fromStdString(card.what);
        if (const auto* table = std::get_if<report::Table>(&block))
            for (const report::Table::Row& row : table->rows)
                for (const report::Table::Cell& cell : row.cells)
                    add(cell.text);
        if (const auto* gallery = std::get_if<report::Gallery>(&block))
            for (const report::Gallery::Picture& picture : gallery->pictures)
                texts << QString::fromStdString(picture.title) << QString::fromStdString(picture.caption);
    }
    return texts;
}

}  // namespace

/// What poppler reads in the PDF that we write.
class TestReportPdf : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void sizesAndPageNumbers_data();
    void sizesAndPageNumbers();
    void saysWhatTheHtmlSays_data();
    void saysWhatTheHtmlSays();
    void noHeadingEndsAPage_data() { sizesAndPageNumbers_data(); }
    void noHeadingEndsAPage();
    void linksWork();
    void longTablesRepeatTheirHead();
    void nothingLiesInTheMargins();
    void brokenDrawingsAreRefused();

private:
    QString read(const report::Document& document, QPageSize::PageSizeId size, const QStringList& tool);
    QStringList pages(const report::Document& document, QPageSize::PageSizeId size)
    {
        QStringList found = read(document, size, {"pdftotext", "-raw", "%1", "-"}).split(QLatin1Char('\f'));
        if (found.last().isEmpty())
            found.removeLast();
        return found;
    }
    QTemporaryDir folder_;
};

void TestReportPdf::initTestCase()
{
    if (QStandardPaths::findExecutable("pdftotext").isEmpty())
        QSKIP("needs poppler-utils");
}

QString TestReportPdf::read(const report::Document& document, QPageSize::PageSizeId size, const QStringList& tool)
{
    const Expected<std::string> pdf = print::report_pdf(document, QPageSize(size));
    if (!pdf)
        return {};
    QFile file(folder_.filePath("report.pdf"));
    if (!file.open(QIODevice::WriteOnly) || file.write(pdf->data(), qint64(pdf->size())) != qint64(pdf->size()))
        return {};
    file.close();
    QStringList arguments = tool.mid(1);
    arguments.replaceInStrings("%1", file.fileName());
    QProcess process;
    process.start(tool[0], arguments);
    process.waitForFinished();
    const QString complaints = QString::fromUtf8(process.readAllStandardError());
    if (!complaints.isEmpty())
        return complaints;
    // ligatures of the type as the letters that they are
    return QString::fromUtf8(process.readAllStandardOutput()).normalized(QString::NormalizationForm_KC);
}

void TestReportPdf::sizesAndPageNumbers_data()
{
    QTest::addColumn<QPageSize::PageSizeId>("size");
    QTest::addColumn<QString>("name");
    QTest::newRow("A4") << QPageSize::A4 << "595 x 842 pts (A4)";
    QTest::newRow("Letter") << QPageSize::Letter << "612 x 792 pts (letter)";
}

void TestReportPdf::sizesAndPageNumbers()
{
    QFETCH(QPageSize::PageSizeId, size);
    QFETCH(QString, name);
    const report::Document document = example();
    const QString facts = read(document, size, {"pdfinfo", "%1"});
    QVERIFY2(facts.contains(name), qPrintable(facts));
    QVERIFY2(facts.contains(QString::fromStdString(document.title)), qPrintable(facts));
    const QStringList found = pages(document, size);
    QVERIFY2(found.size() > 3 && found.size() < 12, qPrintable(QString::number(found.size())));
    QVERIFY(facts.contains(QRegularExpression(QString("Pages: +%1\n").arg(found.size()))));
    for (qsizetype p = 0; p < found.size(); ++p)
        QVERIFY2(found[p].trimmed().endsWith(QString("%1 / %2").arg(p + 1).arg(found.size())), qPrintable(found[p]));
}

void TestReportPdf::saysWhatTheHtmlSays_data()
{
    QTest::addColumn<bool>("labelled");
    QTest::newRow("labelled") << true;
    QTest::newRow("unlabelled") << false;
}

void TestReportPdf::saysWhatTheHtmlSays()
{
    QFETCH(bool, labelled);
    const report::Document document = example(labelled);
    const QString shown = dense(pages(document, QPageSize::A4).join(QString()));
    QString html = QString::fromStdString(report::html(document));
    html.remove(QRegularExpression("<style>.*</style>", QRegularExpression::DotMatchesEverythingOption));
    html.remove(QRegularExpression("<[^>]*>")).replace("&#39;", "'").replace("&quot;", "\"").replace("&lt;", "<");
    const QString page = dense(html);
    const QStringList texts = texts_of(document);
    QVERIFY(texts.size() > 60);
    for (const QString& text : texts) {
        QVERIFY2(page.contains(dense(text)), qPrintable(text));
        QVERIFY2(shown.contains(dense(text)), qPrintable(text));
    }
}

void TestReportPdf::noHeadingEndsAPage()
{
    QFETCH(QPageSize::PageSizeId, size);
    const report::Document document = example();
    QStringList headings;
    for (const report::Block& block : document.blocks)
        if (const auto* heading = std::get_if<report::Heading>(&block))
            headings.push_back(QString::fromStdString(heading->text));
    for (const QString& page : pages(document, size)) {
        const QStringList lines = page.trimmed().split('\n');
        const QString last = lines.value(lines.size() - 2).remove(QString::fromStdString(document.title)).trimmed();
        QVERIFY2(!headings.contains(last), qPrintable(page));
    }
}

void TestReportPdf::linksWork()
{
    const report::Document document = example();
    const QString urls = read(document, QPageSize::A4, {"pdfinfo", "-url", "%1"});
    QVERIFY2(urls.contains("https://arxiv.org/abs/2406.14404"), qPrintable(urls));
    QVERIFY2(!urls.contains('#'), qPrintable(urls));  // those within the report are jumps
    const QByteArray pdf = QByteArray::fromStdString(*print::report_pdf(document));
    const auto& contents = std::get<report::Contents>(
        *std::find_if(document.blocks.begin(), document.blocks.end(),
                      [](const report::Block& block) { return std::holds_alternative<report::Contents>(block); }));
    QVERIFY(contents.entries.size() >= 8);
    QCOMPARE(pdf.count("/Subtype /Link /Rect"), qsizetype(contents.entries.size()));
    QCOMPARE(pdf.count("/Title <feff"), qsizetype(contents.entries.size()));
    // the contents name the page that a section really starts on
    const QStringList found = pages(document, QPageSize::A4);
    for (const report::Contents::Entry& entry : contents.entries) {
        const QString title = QString::fromStdString(entry.title);
        const auto line = QRegularExpression("^" + QRegularExpression::escape(title) + "\\s+(\\d+)$",
                                             QRegularExpression::MultilineOption)
                              .match(found[0]);
        QVERIFY2(line.hasMatch(), qPrintable(title + " in\n" + found[0]));
        const qsizetype page = line.captured(1).toInt() - 1;
        QVERIFY2(page < found.size() &&
                     found[page].contains(QRegularExpression("^" + QRegularExpression::escape(title) + "$",
                                                             QRegularExpression::MultilineOption)),
                 qPrintable(title));
    }
}

void TestReportPdf::longTablesRepeatTheirHead()
{
    report::Document document;
    document.title = "long";
    report::Table table;
    table.head = {"Name", "first number", "second"};
    for (int i = 0; i < 200; ++i)
        table.rows.push_back({{{"row " + std::to_string(i)}, {std::to_string(i * i)}, {"1"}}, false});
    document.blocks = {report::Heading{2, "A table", "table"}, table};
    const QStringList found = pages(document, QPageSize::Letter);
    QVERIFY(found.size() >= 4);
    for (const QString& page : found) {
        QCOMPARE(page.count("second"), 1);
        QVERIFY(page.count(QRegularExpression("^row \\d+", QRegularExpression::MultilineOption)) >= 2);
    }
    QVERIFY(found.last().contains("row 199 39601 1"));
}

void TestReportPdf::nothingLiesInTheMargins()
{
    if (QStandardPaths::findExecutable("pdftoppm").isEmpty())
        QSKIP("needs poppler-utils");
    report::Document document = example();
    report::Table wide;
    for (int c = 0; c < 14; ++c)
        wide.head.push_back("a column " + std::to_string(c));
    wide.rows = {{std::vector<report::Table::Cell>(14, {"123,456.78 %"}), true}};
    document.blocks.push_back(wide);
    document.blocks.push_back(report::Table{{}, {{{{"Hash"}, {std::string(400, 'f')}}, false}}});
    QVERIFY(read(document, QPageSize::A4, {"pdftoppm", "-r", "50", "-png", "%1", folder_.filePath("page")}).isEmpty());
    const QStringList files = QDir(folder_.path()).entryList({"page-*.png"});
    QVERIFY(files.size() > 3);
    constexpr int margin = static_cast<int>(17.0 / 25.4 * 50);
    for (const QString& name : files) {
        const QImage page(folder_.filePath(name));
        for (int y = 0; y < page.height(); ++y)
            for (const auto& [from, to] : {std::pair(0, margin), std::pair(page.width() - margin, page.width())})
                for (int x = from; x < to; ++x)
                    QVERIFY2(qGray(page.pixel(x, y)) > 250, qPrintable(QString("%1: %2, %3").arg(name).arg(x).arg(y)));
    }
}

void TestReportPdf::brokenDrawingsAreRefused()
{
    report::Document document;
    document.blocks = {report::Figure{"flow", "", "", "<svg", ""}};
    const auto pdf = print::report_pdf(document);
    QVERIFY(!pdf);
    QCOMPARE(pdf.error().message(), std::string("flow: the figure is not an SVG drawing"));
}

QTEST_MAIN(TestReportPdf)
#include "tst_report_pdf.moc"
