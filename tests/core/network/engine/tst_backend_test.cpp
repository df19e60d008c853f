// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/parallel.h"
#include "core/network/engine/backend_test.h"
#include "tests/support/external_data.h"

using namespace exitscope;
using namespace exitscope::engine;
namespace fs = std::filesystem;

namespace {

/// Also where the originals cannot be written to.
void put(const fs::path& from, const fs::path& to)
{
    fs::create_directories(to.parent_path());
    fs::remove(to);
    fs::copy_file(from, to);
}

}  // namespace

class TestBackendTest : public QObject {
    Q_OBJECT
private slots:
    /// All of ONNX's operator tests and architectures that are here.
    void nothing_fails()
    {
        const auto data = tests::external_data();
        if (!data || !fs::exists(*data / "onnx-backend"))
            QSKIP("the ONNX backend tests are not here (EXITSCOPE_DATA)");
        const auto folders = find_backend_tests(*data / "onnx-backend");
        QVERIFY(folders);
        std::vector<BackendResult> results(folders->size());
        for_each_job(folders->size(), 0, [&](std::size_t i) { results[i] = run_backend_test((*folders)[i]); });
        std::size_t passed = 0;
        std::string wrong;
        for (std::size_t i = 0; i < results.size(); ++i) {
            passed += results[i].status == BackendResult::Status::passed;
            if (results[i].status == BackendResult::Status::failed)
                wrong += (*folders)[i].filename().string() + ": " + results[i].reason + "\n";
            QVERIFY(results[i].reason.empty() == (results[i].status == BackendResult::Status::passed));
        }
        QVERIFY2(wrong.empty(), wrong.c_str());
        QVERIFY2(passed * 100 >= results.size() * 96, std::to_string(passed).c_str());
    }

    /// A wrong expectation is noticed: another test's output, an output that is missing, a file that is no tensor.
    void differences_are_found()
    {
        const auto data = tests::external_data();
        if (!data || !fs::exists(*data / "onnx-backend/node/test_sigmoid"))
            QSKIP("the ONNX backend tests are not here (EXITSCOPE_DATA)");
        const fs::path nodes = *data / "onnx-backend/node";
        const fs::path copy = "backend_copy/test_sigmoid";
        const fs::path output = copy / "test_data_set_0/output_0.pb";
        using Status = BackendResult::Status;
        fs::remove_all("backend_copy");
        put(nodes / "test_sigmoid/model.onnx", copy / "model.onnx");
        put(nodes / "test_sigmoid/test_data_set_0/input_0.pb", copy / "test_data_set_0/input_0.pb");
        put(nodes / "test_sigmoid/test_data_set_0/output_0.pb", output);
        QVERIFY(run_backend_test(copy).status == Status::passed);
        put(nodes / "test_tanh/test_data_set_0/output_0.pb", output);
        QVERIFY(run_backend_test(copy).status == Status::failed);
        put(nodes / "test_sigmoid_example/test_data_set_0/output_0.pb", output);
        QVERIFY(run_backend_test(copy).status == Status::failed);
        fs::remove(output);
        std::ofstream(output) << "no tensor";
        QVERIFY(run_backend_test(copy).status == Status::failed);
        fs::remove(output);
        QVERIFY(run_backend_test(copy).status == Status::failed);
        fs::remove_all(copy / "test_data_set_0");
        QVERIFY(run_backend_test(copy).status == Status::failed);
        QCOMPARE(find_backend_tests("backend_copy")->size(), std::size_t{1});
        QVERIFY(!find_backend_tests("backend_copy/nowhere"));
        fs::remove_all("backend_copy");
    }
};

QTEST_APPLESS_MAIN(TestBackendTest)
#include "tst_backend_test.moc"
