// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QTest>

#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

QByteArray utf16(const QByteArray& ascii, bool big_endian)
{
    QByteArray bytes = big_endian ? QByteArray("\xfe\xff", 2) : QByteArray("\xff\xfe", 2);
    for (const char c : ascii)
        bytes += big_endian ? QByteArray(1, '\0') + c : QByteArray(1, c) + '\0';
    return bytes;
}

std::vector<std::string> codes_of(const dataset::Dataset& data)
{
    std::vector<std::string> codes;
    for (const Notice& notice : data.info().notices)
        codes.push_back(notice.code);
    return codes;
}

}  // namespace

class TestListFile : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        scratch_.write("a.png", picture(1, 1, 1));
        scratch_.write("sub/with, comma.png", picture(1, 1, 2));
        scratch_.write("sub/b c.png", picture(1, 1, 2));
        scratch_.write("c.png", picture(1, 1, 3));
    }

    void reads_lists_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QList<int>>("labels");
        const QList<int> numbers{4, 0, 2};
        const auto row = [](const char* name, const char* file, const QByteArray& text, const QList<int>& labels) {
            QTest::newRow(name) << QString(file) << text << labels;
        };
        row("header", "m.csv", "path,label\na.png,4\n\"sub/with, comma.png\",0\nc.png,2\n", numbers);
        row("no header", "m.csv", "a.png,4\n\"sub/with, comma.png\",0\nc.png,2", numbers);
        row("CRLF, BOM, blank lines", "m.csv",
            "\xef\xbb\xbf"
            "path,label\r\n\r\na.png,4\r\n\"sub/with, comma.png\",0\r\n\r\nc.png,2\r\n",
            numbers);
        row("other columns", "m.csv",
            "id,Class,note,File\n1,4,,a.png\n2,0,\"a \"\"b\"\"\nc\",\"sub/with, comma.png\"\n3,2,x,c.png\n", numbers);
        row("tabs", "m.tsv", "path\tlabel\na.png\t4\nsub/with, comma.png\t0\nc.png\t2\n", numbers);
        row("names", "m.csv", "a.png,dog\n\"sub/with, comma.png\",ant\nc.png,cat\n", {2, 0, 1});
        row("some missing", "m.csv", "a.png,\n\"sub/with, comma.png\",1\nc.png\n", {-1, 1, -1});
        row("none", "m.csv", "path\na.png\n\"sub/with, comma.png\"\nc.png\n", {-1, -1, -1});
        row("UTF-16, little-endian", "m.csv", utf16("path,label\r\na.png,4\r\nsub/b c.png,0\r\nc.png,2\r\n", false),
            numbers);
        row("UTF-16, big-endian", "m.txt", utf16("a.png\t4\nsub/b c.png\t0\nc.png\t2\n", true), numbers);
        row("numbers in many spellings", "m.csv", "path,label\na.png, 4.0\nsub/b c.png,\"0\"\nc.png,+2e0 \n", numbers);
        row("blanks and quotes around names", "m.csv", "path, label\na.png, dog\nsub/b c.png, \"ant\"\nc.png,dog \n",
            {1, 0, 1});
        row("blanks between", "val.txt", "a.png 4\nsub/b c.png 0\nc.png   2\n", numbers);
        row("blanks between, names quoted", "val.txt", "a.png 4\n\"sub/b c.png\" 0\nc.png 2\n", numbers);
        row("names of several words", "val.txt", "a.png wolf\n\"sub/b c.png\" golden retriever\nc.png wolf\n",
            {1, 0, 1});
        row("semicolons", "m.csv", "path;label\na.png;4\nsub/with, comma.png;0\nc.png;2\n", numbers);
        row("bars", "m.txt", "a.png|4\nsub/b c.png|0\nc.png|2\n", numbers);
        row("index, label, path", "m.lst", "0\t4.000000\ta.png\n1\t0.000000\tsub/b c.png\n2\t2.000000\tc.png\n",
            numbers);
        row("index of pandas", "m.csv", ",path,label\n0,a.png,4\n1,sub/b c.png,0\n2,c.png,2\n", numbers);
        row("index of pandas without header", "m.csv", "0,a.png,4\n1,sub/b c.png,0\n2,c.png,2\n", numbers);
        row("header in capitals", "m.csv", "File Name,CLASS_ID\na.png,4\nsub/b c.png,0\nc.png,2\n", numbers);
        row("two columns, one known", "m.csv", "id,kind of dog\na,4\nsub/b c,0\nc,2\n", numbers);
        row("unknown header", "m.csv", "what,where\n4,a.png\n0,sub/b c.png\n2,c.png\n", numbers);
        row("no extensions", "m.txt", "a 4\nsub/b c 0\nc 2\n", numbers);
        row("backslashes", "m.csv", "path,label\nsub\\..\\a.png,4\nsub\\b c.png,0\nc.png,2\n", numbers);
        row("another computer's folders", "m.csv",
            "path,label\nC:\\me\\set\\a.png,4\nC:\\me\\set\\sub\\b c.png,0\nC:\\me\\set\\c.png,2\n", numbers);
        row("another computer's root", "m.csv",
            "path,label\n/no/such/a.png,4\n/no/such/sub/b c.png,0\n/no/such/c.png,2\n", numbers);
        row("class first", "m.csv", "class_name,filename\ndog,a.png\nant,sub/b c.png\ncat,c.png\n", {2, 0, 1});
        row("first word of predictions", "LOC_val_solution.csv",
            "ImageId,PredictionString\na,n02 1 2 3 4 \nsub/b c,n01 1 2 3 4 n01 5 6 7 8 \nc,n02 1 2 3 4\n", {1, 0, 1});
        row("class and box", "val_annotations.txt",
            "a.png\tn2\t0\t32\t44\t62\nsub/b c.png\tn1\t0\t1\t2\t3\nc.png\tn2\t0\t1\t2\t3\n", {1, 0, 1});
        row("comments", "m.csv", "# made, by hand\npath,label\na.png,4\n#c.txt,1\nsub/b c.png,0\nc.png,2\n", numbers);
        row("comments above blanks", "val.txt", "# made; by, hand\n# twice\na.png 4\n\"sub/b c.png\" 0\nc.png 2\n",
            numbers);
        row("header behind a mark", "m.csv", "#path,label\na.png,4\nsub/b c.png,0\nc.png,2\n", numbers);
        row("minus one is no label", "m.csv", "path,label\na.png,4\nsub/b c.png,-1\nc.png,2\n", {4, -1, 2});
        row("a column for each class", "m.csv", "path,dog,ant,cat\na.png,0,0,1\nsub/b c.png,1,0,0\nc.png,0,1,0\n",
            {2, 0, 1});  // in the order of the columns
        row("minus one beside names", "m.csv", "path,label\na.png,dog\nsub/b c.png,-1\nc.png,ant\n", {1, -1, 0});
        row("y_true", "m.csv", "image_path,score,y_true\na.png,0.5,4\nsub/b c.png,0.1,0\nc.png,0.2,2\n", numbers);
        row("label and its name", "m.csv", "path,class_name,label\na.png,e,4\nsub/b c.png,a,0\nc.png,c,2\n", numbers);
    }
    void reads_lists()
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
        QCOMPARE(codes_of(*data), std::vector<std::string>());
        QVERIFY(!data->info().remarks.empty());
    }

    void an_image_has_one_label_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("contradiction") << QByteArray("path,label\na.png,1\nc.png,2\na.png,2\n")
                                       << "line 4 gives a.png the label '2' and line 2 '1'";
        for (const char* several : {"\"1,2\"", "1;2", "[1 2]", "1|2"})
            QTest::newRow(several) << "path,label\na.png," + QByteArray(several) + "\nc.png,2\n"
                                   << "line 2 has the labels";
        QTest::newRow("names") << QByteArray("path,label\na.png,cat\nc.png,cat|dog\nsub/b c.png,dog\n")
                               << "line 3 has the labels 'cat|dog'";
        QTest::newRow("another spelling of the path")
            << QByteArray("path,label\na.png,1\n./a.png,2\n") << "line 3 gives ./a.png the label '2'";
        QTest::newRow("a field more") << QByteArray("path,label\na.png,1,2\n") << "line 2 has 3 fields";
        QTest::newRow("other negatives") << QByteArray("path,label\na.png,-2\n") << "line 2 has label -2";
    }
    void an_image_has_one_label()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        EXPECT_OPEN_ERROR(scratch_.write("one.csv", text), message.toStdString());
    }

    void repeated_images_are_said()
    {
        EXPECT_VALUE(data, dataset::open(scratch_.write("r.csv", "path,label\na.png,1\nc.png,2\na.png,1.0\n")));
        QCOMPARE(codes_of(*data), std::vector<std::string>{"repeated-images"});
        QVERIFY2(data->info().notices[0].text.find("the first is line 4 (a.png)") != std::string::npos,
                 data->info().notices[0].text.c_str());
        EXPECT_VALUE(none, dataset::open(scratch_.write("n.csv", "path,label\na.png,-1\nc.png,-1\n")));
        QVERIFY(!none->info().labelled);
    }

    void images_lie_in_a_folder_near_by_data()
    {
        QTest::addColumn<QString>("list");
        QTest::addColumn<QString>("image");
        QTest::newRow("images") << "d/labels.csv"
                                << "d/images/x.png";
        QTest::newRow("val") << "d/val.txt"
                             << "d/val/x.png";
        QTest::newRow("the list's name") << "d/odd.csv"
                                         << "d/odd/x.png";
        QTest::newRow("above") << "d/lists/labels.csv"
                               << "d/x.png";
        QTest::newRow("beside") << "d/lists/labels.csv"
                                << "d/images/x.png";
        QTest::newRow("ImageNet") << "d/LOC_val_solution.csv"
                                  << "d/ILSVRC/Data/CLS-LOC/val/x.png";
    }
    void images_lie_in_a_folder_near_by()
    {
        QFETCH(QString, list);
        QFETCH(QString, image);
        const Scratch scratch;
        scratch.write(image.toStdString(), picture(1, 1, 7));
        EXPECT_VALUE(data, dataset::open(scratch.write(list.toStdString(), "path,label\nx.png,3\n")));
        EXPECT_VALUE(pixels, data->image(SampleIndex(0)));
        QCOMPARE(pixels.pixels.back(), std::uint8_t{7});
        QVERIFY(data->info().remarks.back().find("are taken from") != std::string::npos);
    }

    void images_beside_the_list_are_no_remark()
    {
        const Scratch scratch;
        scratch.write("x.png", picture(1, 1, 7));
        const std::string list = scratch.write("list.csv", "path,label\nx.png,3\n");
        const std::filesystem::path before = std::filesystem::current_path();
        std::filesystem::current_path(std::filesystem::path(list).parent_path());
        const auto data = dataset::open("list.csv");
        scratch.write("other.csv", "path,label\nnone.png,3\n");
        const auto missing = dataset::open("other.csv");
        std::filesystem::current_path(before);
        QVERIFY(data);
        QVERIFY(!missing);
        QVERIFY2(missing.error().detail.find("does not exist in this folder nor") != std::string::npos,
                 missing.error().detail.c_str());
        for (const std::string& remark : (*data)->info().remarks)
            QVERIFY2(remark.find("are taken from") == std::string::npos, remark.c_str());
    }

    void images_above_the_list_must_all_be_there()
    {
        const Scratch scratch;
        scratch.write("x.png", picture(1, 1, 7));
        EXPECT_OPEN_ERROR(scratch.write("d/labels.csv", "path,label\nx.png,3\ny.png,2\n"), "names the image x.png");
        EXPECT_OPEN_ERROR(scratch.write("labels.csv", "path,label\nx.png,3\ny.png,2\n"), "y.png does not exist");
    }

    void the_folder_can_be_chosen()
    {
        const Scratch scratch;
        scratch.write("train/1.png", picture(1, 1, 1));
        scratch.write("test/1.png", picture(1, 1, 2));
        const std::string list = scratch.write("labels.csv", "id,label\n1,0\n");
        EXPECT_VALUE(doubtful, dataset::open(list));
        QCOMPARE(codes_of(*doubtful), (std::vector<std::string>{"image-root"}));
        dataset::OpenOptions options;
        options.image_root = scratch.path("test");
        EXPECT_VALUE(chosen, dataset::open(list, options));
        QVERIFY(codes_of(*chosen).empty());
        EXPECT_VALUE(pixels, chosen->image(SampleIndex(0)));
        QCOMPARE(pixels.pixels.back(), std::uint8_t{2});
    }

    void labels_alone_belong_to_the_images_near_by()
    {
        const Scratch scratch;
        scratch.write("val/b.png", picture(1, 1, 2));
        scratch.write("val/a.png", picture(1, 1, 1));
        const std::string list = scratch.write("ILSVRC2012_validation_ground_truth.txt", "490\n361\n");
        EXPECT_VALUE(data, dataset::open(list));
        QCOMPARE(labels_of(*data), (std::vector<int>{490, 361}));
        QCOMPARE(codes_of(*data), (std::vector<std::string>{"development-kit"}));
        EXPECT_OPEN_ERROR(scratch.write("val.txt", "1\n2\n3\n"),
                          "no folder near it has 3 images whose labels its lines could be");
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

    void doubtful_columns_are_named()
    {
        EXPECT_VALUE(box, dataset::open(scratch_.write("m.csv", "a.png,1,2,3,4,dog\nc.png,1,2,3,4,cat\n")));
        QCOMPARE(codes_of(*box), (std::vector<std::string>{"list-columns"}));
        EXPECT_VALUE(two, dataset::open(scratch_.write("m.csv", "path,label,target\na.png,1,0\nc.png,1,1\n")));
        QCOMPARE(codes_of(*two), (std::vector<std::string>{"list-columns"}));
        EXPECT_VALUE(none, dataset::open(scratch_.write("m.csv", "path,sex,dx\na.png,m,x\nc.png,f,y\n")));
        QCOMPARE(codes_of(*none), (std::vector<std::string>{"list-columns"}));
        QVERIFY(!none->info().labelled);
    }

    void errors_name_the_line_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("empty") << QByteArray() << "is empty";
        QTest::newRow("header only") << QByteArray("path,label\n") << "lists no images";
        QTest::newRow("negative") << QByteArray("path,label\na.png,0\nc.png,-3\n") << "line 3 has label -3";
        QTest::newRow("too large") << QByteArray("a.png,65536\n") << "line 1 has label 65536";
        QTest::newRow("huge") << QByteArray("a.png,1e300\n") << "line 1 has label 1e300";
        QTest::newRow("a fraction") << QByteArray("a.png,1\nc.png,2.5\n")
                                    << "line 2 has label 2.5, which is not a class";
        QTest::newRow("mixed") << QByteArray("a.png,1\nc.png,cat\n") << "line 2 has label 'cat' where line 1 has '1'";
        QTest::newRow("mixed, name first") << QByteArray("a.png,cat\nc.png,1\n") << "line 2 has label '1'";
        QTest::newRow("not a number") << QByteArray("a.png,1\nc.png,nan\n") << "line 2 has label 'nan'";
        QTest::newRow("missing image") << QByteArray("path,label\nmissing.png,1\n")
                                       << "line 2 names the image missing.png";
        QTest::newRow("missing later") << QByteArray("path,label\na.png,1\nb.png,1\n")
                                       << "1 of 2 images cannot be read: line 3: b.png does not exist";
        QTest::newRow("no path") << QByteArray("a.png,1\n,2\n") << "line 2 names no image";
        QTest::newRow("no image at all") << QByteArray("x,1\ny,2\n") << "line 1 names no image";
        QTest::newRow("several labels") << QByteArray("0\t1\t2\t3\ta.png\n") << "line 1 has 3 labels";
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
        survive_damage(scratch_, "m.txt", utf16("a.png 4\n\"sub/b c.png\" 0\nc.png 2\n", false));
    }

private:
    Scratch scratch_;
};

QTEST_GUILESS_MAIN(TestListFile)
#include "tst_list_file.moc"
