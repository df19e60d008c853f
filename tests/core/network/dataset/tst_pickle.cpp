// SPDX-License-Identifier: GPL-3.0-or-later
// Python batches of CIFAR: as Python 2 wrote the official files (assembled here, operation by operation), as Python 3
// writes them, and as an attacker would.
#include <QFile>
#include <QProcess>
#include <QTest>

#include "tests/core/network/dataset/fixtures.h"
#include "tests/support/external_data.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

QByteArray little(std::uint64_t value, int bytes)
{
    QByteArray text;
    for (int i = 0; i < bytes; ++i)
        text.append(static_cast<char>(value >> (8 * i) & 0xff));
    return text;
}

/// Operations of protocol 2.
QByteArray text(const QByteArray& value)
{
    return value.size() < 256 ? "U" + little(static_cast<std::uint64_t>(value.size()), 1) + value
                              : "T" + little(static_cast<std::uint64_t>(value.size()), 4) + value;
}

QByteArray integers(const std::vector<int>& values)
{
    QByteArray list = "](";
    for (const int value : values)
        list += "K" + little(static_cast<std::uint64_t>(value), 1);
    return list + "e";
}

QByteArray strings(const QByteArrayList& values)
{
    QByteArray list = "](";
    for (const QByteArray& value : values)
        list += text(value);
    return list + "e";
}

QByteArray function(const QByteArray& module, const QByteArray& name)
{
    return "c" + module + "\n" + name + "\n";
}

/// uint8 array of the shape [rows, columns], as NumPy describes it.
QByteArray array(int rows, int columns, const QByteArray& data, const QByteArray& type = "u1",
                 const QByteArray& order = "|")
{
    return function("numpy.core.multiarray", "_reconstruct") + function("numpy", "ndarray") + "K" + little(0, 1) +
           "\x85" + text("b") + "\x87R(K\x01M" + little(static_cast<std::uint64_t>(rows), 2) + "M" +
           little(static_cast<std::uint64_t>(columns), 2) + "\x86" + function("numpy", "dtype") + text(type) +
           QByteArray("K\0K\x01\x87R(K\x03", 9) + text(order) + "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff" +
           QByteArray("K\0tb\x89", 5) + text(data) + "tb";
}

using Entry = std::pair<QByteArray, QByteArray>;
QByteArray dict(const std::vector<Entry>& entries)
{
    QByteArray made = "}(";
    for (const auto& [key, value] : entries)
        made += text(key) + value;
    return made + "u";
}

QByteArray pickled(const QByteArray& operations)
{
    return "\x80\x02" + operations + ".";
}

/// Pixels of cifar() without the labels.
QByteArray pixels(const std::vector<int>& labels)
{
    const QByteArray records = cifar(labels);
    QByteArray rows;
    for (std::size_t i = 0; i < labels.size(); ++i)
        rows += records.mid(static_cast<qsizetype>(i) * 3073 + 1, 3072);
    return rows;
}

QByteArray batch(const std::vector<int>& labels, const QByteArray& key = "labels")
{
    return pickled(dict({{"batch_label", text("training batch 1 of 5")},
                         {key, integers(labels)},
                         {"data", array(static_cast<int>(labels.size()), 3072, pixels(labels))},
                         {"filenames", strings(QByteArrayList(static_cast<qsizetype>(labels.size()), "a.png"))}}));
}

bool same(const dataset::Dataset& a, const dataset::Dataset& b)
{
    if (a.size() != b.size() || labels_of(a) != labels_of(b))
        return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto first = a.image(SampleIndex(i));
        const auto second = b.image(SampleIndex(i));
        if (!first || !second || first->pixels != second->pixels || first->width != second->width)
            return false;
    }
    return true;
}

/// Columns of tests that open a pickle in vain, and what adds a row of them.
auto rows_of_refusals()
{
    QTest::addColumn<QByteArray>("operations");
    QTest::addColumn<QString>("reason");
    return [](const char* name, const QByteArray& operations, const char* reason) {
        QTest::newRow(name) << operations << QString(reason);
    };
}

void expect_refusal()
{
    QFETCH(QByteArray, operations);
    QFETCH(QString, reason);
    const Scratch scratch;
    EXPECT_OPEN_ERROR(scratch.write("anything", pickled(operations)), reason.toStdString());
}

}  // namespace

class TestPickle : public QObject {
    Q_OBJECT
private slots:
    void reads_batches_of_python_2()
    {
        const Scratch scratch;
        const std::vector<int> labels{9, 0, 4};
        EXPECT_VALUE(binary, dataset::open(scratch.write("data_batch_1.bin", cifar(labels))));
        EXPECT_VALUE(data, dataset::open(scratch.write("anything", batch(labels))));
        QVERIFY(same(*binary, *data));
        QCOMPARE(data->info().format, std::string("CIFAR Python"));
        QCOMPARE(data->origin(SampleIndex(2)), std::string("anything #2"));
    }

    void directory_has_splits_and_names()
    {
        const Scratch scratch;
        scratch.write("c/data_batch_1", batch({1, 2}));
        scratch.write("c/data_batch_10", batch({5}));
        scratch.write("c/data_batch_2", batch({3, 4}));
        scratch.write("c/test_batch", batch({9}));
        scratch.write("c/readme.html", "");
        const QByteArrayList names{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
        scratch.write("c/batches.meta",
                      pickled(dict({{"label_names", strings(names)}, {"num_vis", "M" + little(3072, 2)}})));
        EXPECT_VALUE(train, dataset::open(scratch.path("c") + ":train"));
        QCOMPARE(labels_of(*train), (std::vector<int>{1, 2, 3, 4, 5}));
        QCOMPARE(train->info().class_names.at(9), std::string("j"));
        EXPECT_VALUE(test, dataset::open(scratch.path("c") + ":test"));
        QCOMPARE(labels_of(*test), (std::vector<int>{9}));
        EXPECT_OPEN_ERROR(scratch.path("c"), "train and test");
        scratch.write("c/batches.meta", pickled(dict({{"label_names", strings({"a"})}})));
        EXPECT_OPEN_ERROR(scratch.path("c") + ":test", "batches.meta: names 1 classes, not 10");
        scratch.write("c/batches.meta", pickled(dict({{"names", strings(names)}})));
        EXPECT_OPEN_ERROR(scratch.path("c") + ":test", "without 'label_names'");
    }

    void hundred_classes_directory()
    {
        const Scratch scratch;
        scratch.write("c/train", batch({7, 99}, "fine_labels"));
        scratch.write("c/test", batch({41}, "fine_labels"));
        QByteArrayList names;
        for (int i = 0; i < 100; ++i)
            names.append("name " + QByteArray::number(i));
        scratch.write("c/meta", pickled(dict({{"fine_label_names", strings(names)}})));
        EXPECT_VALUE(train, dataset::open(scratch.path("c") + ":train"));
        QCOMPARE(labels_of(*train), (std::vector<int>{7, 99}));
        QCOMPARE(train->info().class_names.at(99), std::string("name 99"));
        scratch.write("c/test_batch", batch({9}));
        EXPECT_OPEN_ERROR(scratch.path("c"), "both CIFAR-10 and CIFAR-100");
    }

    void what_python_3_writes_equals_the_records_data()
    {
        QTest::addColumn<int>("classes");
        QTest::newRow("CIFAR-10") << 10;
        QTest::newRow("CIFAR-100") << 100;
    }
    void what_python_3_writes_equals_the_records()
    {
        if (QProcess::execute("/usr/bin/python3", {"-c", "import numpy"}) != 0)
            QSKIP("no python3-numpy");
        QFETCH(int, classes);
        const Scratch scratch;
        const std::vector<int> labels = classes == 10 ? std::vector<int>{9, 0, 4} : std::vector<int>{99, 0, 41};
        const std::string records =
            scratch.write(classes == 10 ? "test_batch.bin" : "test.bin", cifar(labels, classes == 100));
        EXPECT_VALUE(binary, dataset::open(records));
        QCOMPARE(
            QProcess::execute("/usr/bin/python3", {QStringLiteral(EXITSCOPE_TEST_DATA "/../reference/cifar_pickles.py"),
                                                   QString::fromStdString(records), QString::number(classes),
                                                   QString::fromStdString(scratch.path())}),
            0);
        for (const char protocol : {'2', '3', '4', '5'}) {
            const std::string start = scratch.path() + "/" + protocol;
            for (const char* variant : {"-list", "-bytes", "-array", "-fortran"}) {
                EXPECT_VALUE(data, dataset::open(start + variant));
                QVERIFY2(same(*binary, *data), (start + variant).c_str());
            }
            const std::string beside = scratch.path(classes == 10 ? "batches.meta" : "meta");
            QFile::remove(QString::fromStdString(beside));
            QVERIFY(QFile::copy(QString::fromStdString(start + "-names"), QString::fromStdString(beside)));
            EXPECT_VALUE(named, dataset::open(start + "-list"));
            QCOMPARE(named->info().class_names.at(9), std::string("class 9 é"));
        }
        for (const char* old : {"/0-list", "/1-list"})
            EXPECT_OPEN_ERROR(scratch.path() + old, "is not a data set of a known format");
    }

    void hostile_pickles_are_refused_data()
    {
        const auto row = rows_of_refusals();
        const QByteArray call = text("id") + "\x85R";
        row("system", function("os", "system") + call, "byte 2: names os.system, which is not run");
        row("system by names", text("os") + text("system") + "\x93" + call, "names os.system, which is not run");
        row("builtin", function("__builtin__", "eval") + call, "names __builtin__.eval");
        row("unprintable name", function("a\x1b[31m", "\xff") + call, "names a?[31m.?");
        row("long name", function(QByteArray(200, 'a'), "b"), "more than 128 bytes");
        row("core in a name", function("numpy.core.evil", "_reconstruct"), "names numpy.core.evil._reconstruct");
        row("name out of a number", "K\x01" + text("a") + "\x93", "something else than a name");
        row("calls ndarray", function("numpy", "ndarray") + call, "calls numpy.ndarray");
        row("calls a string", text("f") + call, "calls something else than a function");
        row("type without name", function("numpy", "dtype") + ")R", "without a name");
        row("instance", "(iposix\nsystem\n", "operation 105");
        row("new object", function("numpy", "ndarray") + ")\x81", "operation 129");
        row("persistent", "Q", "operation 81");
        row("extension", QByteArray("\x82\x01", 2), "operation 130");
        row("next buffer", "\x97", "operation 151");
        row("old protocol", QByteArray("\x80\x01", 2), "is pickle protocol 1");
        row("huge string", "T\xff\xff\xff\x7f", "declares 2147483647 bytes, only 1 follow");
        row("negative string", "T\xff\xff\xff\xff", "declares 4294967295 bytes");
        row("largest string", "\x8e\xff\xff\xff\xff\xff\xff\xff\xff", "declares 18446744073709551615 bytes");
        row("huge frame", "\x95\xff\xff\xff\xff\xff\xff\xff\xff", "a frame beyond the end");
        row("huge integer", "\x8a\x09" + QByteArray(9, '\1'), "integer of 9 bytes");
        row("no mark", "]e", "lacks its mark");
        row("no values", "\x86", "lacks its values");
        row("below the mark", "](\x85", "lacks its values");
        row("append to nothing",
            "K\x01K\x02"
            "a",
            "value of another kind");
        row("half an entry", "}(K\x01u", "a key without a value");
        row("never kept", QByteArray("h\x07", 2), "recalls value 7");
        row("nothing to keep", QByteArray("q\x07", 2), "lacks its values");
        row("two values", "NN", "ends with 2 values");
        row("open mark", "N(", "ends with 1 values");
    }
    void hostile_pickles_are_refused() { expect_refusal(); }

    void other_objects_are_refused_data()
    {
        const auto row = rows_of_refusals();
        row("a list", "]", "something else than a dict");
        row("no images", dict({}), "no 'data'");
        row("images of another kind", dict({{"data", text("x")}}), "something else where an array is expected");
        row("array announced only", dict({{"data", function("numpy.core.multiarray", "_reconstruct") + ")R"}}),
            "where an array is expected");
        row("array of a string", function("numpy.core.multiarray", "_reconstruct") + ")R" + text("x") + "b",
            "value of another kind");
        row("short state", function("numpy.core.multiarray", "_reconstruct") + ")R)b", "in another form");
        row("built twice",
            array(1, 3072, pixels({1})) + "(K\x01)" + function("numpy", "dtype") + text("u1") + "\x85R\x89" + text("") +
                "tb",
            "in another form");
        row("negative extent",
            function("numpy.core.multiarray", "_reconstruct") + ")R(K\x01J\xff\xff\xff\xff\x85" +
                function("numpy", "dtype") + text("u1") + "\x85R\x89" + text("") + "tb",
            "a shape that is none");
        row("short array", dict({{"data", array(2, 3072, pixels({1}))}}), "6144 bytes, but holds 3072");
        row("objects", dict({{"data", array(1, 3072, pixels({1}), "O8")}}), "NumPy type '|O8'");
        row("big-endian", dict({{"data", array(1, 1536, pixels({1}), "u2", ">")}}), "holds uint16 [1,1536]");
        row("other width", dict({{"data", array(1, 3071, pixels({1}).chopped(1))}}), "holds uint8 [1,3071]");
        row("no order", function("numpy", "dtype") + text("u1") + "\x85R(K\x03tb", "without its byte order");
        row("label too large", dict({{"labels", integers({10})}, {"data", array(1, 3072, pixels({1}))}}),
            "label 0 has label 10, CIFAR-10 has 10 classes");
        row("label below zero",
            dict({{"labels", "]J\xfe\xff\xff\xff"
                             "a"},
                  {"data", array(1, 3072, pixels({1}))}}),
            "has label -2");
        row("label is text", dict({{"labels", strings({"a"})}, {"data", array(1, 3072, pixels({1}))}}),
            "label 0 is not an integer");
        row("labels of a string", dict({{"labels", text("a")}, {"data", array(1, 3072, pixels({1}))}}),
            "neither a list nor an array");
        row("other count", dict({{"labels", integers({1, 2})}, {"data", array(1, 3072, pixels({1}))}}),
            "2 labels for 1 images");
        row("no text to encode", function("_codecs", "encode") + "K\x01" + text("latin1") + "\x86R",
            "something else than a string as Latin-1");
        row("other codec", function("_codecs", "encode") + text("a") + text("rot13") + "\x86R",
            "something else than a string as Latin-1");
        row("no Latin-1", function("_codecs", "encode") + text("\xe2\x82\xac") + text("latin1") + "\x86R",
            "that is none");
        row("encoded again and again",
            function("_codecs", "encode") + "q" + little(0, 1) + text(QByteArray(255, 'a')) + "q" + little(1, 1) +
                text("latin1") + "q" + little(2, 1) + QByteArray("h\0h\1h\2\x86R", 8).repeated(100),
            "again and again");
        row("many entries", "}(" + QByteArray("K\1K\1").repeated(1025) + "u", "more than 1024 entries");
    }
    void other_objects_are_refused() { expect_refusal(); }

    void repeated_references_cost_nothing()
    {
        const Scratch scratch;
        // Lists of ten times the list before: 10^30 elements, were they ever spelt out.
        QByteArray bomb = "]q" + little(0, 1);
        for (int level = 1; level <= 30; ++level)
            bomb += "](" + ("h" + little(static_cast<std::uint64_t>(level - 1), 1)).repeated(10) + "eq" +
                    little(static_cast<std::uint64_t>(level), 1);
        EXPECT_OPEN_ERROR(scratch.write("bomb", pickled("(" + bomb + "t")), "something else than a dict");
        const QByteArray endless = pickled("(" + QByteArray(3 << 20, 'N') + "t");
        EXPECT_OPEN_ERROR(scratch.write("endless", endless), "more than 2,097,152 values");
        const QByteArray itself = "]q" + little(0, 1) + "h" + little(0, 1) + "a";
        EXPECT_OPEN_ERROR(scratch.write("itself", pickled(itself)), "something else than a dict");
    }

    void the_end_is_the_end()
    {
        const Scratch scratch;
        EXPECT_OPEN_ERROR(scratch.write("more", batch({1}) + "x"), "the pickle ends here");
    }

    void every_truncation_and_damage_is_survived()
    {
        const Scratch scratch;
        QCOMPARE(survive_damage(scratch, "data_batch_1", batch({1})), 0);
    }

    void official_files()
    {
        const auto root = external_data();
        if (!root || !QFile::exists(QString::fromStdString((*root / "cifar-10-batches-py").string())))
            QSKIP("no batches for Python among the external data");
        EXPECT_VALUE(python, dataset::open((*root / "cifar-10-batches-py").string() + ":test"));
        EXPECT_VALUE(binary, dataset::open((*root / "cifar-10-batches-bin").string() + ":test"));
        QVERIFY(same(*python, *binary));
    }
};

QTEST_GUILESS_MAIN(TestPickle)
#include "tst_pickle.moc"
