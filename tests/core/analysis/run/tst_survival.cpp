// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <filesystem>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/analysis/run/run_file.h"
#include "core/base/file.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
namespace fs = std::filesystem;

namespace {

run::RunPtr run_with(std::uint64_t seed)
{
    return tests::synthetic_run({.exits = 3, .fit_samples = 1000, .test_samples = 2000, .seed = seed});
}

std::vector<std::byte> bytes_of(const fs::path& path)
{
    return *read_file(path, std::uint64_t{1} << 30);
}

/// Runs `work` in a process of its own; its exit code, or -1 when a signal ended it.
template <class Work>
int in_child(Work work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::size_t entries_in(const fs::path& folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

/// What happens to a saved run when saving it again goes wrong.
class TestSurvival : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        path_ = folder_.path().toStdString() + "/run.exr";
        QVERIFY(run::save(*before_, path_));
        old_bytes_ = bytes_of(path_);
        QVERIFY(run::save(*after_, folder_.path().toStdString() + "/new.exr"));
        new_bytes_ = bytes_of(folder_.path().toStdString() + "/new.exr");
        QVERIFY(old_bytes_ != new_bytes_);
    }

    /// 100 kills at random moments of saving in turn: the file is always one of the two, whole.
    void killed_at_any_moment()
    {
        Random random(3);
        int killed = 0;
        for (int round = 0; round < 100; ++round) {
            const pid_t child = ::fork();
            if (child == 0) {
                for (int i = 0;; ++i)
                    if (!run::save(i % 2 == 0 ? *after_ : *before_, path_))
                        ::_exit(1);
            }
            ::usleep(static_cast<useconds_t>(random.below(40'000)));
            ::kill(child, SIGKILL);
            int status = 0;
            ::waitpid(child, &status, 0);
            killed += WIFSIGNALED(status);
            const std::vector<std::byte> now = bytes_of(path_);
            QVERIFY2(now == old_bytes_ || now == new_bytes_, qPrintable(QString("round %1").arg(round)));
        }
        QCOMPARE(killed, 100);
        const auto loaded = run::load(path_);
        QVERIFY(loaded);
        for (const auto& entry : fs::directory_iterator(folder_.path().toStdString()))  // what kill -9 left
            if (entry.path().filename().string().starts_with('.'))
                fs::remove(entry.path());
    }

    void full_disk_keeps_the_old_file()
    {
        QVERIFY(run::save(*before_, path_));
        const std::size_t files = entries_in(folder_.path().toStdString());
        for (const rlim_t limit :
             {rlim_t{0}, rlim_t{5000}, rlim_t{new_bytes_.size() / 2}, rlim_t{new_bytes_.size() - 1}}) {
            const int code = in_child([&] {
                std::signal(SIGXFSZ, SIG_IGN);
                const rlimit most{limit, limit};
                ::setrlimit(RLIMIT_FSIZE, &most);
                const auto saved = run::save(*after_, path_);
                const bool clear = !saved && saved.error().code == ErrorCode::cannot_write &&
                                   saved.error().where == path_.string() && !saved.error().detail.empty();
                return clear ? 7 : 0;
            });
            QVERIFY2(code == 7, qPrintable(QString("limit %1: %2").arg(limit).arg(code)));
            QVERIFY(bytes_of(path_) == old_bytes_);
            QCOMPARE(entries_in(folder_.path().toStdString()), files);
        }
    }

    void read_only_folder_keeps_the_old_file()
    {
        QVERIFY(run::save(*before_, path_));
        const fs::path folder = folder_.path().toStdString();
        fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                                    fs::perms::others_exec);
        const int code = in_child([&] {
            if (::geteuid() == 0 && ::seteuid(65534) != 0)  // permissions do not bind root
                return 1;
            const auto saved = run::save(*after_, path_);
            return !saved && saved.error().code == ErrorCode::cannot_write ? 7 : 0;
        });
        fs::permissions(folder, fs::perms::owner_all);
        QCOMPARE(code, 7);
        QVERIFY(bytes_of(path_) == old_bytes_);
    }

    void folders_appear_whole_or_not_at_all()
    {
        const fs::path folder = fs::path(folder_.path().toStdString()) / "bundle";
        const auto fails = make_directory(folder, [](const fs::path& inside) -> Expected<void> {
            if (auto written = write_file(inside / "half", "x"); !written)
                return written;
            return bad_input("other", "no more");
        });
        QVERIFY(!fails);
        QCOMPARE(QString::fromStdString(fails.error().message()),
                 QString::fromStdString(folder.string() + ": no more"));
        QVERIFY(!fs::exists(folder));
        const auto fill = [](const fs::path& inside) { return write_file(inside / "all", "x"); };
        QVERIFY(make_directory(folder, fill));
        QCOMPARE(entries_in(folder), std::size_t{1});
        const auto again = make_directory(folder, fill);
        QVERIFY(!again);
        QVERIFY(again.error().code == ErrorCode::cannot_write);
    }

private:
    QTemporaryDir folder_;
    fs::path path_;
    run::RunPtr before_ = run_with(7);
    run::RunPtr after_ = run_with(8);
    std::vector<std::byte> old_bytes_;
    std::vector<std::byte> new_bytes_;
};

QTEST_GUILESS_MAIN(TestSurvival)
#include "tst_survival.moc"
