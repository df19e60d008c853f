// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/network/dataset/file_types.h"
#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

/// The table of file names that open() knows.
class TestFileTypes : public QObject {
    Q_OBJECT
private slots:
    void names_end_as_their_files_do()
    {
        QVERIFY(dataset::is_named_as(dataset::list_files(), "VAL.CSV"));
        QVERIFY(dataset::is_named_as(dataset::tar_files(), "a.tar.gz"));
        QVERIFY(!dataset::is_named_as(dataset::tar_files(), "a.gz"));
        QVERIFY(!dataset::is_named_as(dataset::list_files(), "csv"));
        for (const char* name : {"x.h5", "x.hdf5", "x.mat", "x.npy", "x.npz"})
            QVERIFY(dataset::is_named_as(dataset::array_files(), name));
    }

    /// A file of every name is read as what its name says: the error is never that its format is not known.
    void every_name_is_read()
    {
        const Scratch scratch;
        scratch.write("p.png", picture(2, 2, 0));
        for (const dataset::FileType& type : dataset::file_types())
            for (const std::string_view ending : type.endings) {
                if (&type == &dataset::file_types()[1])
                    continue;  // arrays are known by their content, too
                const std::string path =
                    scratch.write("x" + std::string(ending),
                                  &type == &dataset::list_files() ? QByteArray("p.png,1\n") : QByteArray("nonsense"));
                const std::string error = open_error(path);
                QVERIFY2(error.find("is not a data set of a known format") == std::string::npos ||
                             ending.find("idx") != std::string_view::npos ||
                             ending.find("ubyte") != std::string_view::npos,
                         error.c_str());
                if (&type == &dataset::list_files())
                    QCOMPARE(error, std::string("(opened)"));
            }
    }
};

QTEST_GUILESS_MAIN(TestFileTypes)
#include "tst_file_types.moc"
