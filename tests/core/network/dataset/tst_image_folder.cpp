// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QTest>

#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

std::vector<std::string> codes_of(const dataset::Dataset& data)
{
    std::vector<std::string> codes;
    for (const Notice& notice : data.info().notices)
        codes.push_back(notice.code);
    return codes;
}

using Codes = std::vector<std::string>;
using Ints = std::vector<int>;
using Names = std::vector<std::string>;

}  // namespace

/// Folders as they come out of archives, synchronised disks and published data sets.
class TestImageFolder : public QObject {
    Q_OBJECT
private slots:
    void clutter_is_no_class_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "lost+found",
                                 ".ipynb_checkpoints", ".Trash-1000", "#recycle", "__pycache__"})
            QTest::newRow(name) << name;
    }
    void clutter_is_no_class()
    {
        QFETCH(QString, name);
        const Scratch scratch;
        const QByteArray image = picture(1, 1, 1);
        scratch.write("d/a/1.png", image);
        scratch.write("d/z/1.png", image);
        scratch.write("d/z/._1.png", "\x05\x16\x07");
        scratch.write("d/z/" + name.toStdString() + "/1.png", image);
        scratch.write("d/" + name.toStdString() + "/b/1.png", image);
        scratch.write("d/Thumbs.db", "x");
        scratch.write("d/desktop.ini", "x");
        scratch.write("d/.DS_Store", "x");
        EXPECT_VALUE(data, dataset::open(scratch.path("d")));
        QCOMPARE(data->info().class_names, (Names{"a", "z"}));
        QCOMPARE(labels_of(*data), (Ints{0, 1}));
        QVERIFY(codes_of(*data).empty());
    }

    /// By their names or, without one that tells, by their first bytes.
    void images_by_any_name()
    {
        const Scratch scratch;
        const QByteArray jpeg = picture(1, 1, 0x808080, "JPG");
        for (const char* name : {"1.jfif", "2.JPE", "3.jif", "4.dib", "5", "6.image"})
            scratch.write(std::string("d/a/") + name, name[0] == '4' ? picture(1, 1, 1, "BMP") : jpeg);
        scratch.write("d/a/readme", "text");
        scratch.write("d/a/notes", "BMW and others");
        scratch.write("d/a/places", "P1: here");
        scratch.write("d/a/notes.txt", jpeg);  // called like a text
        EXPECT_VALUE(data, dataset::open(scratch.path("d")));
        QCOMPARE(data->size(), std::size_t{6});
        for (std::size_t i = 0; i < data->size(); ++i)
            QVERIFY(data->image(SampleIndex(i)));
        QVERIFY(codes_of(*data).empty());
    }

    void pictures_that_are_not_read_are_counted()
    {
        const Scratch scratch;
        const QByteArray heic = QByteArray("\0\0\0\x18", 4) + "ftypheic" + QByteArray(20, '\0');
        scratch.write("d/a/1.png", picture(1, 1, 1));
        scratch.write("d/a/2.gif", "GIF89a.......");
        scratch.write("d/b/3", "GIF87a.......");
        scratch.write("d/b/4.heic", heic);
        scratch.write("d/b/5.tga", "no magic number");
        scratch.write("d/b/6.png", picture(1, 1, 1));
        EXPECT_VALUE(data, dataset::open(scratch.path("d")));
        QCOMPARE(data->size(), std::size_t{2});
        QCOMPARE(codes_of(*data), Codes{"other-files"});
        const std::string text = data->info().notices[0].text;
        QVERIFY2(text.find("4 pictures of kinds that are not read (1 .tga file, 2 GIF images, 1 HEIC image;") !=
                     std::string::npos,
                 text.c_str());
        scratch.write("g/1.gif", "GIF89a.......");
        EXPECT_OPEN_ERROR(scratch.path("g"), "holds no images but 1 picture of a kind that is not read (1 GIF image;");
        scratch.write("d/logo.png", picture(1, 1, 1));
        EXPECT_OPEN_ERROR(scratch.path("d"), "1 image outside of them, such as logo.png: move them");
    }

    void images_beside_the_folders_are_said()
    {
        const Scratch scratch;
        for (const char* name : {"s/train/a/1.png", "s/val/a/1.png", "s/2.png", "i/images/1.png", "i/2.png", "i/3.png"})
            scratch.write(name, picture(1, 1, 1));
        EXPECT_VALUE(split, dataset::open(scratch.path("s") + ":val"));
        QCOMPARE(codes_of(*split), Codes{"images-beside"});
        EXPECT_VALUE(images, dataset::open(scratch.path("i")));
        QCOMPARE(images->size(), std::size_t{1});
        QCOMPARE(codes_of(*images), Codes{"images-beside"});
        QVERIFY(images->info().notices[0].text.find("2 images lie beside") != std::string::npos);
    }

    void a_class_without_images_counts_and_is_named()
    {
        const Scratch scratch;
        scratch.write("d/b/1.png", picture(1, 1, 1));
        QVERIFY(QDir().mkpath(QString::fromStdString(scratch.path("d/a"))));
        EXPECT_VALUE(data, dataset::open(scratch.path("d")));
        QCOMPARE(labels_of(*data), Ints{1});
        QCOMPARE(codes_of(*data), Codes{"empty-class"});
        QVERIFY(data->info().notices[0].text.find("images, a, which") != std::string::npos);
    }

    void splits_with_other_classes_are_named()
    {
        const Scratch scratch;
        for (const char* file : {"d/train/a/1.png", "d/train/b/1.png", "d/val/b/1.png", "d/val/c/1.png"})
            scratch.write(file, picture(1, 1, 1));
        EXPECT_VALUE(val, dataset::open(scratch.path("d") + ":val"));
        QCOMPARE(labels_of(*val), (Ints{1, 2}));
        QCOMPARE(codes_of(*val), Codes{"split-classes"});
        const std::string text = val->info().notices[0].text;
        QVERIFY2(text.find("train has no class c; val has no class a") != std::string::npos, text.c_str());
    }

    /// train/ID/images/*, val/images/* with val_annotations.txt, test/images/* without labels.
    void tiny_imagenet_is_read_as_published()
    {
        const Scratch scratch;
        for (const char* id : {"n01443537", "n01629819"}) {
            scratch.write(std::string("t/train/") + id + "/images/" + id + "_0.JPEG", picture(1, 1, 1, "JPG"));
            scratch.write(std::string("t/train/") + id + "/" + id + "_boxes.txt", "x\t0\t0\t1\t1\n");
        }
        scratch.write("t/val/images/val_0.JPEG", picture(1, 1, 1, "JPG"));
        scratch.write("t/val/images/val_1.JPEG", picture(1, 1, 1, "JPG"));
        scratch.write("t/val/val_annotations.txt",
                      "val_0.JPEG\tn01629819\t0\t32\t44\t62\nval_1.JPEG\tn01443537\t52\t55\t57\t59\n");
        scratch.write("t/test/images/test_0.JPEG", picture(1, 1, 1, "JPG"));
        scratch.write("t/wnids.txt", "n01629819\nn01443537\n");
        scratch.write("t/words.txt", "n00001740\tentity\nn01443537\tgoldfish\nn01629819\tsalamander\n");
        EXPECT_VALUE(train, dataset::open(scratch.path("t") + ":train"));
        QCOMPARE(labels_of(*train), (Ints{0, 1}));
        QCOMPARE(train->info().class_names, (Names{"n01443537", "n01629819"}));
        QCOMPARE(codes_of(*train), Codes{"class-order"});
        dataset::OpenOptions listed;
        listed.classes_file = scratch.path("t/wnids.txt");
        EXPECT_VALUE(in_their_order, dataset::open(scratch.path("t") + ":train", listed));
        QCOMPARE(labels_of(*in_their_order), (Ints{1, 0}));
        QVERIFY(codes_of(*in_their_order).empty());
        EXPECT_VALUE(val, dataset::open(scratch.path("t") + ":val"));
        QCOMPARE(labels_of(*val), (Ints{1, 0}));
        QCOMPARE(val->info().class_names, train->info().class_names);
        QCOMPARE(val->origin(SampleIndex(0)), scratch.path("t/val/images/val_0.JPEG"));
        EXPECT_VALUE(test, dataset::open(scratch.path("t") + ":test"));
        QVERIFY(!test->info().labelled);
        EXPECT_VALUE(alone, dataset::open(scratch.path("t/val")));
        QCOMPARE(labels_of(*alone), (Ints{1, 0}));
    }

    void imagenets_validation_folder()
    {
        const Scratch scratch;
        scratch.write("i/val/ILSVRC2012_val_00000001.JPEG", picture(1, 1, 1, "JPG"));
        scratch.write("i/val/ILSVRC2012_val_00000002.JPEG", picture(1, 1, 1, "JPG"));
        scratch.write("i/LOC_val_solution.csv", "ImageId,PredictionString\nILSVRC2012_val_00000002,n02 1 2 3 4 "
                                                "\nILSVRC2012_val_00000001,n01 1 2 3 4 n01 5 6 7 8 \n");
        EXPECT_VALUE(data, dataset::open(scratch.path("i/val")));
        QCOMPARE(labels_of(*data), (Ints{1, 0}));
        QCOMPARE(data->info().class_names, (Names{"n01", "n02"}));
        EXPECT_VALUE(list, dataset::open(scratch.path("i/LOC_val_solution.csv")));
        QCOMPARE(labels_of(*list), (Ints{1, 0}));
        QCOMPARE(QDir::cleanPath(QString::fromStdString(list->origin(SampleIndex(1)))),
                 QString::fromStdString(scratch.path("i/val/ILSVRC2012_val_00000001.JPEG")));
    }

    void a_folder_around_the_class_folders_is_none()
    {
        const Scratch scratch;
        scratch.write("d/flowers/rose/1.png", picture(1, 1, 1));
        scratch.write("d/flowers/tulip/1.png", picture(1, 1, 1));
        EXPECT_VALUE(data, dataset::open(scratch.path("d")));
        QCOMPARE(data->info().class_names, (Names{"rose", "tulip"}));
        QCOMPARE(labels_of(*data), (Ints{0, 1}));
    }

    void annotations_that_miss_files_are_refused()
    {
        const Scratch scratch;
        scratch.write("t/val/images/val_0.JPEG", picture(1, 1, 1, "JPG"));
        scratch.write("t/val/val_annotations.txt", "val_0.JPEG\tn2\t0\t0\t1\t1\nval_1.JPEG\tn1\t0\t0\t1\t1\n");
        EXPECT_OPEN_ERROR(scratch.path("t") + ":val", "line 2: val_1.JPEG does not exist");
    }
};

QTEST_GUILESS_MAIN(TestImageFolder)
#include "tst_image_folder.moc"
