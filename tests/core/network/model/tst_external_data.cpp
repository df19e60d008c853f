// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "core/network/model/multi_exit.h"
#include "core/network/model/onnx_reader.h"
#include "tests/support/answers.h"
#include "tests/support/onnx_message.h"

using namespace exitscope;
using namespace exitscope::model;
namespace fs = std::filesystem;

namespace {

constexpr const char* network = R"(
    x = input [N,3,8,8]
    w = random [4,3,3,3] scale=0.3
    b = random [4]
    c = Conv(x, w, b) pads=[1,1,1,1]
    r = Relu(c)
    p = GlobalAveragePool(r)
    f = Flatten(p)
    h = random [5,4]
    y = Gemm(f, h) transB=1
    > y
)";

void set_entry(onnx::TensorProto& tensor, const std::string& key, const std::string& value)
{
    for (auto& entry : *tensor.mutable_external_data())
        if (entry.key() == key)
            return entry.set_value(value);
    auto& entry = *tensor.add_external_data();
    entry.set_key(key);
    entry.set_value(value);
}

/// Moves the raw data of a tensor to the end of the file `name` in `folder`.
void move_out(onnx::TensorProto& tensor, const fs::path& folder, const std::string& name)
{
    fs::create_directories((folder / name).parent_path());
    std::ofstream out(folder / name, std::ios::binary | std::ios::app);
    out.seekp(0, std::ios::end);
    set_entry(tensor, "location", name);
    set_entry(tensor, "offset", std::to_string(out.tellp()));
    set_entry(tensor, "length", std::to_string(tensor.raw_data().size()));
    out << tensor.raw_data() << std::string(7, '#');
    tensor.clear_raw_data();
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
}

onnx::ModelProto moved_out(const fs::path& folder, const std::string& name = "m.onnx.data")
{
    onnx::ModelProto model = tests::onnx_model(network);
    for (onnx::TensorProto& tensor : *model.mutable_graph()->mutable_initializer())
        move_out(tensor, folder, name);
    return model;
}

void remove_entry(onnx::TensorProto& tensor, const std::string& key)
{
    for (int i = tensor.external_data_size(); i-- > 0;)
        if (tensor.external_data(i).key() == key)
            tensor.mutable_external_data()->DeleteSubrange(i, 1);
}

}  // namespace

class TestExternalData : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = fs::path(folder_->path().toStdString());
        images_ = tests::noise_images(5, 3, 8, 8);
        tests::write_onnx(path_ / "plain.onnx", tests::onnx_model(network));
        expected_ = tests::answers(open_model(path_ / "plain.onnx"), *images_);
    }

    void weightsOfInitializers_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("beside") << "m.onnx.data";
        QTest::newRow("in a folder") << "weights/part.bin";
    }
    void weightsOfInitializers()
    {
        QFETCH(QString, file);
        tests::write_onnx(path_ / "m.onnx", moved_out(path_, file.toStdString()));
        QCOMPARE(tests::answers(open_model(path_ / "m.onnx"), *images_), expected_);
        const fs::path before = fs::current_path();
        fs::current_path(path_);
        const auto beside = open_model("m.onnx");
        fs::current_path(before);
        QCOMPARE(tests::answers(beside, *images_), expected_);
    }

    void oneFileEachAndWithoutOffset()
    {
        onnx::ModelProto model = tests::onnx_model(network);
        for (onnx::TensorProto& tensor : *model.mutable_graph()->mutable_initializer()) {
            move_out(tensor, path_, tensor.name());
            remove_entry(tensor, "offset");
            remove_entry(tensor, "length");
        }
        tests::write_onnx(path_ / "m.onnx", model);
        QCOMPARE(tests::answers(open_model(path_ / "m.onnx"), *images_), expected_);
    }

    void weightsOfConstantsInAnIf()
    {
        onnx::ModelProto model = tests::onnx_model(network);
        onnx::GraphProto& graph = *model.mutable_graph();
        onnx::NodeProto constant;
        constant.set_op_type("Constant");
        constant.add_output("h");
        onnx::AttributeProto& value = *constant.add_attribute();
        value.set_name("value");
        value.set_type(onnx::AttributeProto::TENSOR);
        for (int i = 0; i < graph.initializer_size(); ++i)
            if (graph.initializer(i).name() == "h") {
                *value.mutable_t() = graph.initializer(i);
                graph.mutable_initializer()->DeleteSubrange(i, 1);
                break;
            }
        move_out(*value.mutable_t(), path_, "constants");
        onnx::NodeProto gemm = graph.node(graph.node_size() - 1);
        graph.mutable_node()->RemoveLast();
        onnx::TensorProto& yes = *graph.add_initializer();
        yes.set_name("yes");
        yes.set_data_type(onnx::TensorProto::BOOL);
        yes.add_int32_data(1);
        onnx::NodeProto& branch = *graph.add_node();
        branch.set_op_type("If");
        branch.add_input("yes");
        branch.add_output("y");
        for (const char* arm : {"then_branch", "else_branch"}) {
            onnx::AttributeProto& body = *branch.add_attribute();
            body.set_name(arm);
            body.set_type(onnx::AttributeProto::GRAPH);
            *body.mutable_g()->add_node() = constant;
            *body.mutable_g()->add_node() = gemm;
            body.mutable_g()->add_output()->set_name("y");
        }
        tests::write_onnx(path_ / "m.onnx", model);
        QCOMPARE(tests::answers(open_model(path_ / "m.onnx"), *images_), expected_);
        const auto whole = read_whole_onnx(path_ / "m.onnx");
        QVERIFY2(whole, whole ? "" : whole.error().message().c_str());
        QCOMPARE(tests::answers(open_model(*whole, "whole.onnx", {}), *images_), expected_);
    }

    void hashCoversTheOtherFiles()
    {
        tests::write_onnx(path_ / "m.onnx", moved_out(path_));
        const auto first = read_onnx_file(path_ / "m.onnx");
        QVERIFY(first);
        std::fstream data(path_ / "m.onnx.data", std::ios::in | std::ios::out | std::ios::binary);
        data.seekp(10);
        data.put('!');
        data.close();
        const auto second = read_onnx_file(path_ / "m.onnx");
        QVERIFY(second);
        QVERIFY(first->content_hash != second->content_hash);
    }

    void wholeModel()
    {
        tests::write_onnx(path_ / "m.onnx", moved_out(path_));
        const auto whole = read_whole_onnx(path_ / "m.onnx");
        QVERIFY2(whole, whole ? "" : whole.error().message().c_str());
        QCOMPARE(tests::answers(open_model(*whole, "whole.onnx", {}), *images_), expected_);
        const auto unchanged = read_whole_onnx(path_ / "plain.onnx");
        QVERIFY(unchanged);
        QVERIFY(*unchanged == tests::bytes_of(tests::onnx_model(network)));
    }

    void modelInMemorySaysWhatItCannot()
    {
        const auto model = open_model(tests::bytes_of(moved_out(path_)), path_ / "m.onnx", {});
        QVERIFY(!model);
        QVERIFY2(model.error().detail.find("in another file, which cannot be found for a model in memory") !=
                     std::string::npos,
                 model.error().detail.c_str());
    }

    void linksInsideTheFolderOfTheModelOrItsTarget()
    {
        tests::write_onnx(path_ / "m.onnx", moved_out(path_, "blob"));
        fs::rename(path_ / "blob", path_ / "other");
        fs::create_symlink("other", path_ / "blob");
        QCOMPARE(tests::answers(open_model(path_ / "m.onnx"), *images_), expected_);
        // as a cache lays out its files: both are links into one folder
        fs::create_directories(path_ / "snapshot");
        fs::create_symlink("../m.onnx", path_ / "snapshot/model.onnx");
        fs::create_symlink("../other", path_ / "snapshot/blob");
        QCOMPARE(tests::answers(open_model(path_ / "snapshot/model.onnx"), *images_), expected_);
    }

    void refused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("reason");
        QTest::newRow("missing") << "location"
                                 << "none.data"
                                 << "'none.data', which is missing; put that file beside";
        QTest::newRow("upwards") << "location"
                                 << "../secret"
                                 << "outside the folder of the model";
        QTest::newRow("upwards inside") << "location"
                                        << "a/../m.onnx.data"
                                        << "outside the folder of the model";
        QTest::newRow("absolute") << "location"
                                  << "/etc/passwd"
                                  << "outside the folder of the model";
        QTest::newRow("nameless") << "location"
                                  << ""
                                  << "a file without a name";
        QTest::newRow("directory") << "location"
                                   << "."
                                   << "is not a regular file";
        QTest::newRow("link outwards") << "location"
                                       << "outwards"
                                       << "a link that leads out of the folder";
        QTest::newRow("folder linked outwards") << "location"
                                                << "away/secret"
                                                << "a link that leads out of the folder";
        QTest::newRow("pipe") << "location"
                              << "pipe"
                              << "is not a regular file";
        QTest::newRow("beyond the end") << "offset"
                                        << "100000"
                                        << "is too short";
        QTest::newRow("huge offset") << "offset"
                                     << "18446744073709551615"
                                     << "is too short";
        QTest::newRow("overflow") << "offset"
                                  << "18446744073709551616"
                                  << "not a whole number of bytes";
        QTest::newRow("negative") << "offset"
                                  << "-8"
                                  << "not a whole number of bytes";
        QTest::newRow("text") << "offset"
                              << "12x"
                              << "not a whole number of bytes";
        QTest::newRow("short length") << "length"
                                      << "12"
                                      << "bytes, but has 12";
        QTest::newRow("huge length") << "length"
                                     << "99999999999999"
                                     << "bytes, but has 99999999999999";
    }
    void refused()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, reason);
        QTemporaryDir outside;
        std::ofstream(outside.filePath("secret").toStdString()) << std::string(4096, 's');
        fs::create_symlink(outside.filePath("secret").toStdString(), path_ / "outwards");
        fs::create_directory_symlink(outside.path().toStdString(), path_ / "away");
        QVERIFY(::mkfifo((path_ / "pipe").c_str(), 0600) == 0);
        onnx::ModelProto model = moved_out(path_);
        set_entry(*model.mutable_graph()->mutable_initializer(0), key.toStdString(), value.toStdString());
        tests::write_onnx(path_ / "m.onnx", model);
        const auto opened = open_model(path_ / "m.onnx");
        QVERIFY(!opened);
        const std::string message = opened.error().message();
        QVERIFY2(message.find(reason.toStdString()) != std::string::npos, message.c_str());
        QVERIFY2(message.find("m.onnx") != std::string::npos, message.c_str());
    }

    void withoutALocation()
    {
        onnx::ModelProto model = moved_out(path_);
        remove_entry(*model.mutable_graph()->mutable_initializer(0), "location");
        tests::write_onnx(path_ / "m.onnx", model);
        const auto opened = open_model(path_ / "m.onnx");
        QVERIFY(!opened);
        QVERIFY(opened.error().detail.find("does not say in which") != std::string::npos);
    }

    /// Many tensors over the same bytes would make a small file ask for all memory.
    void sharedBytesWithinReason()
    {
        onnx::ModelProto model = moved_out(path_);
        onnx::GraphProto& graph = *model.mutable_graph();
        for (int copies = 0; copies < 10; ++copies) {
            *graph.add_initializer() = graph.initializer(0);
            graph.mutable_initializer(graph.initializer_size() - 1)->set_name("copy" + std::to_string(copies));
        }
        tests::write_onnx(path_ / "m.onnx", model);
        QCOMPARE(tests::answers(open_model(path_ / "m.onnx"), *images_), expected_);
        for (int copies = 10; copies < 100; ++copies) {
            *graph.add_initializer() = graph.initializer(0);
            graph.mutable_initializer(graph.initializer_size() - 1)->set_name("copy" + std::to_string(copies));
        }
        tests::write_onnx(path_ / "m.onnx", model);
        const auto opened = open_model(path_ / "m.onnx");
        QVERIFY(!opened);
        QVERIFY2(opened.error().detail.find("16 times over") != std::string::npos, opened.error().detail.c_str());
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path_;
    dataset::DatasetPtr images_;
    std::vector<float> expected_;
};

QTEST_GUILESS_MAIN(TestExternalData)
#include "tst_external_data.moc"
