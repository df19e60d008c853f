// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <map>

#include <QDir>
#include <QTest>

#include "core/network/dataset/class_match.h"
#include "core/network/dataset/natural_order.h"
#include "tests/core/network/dataset/fixtures.h"
#include "tests/support/external_data.h"

using namespace exitscope;
using namespace exitscope::tests;
namespace fs = std::filesystem;

namespace {

/// Class folders with one picture each.
std::string folders(const Scratch& scratch, const std::vector<std::string>& names)
{
    for (const std::string& name : names)
        scratch.write("d/" + name + "/1.png", picture(1, 1, 1));
    return scratch.path("d");
}

dataset::OpenOptions for_model(std::size_t count, std::vector<std::string> names = {})
{
    dataset::OpenOptions options;
    options.model = dataset::ModelClasses{"/no/such/model.onnx", count, std::move(names)};
    return options;
}

std::vector<std::string> codes_of(const dataset::Dataset& data)
{
    std::vector<std::string> codes;
    for (const Notice& notice : data.info().notices)
        codes.push_back(notice.code);
    return codes;
}

std::string error_of(const Expected<dataset::DatasetPtr>& opened)
{
    return opened ? "(opened)" : opened.error().message();
}

using Codes = std::vector<std::string>;
using Ints = std::vector<int>;

}  // namespace

class TestClassNumbers : public QObject {
    Q_OBJECT
private slots:
    void natural_order()
    {
        QVERIFY(dataset::naturally_before("2", "10"));
        QVERIFY(!dataset::naturally_before("10", "2"));
        QVERIFY(dataset::naturally_before("class_2", "class_10"));
        QVERIFY(dataset::naturally_before("a", "a1"));
        QVERIFY(dataset::naturally_before("a09b", "a10"));
        QVERIFY(dataset::naturally_before("01", "1") != dataset::naturally_before("1", "01"));
        QVERIFY(!dataset::naturally_before("7", "7"));
    }

    void numeric_folders_have_two_orders()
    {
        const Scratch scratch;
        const std::string path = folders(scratch, {"0", "1", "2", "10"});
        EXPECT_VALUE(plain, dataset::open(path));
        QCOMPARE(codes_of(*plain), Codes{"class-order"});
        QVERIFY(plain->info().notices[0].text.find("(0, 1, 10, 2), not of the numbers in them (0, 1, 2, 10)") !=
                std::string::npos);
        QCOMPARE(labels_of(*plain), (Ints{0, 1, 2, 3}));  // files lie in the order 0, 1, 10, 2
        dataset::OpenOptions options;
        options.class_order = dataset::ClassOrder::natural;
        EXPECT_VALUE(natural, dataset::open(path, options));
        QCOMPARE(labels_of(*natural), (Ints{0, 1, 3, 2}));
        QCOMPARE(natural->info().class_names, (std::vector<std::string>{"0", "1", "2", "10"}));
        QVERIFY(codes_of(*natural).empty());
        options.class_order = dataset::ClassOrder::text;
        EXPECT_VALUE(text, dataset::open(path, options));
        QVERIFY(codes_of(*text).empty());
        options.class_order = dataset::ClassOrder::names;
        EXPECT_VALUE(numbers, dataset::open(path, options));
        QCOMPARE(labels_of(*numbers), (Ints{0, 1, 10, 2}));
    }

    /// Folders "1" to "10": their names are the numbers, one too many.
    void folders_numbered_from_one()
    {
        const Scratch scratch;
        const std::string path = folders(scratch, {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"});
        dataset::OpenOptions options = for_model(10);
        options.class_order = dataset::ClassOrder::names;
        const std::string message = error_of(dataset::open(path, options));
        QVERIFY2(message.find("has labels from 1 to 10") != std::string::npos &&
                     message.find("--label-offset -1") != std::string::npos,
                 message.c_str());
        const Ints shifted{0, 9, 1, 2, 3, 4, 5, 6, 7, 8};  // files lie in the order 1, 10, 2
        options.label_offset = -1;
        for (const auto order : {dataset::ClassOrder::names, dataset::ClassOrder::automatic}) {
            options.class_order = order;
            EXPECT_VALUE(data, dataset::open(path, options));
            QCOMPARE(labels_of(*data), shifted);
        }
    }

    void reopening_gives_the_numbers_of_the_run()
    {
        const Scratch scratch;
        const std::string path = folders(scratch, {"0", "2", "10"});
        dataset::OpenOptions options;
        options.class_order = dataset::ClassOrder::natural;
        EXPECT_VALUE(data, dataset::open(path, options));
        EXPECT_VALUE(again, dataset::reopen({path, data->info().class_numbers}));
        QCOMPARE(labels_of(*again), labels_of(*data));
        QCOMPARE(again->content_hash(), data->content_hash());
    }

    void names_are_the_networks()
    {
        const Scratch scratch;
        const std::string path = folders(scratch, {"ant", "bee"});
        EXPECT_VALUE(data, dataset::open(path, for_model(4, {"cat", "Bee", "dog", "ant"})));
        QCOMPARE(labels_of(*data), (Ints{3, 1}));
        QCOMPARE(data->info().class_names, (std::vector<std::string>{"cat", "bee", "dog", "ant"}));
        QCOMPARE(data->info().class_numbers, (std::vector<std::int32_t>{3, 1}));
        QVERIFY(codes_of(*data).empty());
        dataset::OpenOptions text = for_model(4, {"cat", "Bee", "dog", "ant"});
        text.class_order = dataset::ClassOrder::text;
        EXPECT_VALUE(own, dataset::open(path, text));
        QCOMPARE(labels_of(*own), (Ints{0, 1}));
    }

    void identifiers_and_synonyms_match()
    {
        const dataset::ClassList list =
            dataset::class_list({"n01440764 tench, Tinca tinca", "n02012849 crane", "n03126707 crane",
                                 "n03710637 maillot", "n03710721 maillot, tank suit"},
                                "x");
        const auto number = [&](const char* name) {
            return dataset::match_classes({dataset::class_entry(name)}, {true}, list).numbers[0];
        };
        QCOMPARE(number("n01440764"), 0);
        QCOMPARE(number("tench"), 0);
        QCOMPARE(number("Tinca_tinca"), 0);
        QCOMPARE(number("tench, Tinca tinca"), 0);
        QCOMPARE(number("n03126707_crane"), 2);
        QCOMPARE(number("crane"), -1);
        QCOMPARE(number("maillot"), 3);
        QCOMPARE(number("tank suit"), 4);
        QCOMPARE(number("goldfish"), -1);
    }

    void files_of_names_are_found_and_read_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("lines") << "classes.txt" << QByteArray("cat\nbee\nant\n");
        QTest::newRow("CRLF") << "labels.txt" << QByteArray("cat\r\nbee\r\nant\r\n");
        QTest::newRow("running numbers") << "labels.txt" << QByteArray("0 cat\n1 bee\n2 ant\n");
        QTest::newRow("from one") << "classes.txt" << QByteArray("1: cat\n2: bee\n3: ant\n");
        QTest::newRow("CSV with header") << "classes.txt" << QByteArray("index,name\n0,cat\n1,bee\n2,ant\n");
        QTest::newRow("JSON list") << "classes.json" << QByteArray("[\"cat\", \"bee\", \"ant\"]");
        QTest::newRow("JSON numbers") << "labels.json"
                                      << QByteArray("{\"2\": \"ant\", \"0\": \"cat\", \"1\": \"bee\"}");
        QTest::newRow("JSON names") << "labels.json" << QByteArray("{\"ant\": 2, \"cat\": 0, \"bee\": 1}");
        QTest::newRow("JSON pairs") << "imagenet_class_index.json"
                                    << QByteArray("{\"0\": [\"n00000001\", \"cat\"], \"1\": [\"n00000002\", \"bee\"], "
                                                  "\"2\": [\"n00000003\", \"ant\"]}");
        QTest::newRow("Python dictionary") << "labels.txt" << QByteArray("{0: 'cat',\n 1: \"bee\",\n 2: 'ant'}\n");
        QTest::newRow("Python list") << "labels.txt" << QByteArray("['cat', \"bee\", 'ant',]\n");
        QTest::newRow("synsets") << "synset_words.txt"
                                 << QByteArray("n00000001 cat, tom\nn00000002 bee\nn00000003 ant, emmet\n");
    }
    void files_of_names_are_found_and_read()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, text);
        const Scratch scratch;
        const std::string path = folders(scratch, {"ant", "bee"});
        const std::string names = scratch.write("d/" + file.toStdString(), text);
        EXPECT_VALUE(beside, dataset::open(path, for_model(3)));
        QCOMPARE(labels_of(*beside), (Ints{2, 1}));
        QCOMPARE(beside->info().class_names[0], std::string(file.startsWith("synset") ? "cat, tom" : "cat"));
        QVERIFY(codes_of(*beside).empty());
        QVERIFY(QFile::rename(QString::fromStdString(names),
                              QString::fromStdString(scratch.path("x-" + file.toStdString()))));
        EXPECT_VALUE(without, dataset::open(path, for_model(3)));
        QCOMPARE(labels_of(*without), (Ints{0, 1}));
        QCOMPARE(codes_of(*without), Codes{"class-count"});
        dataset::OpenOptions options = for_model(3);
        options.classes_file = scratch.path("x-" + file.toStdString());
        EXPECT_VALUE(given, dataset::open(path, options));
        QCOMPARE(labels_of(*given), (Ints{2, 1}));
        options.model->count = 5;
        QVERIFY(error_of(dataset::open(path, options)).find("holds 3 names, but /no/such/model.onnx has 5 classes") !=
                std::string::npos);
    }

    void words_of_identifiers_come_from_files_beside()
    {
        const Scratch scratch;
        const std::string path = folders(scratch, {"n00000001", "n00000002"});
        scratch.write("d/words.txt", "n00000009\tentity\nn00000001\tcat, tom\nn00000002\tbee\n");
        EXPECT_VALUE(data, dataset::open(path, for_model(2, {"bee", "tom"})));
        QCOMPARE(labels_of(*data), (Ints{1, 0}));
    }

    void names_that_fit_in_part_are_refused()
    {
        const Scratch scratch;
        const std::string path = folders(scratch, {"ant", "bee", "wasp"});
        const std::string message = error_of(dataset::open(path, for_model(4, {"cat", "bee", "dog", "ant"})));
        QVERIFY2(message.find("1 of its 3 class names are not among the 4 of /no/such/model.onnx: wasp") !=
                     std::string::npos,
                 message.c_str());
    }

    void other_names_are_said()
    {
        const Scratch scratch;
        const std::string path = folders(scratch, {"ant", "bee"});
        EXPECT_VALUE(same_count, dataset::open(path, for_model(2, {"x", "y"})));
        QCOMPARE(codes_of(*same_count), Codes{"class-names"});
        EXPECT_VALUE(other_count, dataset::open(path, for_model(1000)));
        QCOMPARE(codes_of(*other_count), Codes{"class-count"});
        QCOMPARE(other_count->info().class_names.size(), std::size_t{1000});
        QVERIFY(QDir().mkpath(QString::fromStdString(path + "/wasp")));
        EXPECT_VALUE(with_empty, dataset::open(path, for_model(2)));
        const std::string said = with_empty->info().notices.back().text;
        QVERIFY2(said.find("of which wasp has no images") != std::string::npos, said.c_str());
        QVERIFY(QDir().rmdir(QString::fromStdString(path + "/wasp")));
        EXPECT_VALUE(no_names, dataset::open(path, for_model(2)));
        QVERIFY(codes_of(*no_names).empty());
        QVERIFY(error_of(dataset::open(path, for_model(1))).find("has 2 classes (ant, bee), but") != std::string::npos);
    }

    void numbers_are_compared_with_the_network_data()
    {
        QTest::addColumn<QByteArray>("labels");
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("said");
        QTest::newRow("fit") << QByteArray("0 1 2") << 3 << "";
        QTest::newRow("from one, within") << QByteArray("1 2") << 3 << "label 0 never occurs";
        QTest::newRow("from three") << QByteArray("3 4") << 5 << "";
        QTest::newRow("few of many") << QByteArray("1 800 30 500 900") << 1000 << "";
        QTest::newRow("from one, beyond")
            << QByteArray("1 2 3") << 3 << "--label-offset -1 makes the labels start at 0";
        QTest::newRow("fewer") << QByteArray("0 1 2") << 10 << "labels go up to 2";
        QTest::newRow("more") << QByteArray("0 4") << 3 << "has labels up to 4, but /no/such/model.onnx has 3 classes";
        QTest::newRow("one hundredth less") << QByteArray("0 998") << 1000 << "";
    }
    void numbers_are_compared_with_the_network()
    {
        QFETCH(QByteArray, labels);
        QFETCH(int, count);
        QFETCH(QString, said);
        const Scratch scratch;
        QByteArray list = "path,label\n";
        const QList<QByteArray> each = labels.split(' ');
        for (int i = 0; i < 12; ++i) {  // so many that no label is missing by chance
            const std::string name = std::to_string(i) + ".png";
            scratch.write(name, picture(1, 1, 1));
            list += QByteArray::fromStdString(name) + "," + each[i % each.size()] + "\n";
        }
        const auto opened = dataset::open(scratch.write("m.csv", list), for_model(std::size_t(count)));
        std::string text = error_of(opened);
        if (opened) {
            text.clear();
            for (const Notice& notice : (*opened)->info().notices)
                text += notice.text + "\n";
        }
        QVERIFY2(said.isEmpty() ? text.empty() : text.find(said.toStdString()) != std::string::npos, text.c_str());
    }

    void an_offset_is_added()
    {
        const Scratch scratch;
        scratch.write("a.png", picture(1, 1, 1));
        scratch.write("b.png", picture(1, 1, 1));
        scratch.write("c.png", picture(1, 1, 1));
        const std::string list = scratch.write("m.csv", "a.png,1\nb.png,3\nc.png,\n");
        dataset::OpenOptions options = for_model(3);
        options.label_offset = -1;
        EXPECT_VALUE(data, dataset::open(list, options));
        QCOMPARE(labels_of(*data), (Ints{0, 2, -1}));
        QVERIFY(codes_of(*data).empty());
        options.label_offset = -2;
        QVERIFY(error_of(dataset::open(list, options)).find("label 1 of") != std::string::npos);
    }

    void a_table_translates()
    {
        const Scratch scratch;
        for (const char* name : {"a.png", "b.png", "c.png"})
            scratch.write(name, picture(1, 1, 1));
        const std::string numbers = scratch.write("m.csv", "a.png,1\nb.png,3\nc.png,2\n");
        dataset::OpenOptions options = for_model(3, {"cat", "bee", "dog"});
        options.class_map = scratch.write("map.csv", "from,to\n1,2\n2,\n3,bee\n7,0\n");
        EXPECT_VALUE(data, dataset::open(numbers, options));
        QCOMPARE(labels_of(*data), (Ints{2, 1, -1}));
        const std::string path = folders(scratch, {"wolf", "wasp"});
        options.class_map = scratch.write("map.csv", "wolf,dog\nwasp,1\n");
        EXPECT_VALUE(named, dataset::open(path, options));
        QCOMPARE(labels_of(*named), (Ints{1, 2}));
        QCOMPARE(named->info().class_names, (std::vector<std::string>{"cat", "wasp", "wolf"}));
        options.class_map = scratch.write("map.csv", "wolf,2\n");
        QVERIFY(error_of(dataset::open(path, options)).find("has no line for the class wasp") != std::string::npos);
        options.class_map = scratch.write("map.csv", "wolf,horse\n");
        QVERIFY(error_of(dataset::open(path, options)).find("line 1 has the class horse") != std::string::npos);
    }

    void labels_come_from_another_file()
    {
        const Scratch scratch;
        scratch.write("d/a.png", picture(1, 1, 1));
        scratch.write("d/b.png", picture(1, 1, 1));
        dataset::OpenOptions options;
        options.labels_file = scratch.write("y.txt", "3\n1.0\n");
        EXPECT_VALUE(data, dataset::open(scratch.path("d"), options));
        QCOMPARE(labels_of(*data), (Ints{3, 1}));
        options.labels_file = scratch.write("y.csv", "id,label\n0,cat\n1,ant\n");
        EXPECT_VALUE(named, dataset::open(scratch.path("d"), options));
        QCOMPARE(labels_of(*named), (Ints{1, 0}));
        options.labels_file = scratch.write("y.npy", npy("|u1", "(2,)", QByteArray("\x05\x06", 2)));
        EXPECT_VALUE(array, dataset::open(scratch.path("d"), options));
        QCOMPARE(labels_of(*array), (Ints{5, 6}));
        options.labels_file = scratch.write("y.txt", "3\n1\n2\n");
        QVERIFY(error_of(dataset::open(scratch.path("d"), options)).find("holds 3 labels for the 2 images") !=
                std::string::npos);
    }

    void reopening_takes_the_same_labels_and_numbers()
    {
        const Scratch scratch;
        const std::string path = folders(scratch, {"0", "2", "10"});
        dataset::OpenOptions options = for_model(8);
        options.labels_file = scratch.write("y.txt", "3\n5\n4\n");
        options.label_offset = 2;
        EXPECT_VALUE(data, dataset::open(path, options));
        QCOMPARE(labels_of(*data), (Ints{5, 7, 6}));
        const dataset::Info& info = data->info();
        EXPECT_VALUE(again, dataset::reopen({path, info.class_numbers, info.labels_file, info.image_root}));
        QCOMPARE(labels_of(*again), labels_of(*data));
        std::filesystem::remove(scratch.path("y.txt"));
        QVERIFY(error_of(dataset::reopen({path, info.class_numbers, info.labels_file})).find("y.txt") !=
                std::string::npos);
    }

    /// The same images by number, by synset, and as class folders: 725 of the 1,000 classes occur.
    void imagenet_has_one_numbering()
    {
        const auto external = external_data();
        if (!external)
            QSKIP("needs EXITSCOPE_DATA");
        const std::string root = (*external / "imagenet-val-1300").string();
        const Scratch scratch;
        EXPECT_VALUE(numbers, dataset::open(root + "/val.csv", for_model(1000)));
        QCOMPARE(numbers->size(), std::size_t{1300});
        std::map<std::string, int> expected;
        for (std::size_t i = 0; i < numbers->size(); ++i)
            expected[fs::path(numbers->origin(SampleIndex(i))).filename().string()] =
                static_cast<int>(numbers->label(SampleIndex(i))->value);
        EXPECT_VALUE(plain, dataset::open(root + "/val_synset.csv"));
        for (std::size_t i = 0; i < plain->size(); ++i) {
            const fs::path image = plain->origin(SampleIndex(i));
            const fs::path folder = scratch.path("d/" + plain->info().class_names[plain->label(SampleIndex(i))->at()]);
            fs::create_directories(folder);
            fs::create_symlink(image, folder / image.filename());
        }
        fs::copy_file(root + "/synset_words.txt", scratch.path("d/synset_words.txt"));
        for (const std::string& form : {root + "/val.txt", root + "/val_synset.csv", scratch.path("d")}) {
            EXPECT_VALUE(data, dataset::open(form, for_model(1000)));
            QCOMPARE(data->size(), std::size_t{1300});
            QVERIFY(codes_of(*data).empty());
            for (std::size_t i = 0; i < data->size(); ++i)
                QCOMPARE(static_cast<int>(data->label(SampleIndex(i))->value),
                         expected[fs::path(data->origin(SampleIndex(i))).filename().string()]);
        }
    }
};

QTEST_GUILESS_MAIN(TestClassNumbers)
#include "tst_class_numbers.moc"
