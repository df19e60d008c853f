// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"

using namespace exitscope;

class TestFile : public QObject {
    Q_OBJECT
private slots:
    void init() { directory_ = std::make_unique<QTemporaryDir>(); }

    void bytes_survive_the_round_trip()
    {
        for (const std::size_t size : {0, 1, 70000}) {
            std::vector<std::byte> bytes(size);
            for (std::size_t i = 0; i < size; ++i)
                bytes[i] = static_cast<std::byte>(i * 7);
            QVERIFY(write_file(path("a"), bytes));
            const auto back = read_file(path("a"), 70000);
            QVERIFY(back);
            QVERIFY(*back == bytes);
        }
    }

    void the_limit_is_inclusive()
    {
        QVERIFY(write_file(path("a"), std::string_view("12345")));
        QVERIFY(read_file(path("a"), 5));
        const auto refused = read_file(path("a"), 4);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::bad_input);
        QVERIFY(refused.error().message().find("5 bytes, at most 4") != std::string::npos);
    }

    void unreadable_things_are_named()
    {
        const auto reason = [](const std::string& of) { return read_file(of, 100).error().message(); };
        QCOMPARE(reason(path("missing")), path("missing") + ": no such file");
        QCOMPARE(reason(path("")), path("") + ": is a directory, not a file");
        QCOMPARE(reason("/dev/zero"), std::string("/dev/zero: is not a regular file"));
    }

    void writing_replaces_the_whole_file()
    {
        QVERIFY(write_file(path("a"), std::string_view("a long first version")));
        QVERIFY(write_file(path("a"), std::string_view("short")));
        QCOMPARE(text("a"), QByteArray("short"));
        QCOMPARE(names(), QStringList{"a"});
    }

    void a_failed_write_leaves_the_old_file_and_no_other()
    {
        QVERIFY(write_file(path("a"), std::string_view("old")));
        const auto failed = replace_file(path("a"), [](const std::filesystem::path& temporary) -> Expected<void> {
            QFile half(QString::fromStdString(temporary.string()));
            if (!half.open(QIODevice::WriteOnly) || half.write("half") != 4)
                return fail(ErrorCode::bad_input, {}, "the test cannot write");
            return fail(ErrorCode::cannot_write, temporary.string(), "the disk is full");
        });
        QVERIFY(!failed);
        QCOMPARE(failed.error().message(), path("a") + ": the disk is full");
        QCOMPARE(text("a"), QByteArray("old"));
        QCOMPARE(names(), QStringList{"a"});
    }

    void a_missing_folder_is_an_error()
    {
        const auto failed = write_file(path("no/such/a"), std::string_view("x"));
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::cannot_write);
        QVERIFY(failed.error().message().starts_with(path("no/such/a") + ": cannot write"));
    }

    void writable_is_known_beforehand()
    {
        QVERIFY(check_writable(path("b")));
        QVERIFY(!QFile::exists(QString::fromStdString(path("b"))));
        QCOMPARE(check_writable(path("no/such/b")).error().code, ErrorCode::cannot_write);
    }

    void a_directory_is_not_replaced()
    {
        QVERIFY(QDir(directory_->path()).mkdir("d"));
        QVERIFY(!write_file(path("d"), std::string_view("x")));
        QCOMPARE(names(), QStringList{"d"});
    }

private:
    std::string path(const std::string& name) const { return directory_->path().toStdString() + "/" + name; }
    QByteArray text(const char* name) const
    {
        QFile file(directory_->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// Everything in the directory, hidden files included.
    QStringList names() const
    {
        return QDir(directory_->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }

    std::unique_ptr<QTemporaryDir> directory_;
};

QTEST_GUILESS_MAIN(TestFile)
#include "tst_file.moc"
