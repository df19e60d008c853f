// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/network/dataset/check_sizes.h"
#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

using Files = std::vector<std::pair<std::string, QByteArray>>;

/// Samples first .. last - 1 as "0003.png", whose red is 10 times its number, with `label` of each.
Files samples(int first, int last, const std::string& ending, const std::function<QByteArray(int)>& label)
{
    Files files;
    for (int i = first; i < last; ++i) {
        const std::string key = "000" + std::to_string(i);
        files.emplace_back(key + ".png", picture(2, 1, unsigned(i) * 10U << 16));
        if (label)
            files.emplace_back(key + "." + ending, label(i));
    }
    return files;
}

QByteArray number(int i)
{
    return QByteArray::number(9 - i) + "\n";
}

/// The reds of all images divided by 10; -1 for an unreadable one.
std::vector<int> images_of(const dataset::Dataset& data)
{
    std::vector<int> found;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto image = data.image(SampleIndex(i));
        found.push_back(image && image->width == 2 ? image->pixels[0] / 10 : -1);
    }
    return found;
}

}  // namespace

/// Tar files as WebDataset writes them.
class TestTar : public QObject {
    Q_OBJECT
private slots:
    void numbers_names_and_json()
    {
        const Scratch scratch;
        EXPECT_VALUE(cls, dataset::open(scratch.write("a.tar", tar(samples(0, 3, "cls", number)))));
        QCOMPARE(cls->info().format, std::string("WebDataset"));
        QCOMPARE(images_of(*cls), (std::vector<int>{0, 1, 2}));
        QCOMPARE(labels_of(*cls), (std::vector<int>{9, 8, 7}));
        QCOMPARE(cls->origin(SampleIndex(1)), scratch.path("a.tar") + "/0001.png");
        const auto name = [](int i) { return QByteArray(i % 2 ? "cat" : "dog\n"); };
        EXPECT_VALUE(text, dataset::open(scratch.write("b.tar", tar(samples(0, 3, "txt", name)))));
        QCOMPARE(labels_of(*text), (std::vector<int>{1, 0, 1}));
        QCOMPARE(text->info().class_names, (std::vector<std::string>{"cat", "dog"}));
        const auto json = [](int i) { return "{\"width\": 2, \"label\": " + number(i) + "}"; };
        EXPECT_VALUE(object, dataset::open(scratch.write("c.tar", tar(samples(0, 3, "json", json)))));
        QCOMPARE(labels_of(*object), (std::vector<int>{9, 8, 7}));
        EXPECT_VALUE(none, dataset::open(scratch.write("d.tar", tar(samples(0, 3, "", {})))));
        QVERIFY(!none->info().labelled);
    }

    void packed_archives_are_unpacked()
    {
        const Scratch scratch;
        for (const char* name : {"a.tar.gz", "b.tgz"}) {
            EXPECT_VALUE(data, dataset::open(scratch.write(name, gzip(tar(samples(0, 4, "cls", number))))));
            QCOMPARE(images_of(*data), (std::vector<int>{0, 1, 2, 3}));
            QCOMPARE(labels_of(*data), (std::vector<int>{9, 8, 7, 6}));
        }
    }

    void shards()
    {
        const Scratch scratch;
        for (int shard = 0; shard < 3; ++shard)
            scratch.write("s/d-0" + std::to_string(shard) + ".tar",
                          tar(samples(2 * shard, 2 * shard + 2, "cls", number)));
        const std::vector<int> all{0, 1, 2, 3, 4, 5};
        for (const std::string& spec :
             {scratch.path("s"), scratch.path("s/d-{00..02}.tar"), scratch.path("s/d-{00,01,02}.tar")}) {
            EXPECT_VALUE(data, dataset::open(spec));
            QCOMPARE(images_of(*data), all);
            QCOMPARE(labels_of(*data), (std::vector<int>{9, 8, 7, 6, 5, 4}));
        }
        EXPECT_OPEN_ERROR(scratch.path("s/d-{00..03}.tar"), "d-03.tar: no such file");
        EXPECT_OPEN_ERROR(scratch.path("s/d-{5..3}.tar"), "is no pattern");
    }

    void splits()
    {
        const Scratch scratch;
        scratch.write("a/x-train-0.tar", tar(samples(0, 2, "cls", number)));
        scratch.write("a/x-test-0.tar", tar(samples(2, 5, "cls", number)));
        scratch.write("b/train/0.tar", tar(samples(0, 2, "cls", number)));
        scratch.write("b/test/0.tar", tar(samples(2, 5, "cls", number)));
        for (const char* folder : {"a", "b"}) {
            EXPECT_OPEN_ERROR(scratch.path(folder), "train and test");
            EXPECT_VALUE(test, dataset::open(scratch.path(folder) + ":test"));
            QCOMPARE(images_of(*test), (std::vector<int>{2, 3, 4}));
        }
    }

    void what_is_no_label_is_said()
    {
        const Scratch scratch;
        const auto sentence = [](int i) { return QByteArray("a photo of ") + QByteArray::number(i); };
        EXPECT_VALUE(captions, dataset::open(scratch.write("a.tar", tar(samples(0, 25, "txt", sentence)))));
        QVERIFY(!captions->info().labelled);
        QCOMPARE(captions->info().notices.size(), std::size_t{1});
        EXPECT_OPEN_ERROR(
            scratch.write("b.tar", tar({{"cat/1.png", picture(1, 1, 1)}, {"dog/1.png", picture(1, 1, 1)}})),
            "unpack it and name the folder");
        EXPECT_OPEN_ERROR(scratch.write("c.tar", tar({{"notes.md", "x"}})), "holds no images");
        Files mixed = samples(0, 2, "cls", number);
        mixed[1].second = "cat";
        EXPECT_OPEN_ERROR(scratch.write("d.tar", tar(mixed)), "the label of 0001.png");
        Files hidden = samples(0, 2, "cls", number);
        hidden.insert(hidden.begin(), {"._0000.png", "junk"});
        EXPECT_VALUE(data, dataset::open(scratch.write("e.tar", tar(hidden))));
        QCOMPARE(images_of(*data), (std::vector<int>{0, 1}));
    }

    void two_images_of_one_sample_are_refused()
    {
        const Scratch scratch;
        const QByteArray image = picture(1, 1, 1);
        for (const Files& files :
             {Files{{"a.jpg", image}, {"a.png", image}}, Files{{"cat.1.jpg", image}, {"cat.2.jpg", image}}})
            EXPECT_OPEN_ERROR(scratch.write("two.tar", tar(files)), "holds two images of one sample, ");
        EXPECT_VALUE(masked,
                     dataset::open(scratch.write(
                         "mask.tar", tar({{"a.png", image}, {"a.seg.png", picture(1, 1, 9)}, {"a.cls", "3"}}))));
        EXPECT_VALUE(plain, masked->image(SampleIndex(0)));
        QCOMPARE(plain.pixels.back(), std::uint8_t{1});
        EXPECT_VALUE(other, dataset::open(scratch.write(
                                "gif.tar", tar({{"a.png", image}, {"b.gif", "GIF89a......."}, {"a.cls", "3"}}))));
        QCOMPARE(other->info().notices.size(), std::size_t{1});
        QCOMPARE(other->info().notices[0].code, std::string("other-files"));
    }

    void bad_images_are_named_or_left_out()
    {
        const Scratch scratch;
        Files files = samples(0, 4, "cls", number);
        files[2].second.chop(20);
        files[4].second.clear();
        const std::string path = scratch.write("a.tar", tar(files));
        EXPECT_OPEN_ERROR(path, "2 of 4 images cannot be read: " + path + "/0001.png is a damaged");
        EXPECT_OPEN_ERROR(path, "0002.png is empty; --skip-unreadable");
        dataset::OpenOptions options;
        options.unreadable = dataset::Unreadable::skip;
        EXPECT_VALUE(data, dataset::open(path, options));
        QCOMPARE(images_of(*data), (std::vector<int>{0, 3}));
        QCOMPARE(labels_of(*data), (std::vector<int>{9, 6}));
        QCOMPARE(data->info().skipped.size(), std::size_t{2});
    }

    /// Of images inside an archive, too, every one is looked at.
    void sizes_are_checked_before_a_run()
    {
        const Scratch scratch;
        Files files = samples(0, 4, "cls", number);
        files[4].second = picture(3, 1, 0);
        files[6].second = picture(2, 2, 0);
        const QByteArray bytes = tar(files);
        dataset::Preprocessing how;
        how.channels = 3;
        how.height = 1;
        how.width = 2;
        for (const std::string& path : {scratch.write("a.tar", bytes), scratch.write("a.tgz", gzip(bytes))}) {
            EXPECT_VALUE(data, dataset::open(path));
            const Expected<void> refused = dataset::check_sizes(*data, how, 2);
            QVERIFY(!refused);
            QCOMPARE(refused.error().where, path + "/0002.png");
            QVERIFY2(refused.error().detail.find("1 more of the 4 images") != std::string::npos,
                     refused.error().detail.c_str());
            QVERIFY(dataset::check_sizes(*dataset::first(data, 2), how, 2));
        }
    }

    void damage_is_an_error()
    {
        const Scratch scratch;
        const QByteArray bytes = tar(samples(0, 3, "cls", number));
        EXPECT_OPEN_ERROR(scratch.write("cut.tar", bytes.left(2 * 512 + 30)), "incomplete");
        EXPECT_OPEN_ERROR(scratch.write("text.tar", QByteArray(2000, 'x')), "tar archive");
        const QByteArray packed = gzip(bytes);
        EXPECT_OPEN_ERROR(scratch.write("cut.tar.gz", packed.left(packed.size() / 2)), "tar archive");
        for (qsizetype at = 0; at < bytes.size(); at += 13) {
            QByteArray changed = bytes;
            changed[at] = static_cast<char>(changed[at] ^ 0x21);
            static_cast<void>(exercise(scratch.write("changed.tar", changed)));
        }
    }
};

QTEST_GUILESS_MAIN(TestTar)
#include "tst_tar.moc"
