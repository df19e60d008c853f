// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

class TestCsvManifest : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        scratch_.write("a.png", picture(1, 1, 1));
        scratch_.write("sub/with, comma.png", picture(1, 1, 2));
        scratch_.write("c.png", picture(1, 1, 3));
    }

    void reads_manifests_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QList<int>>("labels");
        const QList<int> numbers{4, 0, 2};
        QTest::newRow("header") << "m.csv" << QByteArray("path,label\na.png,4\n\"sub/with, comma.png\",0\nc.png,2\n")
                                << numbers;
        QTest::newRow("no header") << "m.csv" << QByteArray("a.png,4\n\"sub/with, comma.png\",0\nc.png,2") << numbers;
        QTest::newRow("CRLF, BOM, blank lines")
            << "m.csv"
            << QByteArray("\xef\xbb\xbf"
                          "path,label\r\n\r\na.png,4\r\n\"sub/with, comma.png\",0\r\n\r\nc.png,2\r\n")
            << numbers;
        QTest::newRow("other columns")
            << "m.csv"
            << QByteArray(
                   "id,Class,note,File\n1,4,,a.png\n2,0,\"a \"\"b\"\"\nc\",\"sub/with, comma.png\"\n3,2,x,c.png\n")
            << numbers;
        QTest::newRow("tabs") << "m.tsv" << QByteArray("path\tlabel\na.png\t4\nsub/with, comma.png\t0\nc.png\t2\n")
                              << numbers;
        QTest::newRow("names") << "m.csv" << QByteArray("a.png,dog\n\"sub/with, comma.png\",ant\nc.png,cat\n")
                               << QList<int>{2, 0, 1};
        QTest::newRow("some missing") << "m.csv" << QByteArray("a.png,\n\"sub/with, comma.png\",1\nc.png\n")
                                      << QList<int>{-1, 1, -1};
        QTest::newRow("none") << "m.csv" << QByteArray("path\na.png\n\"sub/with, comma.png\"\nc.png\n")
                              << QList<int>{-1, -1, -1};
    }
    void reads_manifests()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, text);
        QFETCH(QList<int>, labels);
        EXPECT_VALUE(data, dataset::open(scratch_.write(file.toStdString(), text)));
        QCOMPARE(labels_of(*data), std::vector<int>(labels.begin(), labels.end()));
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_VALUE(image, data->image(SampleIndex(i)));
            QCOMPARE(std::size_t(image.pixels.back()), i + 1);
        }
        QCOMPARE(data->info().labelled, labels != (QList<int>{-1, -1, -1}));
    }

    void class_names_are_kept()
    {
        EXPECT_VALUE(data, dataset::open(scratch_.write("m.csv", "a.png,dog\nc.png,cat\n")));
        QCOMPARE(data->info().class_names, (std::vector<std::string>{"cat", "dog"}));
    }

    void absolute_paths_are_taken()
    {
        EXPECT_VALUE(data, dataset::open(scratch_.write(
                               "deep/m.csv", QByteArray::fromStdString(scratch_.path("c.png")) + ",1\n../a.png,0\n")));
        QVERIFY(data->image(SampleIndex(0)));
        QVERIFY(data->image(SampleIndex(1)));
    }

    void errors_name_the_line_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("empty") << QByteArray() << "is empty";
        QTest::newRow("header only") << QByteArray("path,label\n") << "lists no images";
        QTest::newRow("negative") << QByteArray("path,label\na.png,0\nc.png,-3\n") << "line 3 has label -3";
        QTest::newRow("too large") << QByteArray("a.png,65536\n") << "line 1 has label 65536";
        QTest::newRow("mixed") << QByteArray("a.png,1\nc.png,cat\n") << "line 2 has label 'cat'";
        QTest::newRow("missing image") << QByteArray("path,label\nb.png,1\n") << "line 2 names the image b.png";
        QTest::newRow("no path") << QByteArray("a.png,1\n,2\n") << "line 2 names no image";
        QTest::newRow("open quote") << QByteArray("a.png,1\n\"c.png,2\n") << "line 2 opens a quote";
        QTest::newRow("after quote") << QByteArray("a.png,1\n\"c.png\"x,2\n") << "line 2 has text after";
        QTest::newRow("binary") << QByteArray("a.png,1\n\0\n", 10) << "not a text file";
    }
    void errors_name_the_line()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, reason);
        EXPECT_OPEN_ERROR(scratch_.write("m.csv", text), reason.toStdString());
    }

    void damage_never_crashes()
    {
        survive_damage(scratch_, "m.csv", "path,label\n\"a.png\",4\n\"sub/with, comma.png\",0\nc.png,2\n");
    }

private:
    Scratch scratch_;
};

QTEST_GUILESS_MAIN(TestCsvManifest)
#include "tst_csv_manifest.moc"
