// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/network/model/model_preprocessing.h"

using namespace exitscope;
using namespace exitscope::model;

namespace fs = std::filesystem;

namespace {

dataset::Preprocessing input(int side)
{
    dataset::Preprocessing how;
    how.channels = 3;
    how.height = how.width = side;
    how.order = dataset::ChannelOrder::rgb;
    return how;
}

std::string options_of(const Expected<FoundPreprocessing>& found, int side)
{
    if (!found)
        return found.error().detail;
    const auto how = dataset::apply(found->choice, input(side));
    return how ? how->to_options() : how.error().detail;
}

std::string transformers(const char* json, int side = 224)
{
    return options_of(parse_transformers_config(json, {side, side}), side);
}

std::string timm(const char* json, int side = 224)
{
    const auto found = parse_timm_config(json, {side, side});
    if (found && !*found)
        return "nothing";
    return options_of(found ? Expected<FoundPreprocessing>(**found) : tl::unexpected<Error>(found.error()), side);
}

/// The network of the tests beside files of a folder, without what its own metadata say.
class Beside {
public:
    Beside()
    {
        std::ifstream in(fs::path(EXITSCOPE_TEST_DATA) / "models" / "two_exit.onnx", std::ios::binary);
        bytes_.assign(std::istreambuf_iterator<char>(in), {});
        const std::string key = "exitscope.preprocessing";
        for (std::size_t at = bytes_.find(key); at != std::string::npos; at = bytes_.find(key))
            bytes_[at] = 'E';
    }
    void put(const std::string& name, const std::string& text) const
    {
        const fs::path path = fs::path(folder_.path().toStdString()) / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
    }
    [[nodiscard]] Expected<MultiExitModel> open(const std::string& name = "model.onnx",
                                                const OpenOptions& options = {}) const
    {
        put(name, bytes_);
        return open_model(fs::path(folder_.path().toStdString()) / name, options);
    }

private:
    QTemporaryDir folder_;
    std::string bytes_;
};

constexpr const char* small_vit = R"({"image_processor_type":"ViTImageProcessor","size":{"height":16,"width":16},
    "resample":2,"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"do_normalize":true})";

}  // namespace

class TestModelPreprocessing : public QObject {
    Q_OBJECT
private slots:
    void transformers_forms_are_read()
    {
        QCOMPARE(transformers(R"({"image_processor_type":"ViTImageProcessor","size":{"height":224,"width":224},
                                  "do_resize":true,"do_rescale":true,"rescale_factor":0.00392156862745098,
                                  "resample":2,"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5]})"),
                 std::string("--resize 224x224 --filter bilinear --channels rgb --range 0..1 --mean 0.5,0.5,0.5 --std "
                             "0.5,0.5,0.5 --exif ignore"));
        QCOMPARE(transformers(R"({"feature_extractor_type":"CLIPFeatureExtractor","size":{"shortest_edge":256},
                                  "do_center_crop":true,"crop_size":{"height":224,"width":224},"resample":3,
                                  "image_mean":[0.48,0.457,0.408],"image_std":[0.268,0.261,0.275]})"),
                 std::string("--resize 256 --crop 224 --filter bicubic --channels rgb --range 0..1 --mean "
                             "0.48,0.457,0.408 --std 0.268,0.261,0.275 --exif ignore"));
        QCOMPARE(transformers(R"({"feature_extractor_type":"ConvNextFeatureExtractor","size":224,"crop_pct":0.875,
                                  "resample":3,"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5]})"),
                 std::string("--resize 256 --crop 224 --filter bicubic --channels rgb --range 0..1 --mean 0.5,0.5,0.5 "
                             "--std 0.5,0.5,0.5 --exif ignore"));
        QCOMPARE(transformers(R"({"image_processor_type":"MobileViTImageProcessor","size":{"shortest_edge":288},
                                  "crop_size":{"height":256,"width":256},"do_flip_channel_order":true})",
                              256),
                 std::string("--resize 288 --crop 256 --filter bilinear --channels bgr --range 0..1 --mean 0,0,0 "
                             "--std 1,1,1 --exif ignore"));
    }

    void factors_and_offsets_become_mean_and_deviation()
    {
        const auto found = parse_transformers_config(
            R"({"do_resize":false,"rescale_factor":0.00784313725490196,"rescale_offset":true,"do_normalize":false})",
            {8, 8});
        QVERIFY(found);
        const auto how = dataset::apply(found->choice, input(8));
        QVERIFY(how);
        const dataset::Image image{3, 8, 8, std::vector<std::uint8_t>(192, 255), {}};
        std::vector<float> out(192);
        QVERIFY(dataset::preprocess(image, *how, out));
        QVERIFY(std::abs(out.front() - 1) < 1e-5);
        const auto bytes = parse_transformers_config(
            R"({"do_resize":false,"do_rescale":false,"image_mean":[100,110,120],"image_std":[50,50,50]})", {8, 8});
        QVERIFY(bytes);
        const auto in_bytes = dataset::apply(bytes->choice, input(8));
        QVERIFY(in_bytes && dataset::preprocess(image, *in_bytes, out));
        QVERIFY(std::abs(out.front() - 3.1) < 1e-4 && std::abs(out.back() - 2.7) < 1e-4);
    }

    void timm_configurations_are_read()
    {
        constexpr const char* usual =
            R"({"architecture":"resnet18","pretrained_cfg":{"input_size":[3,224,224],"interpolation":"bicubic",
                "crop_pct":0.95,"crop_mode":"center","mean":[0.485,0.456,0.406],"std":[0.229,0.224,0.225],
                "test_input_size":[3,288,288],"test_crop_pct":1.0}})";
        QCOMPARE(timm(usual), std::string("--resize 235 --crop 224 --filter bicubic --channels rgb --range 0..1 --mean "
                                          "0.485,0.456,0.406 --std 0.229,0.224,0.225 --exif ignore"));
        QCOMPARE(timm(usual, 288), std::string("--resize 288 --filter bicubic --channels rgb --range 0..1 --mean "
                                               "0.485,0.456,0.406 --std 0.229,0.224,0.225 --exif ignore"));
        QCOMPARE(timm(R"({"model_type":"vit","hidden_size":768})"), std::string("nothing"));
    }

    void hostile_configurations_are_refused()
    {
        for (const char* bad :
             {"", "[]", "{", R"({"size":-1})", R"({"size":1e99})", R"({"size":{"shortest_edge":"x"}})",
              R"({"size":{"shortest_edge":224,"longest_edge":1333}})", R"({"resample":5})", R"({"resample":-1})",
              R"({"image_mean":["a"],"image_std":[1]})", R"({"image_mean":[0,0],"image_std":[1,1,1]})",
              R"({"image_mean":[0,0,0],"image_std":[1,0,1]})", R"({"rescale_factor":0})", R"({"do_normalize":"yes"})",
              R"({"crop_size":99999999999999999999,"do_center_crop":true})"})
            QVERIFY2(!parse_transformers_config(bad, {224, 224}), bad);
        for (const char* bad : {R"({"input_size":[3,8,8],"mean":[0,0,0],"std":[0,1,1]})",
                                R"({"input_size":[3,8,8],"mean":[0,0,0],"std":[1,1,1],"crop_pct":-1})",
                                R"({"input_size":[3,8,8],"mean":[0,0,0],"std":[1,1,1],"interpolation":"hamming"})"})
            QVERIFY2(!parse_timm_config(bad, {8, 8}), bad);
        const std::string deep(100000, '[');
        QVERIFY(!parse_transformers_config(deep, {8, 8}));
    }

    void files_beside_the_model_are_used_and_said()
    {
        const Beside folder;
        folder.put("preprocessor_config.json", small_vit);
        const auto model = folder.open();
        QVERIFY(model);
        QVERIFY(model->preprocessing_known);
        QCOMPARE(model->preprocessing.mean, (std::vector<float>{0.5F, 0.5F, 0.5F}));
        QVERIFY(model->preprocessing_source.ends_with("preprocessor_config.json"));
        QCOMPARE(model->notices.size(), std::size_t{1});
        QCOMPARE(model->notices[0].code, std::string("preprocessing-source"));
        const auto nested = folder.open("onnx/model.onnx");
        QVERIFY(nested && nested->preprocessing_known);
        const auto elsewhere = folder.open("other/model.onnx");
        QVERIFY(elsewhere && !elsewhere->preprocessing_known && elsewhere->notices.empty());
    }

    void options_come_before_files_and_metadata()
    {
        const Beside folder;
        folder.put("preprocessor_config.json", small_vit);
        OpenOptions options;
        options.preprocessing.order = dataset::ChannelOrder::bgr;
        const auto model = folder.open("model.onnx", options);
        QVERIFY(model);
        QCOMPARE(model->preprocessing.order, dataset::ChannelOrder::bgr);
        QCOMPARE(model->preprocessing.mean, (std::vector<float>{0.5F, 0.5F, 0.5F}));
        QVERIFY(model->preprocessing_source.starts_with("options over "));
    }

    void a_run_comes_before_files_and_other_options_are_said()
    {
        const Beside folder;
        folder.put("preprocessor_config.json", small_vit);
        dataset::Preprocessing stored = input(16);
        stored.range = dataset::ValueRange::bytes;
        OpenOptions options;
        options.run_preprocessing = stored.to_json();
        const auto as_run = folder.open("model.onnx", options);
        QVERIFY(as_run && as_run->preprocessing == stored && as_run->notices.empty());
        options.preprocessing.order = dataset::ChannelOrder::bgr;
        const auto other = folder.open("model.onnx", options);
        QVERIFY(other);
        QCOMPARE(other->notices.size(), std::size_t{1});
        QCOMPARE(other->notices[0].code, std::string("preprocessing-differs"));
    }

    void files_that_make_no_sense_are_said_and_not_used()
    {
        const Beside folder;
        folder.put("preprocessor_config.json", R"({"size":"big"})");
        const auto model = folder.open();
        QVERIFY(model && !model->preprocessing_known);
        QCOMPARE(model->notices.size(), std::size_t{1});
        QVERIFY(model->notices[0].text.find("is not used for preprocessing") != std::string::npos);
        folder.put("preprocessor_config.json",
                   R"({"size":{"height":224,"width":224},"image_mean":[0.5],"image_std":[0.5]})");
        const auto other = folder.open();
        QVERIFY(other && other->preprocessing_known && !other->preprocessing.resize);
        QVERIFY(other->notices[0].text.find("its size of 224x224 is not the model's input of 16x16") !=
                std::string::npos);
    }

    void metadata_of_others_are_read()
    {
        const auto of = [](const std::map<std::string, std::string>& metadata) {
            const auto found = preprocessing_in_metadata(metadata, input(16));
            return !found ? found.error().detail : *found ? options_of(**found, 16) : std::string("nothing");
        };
        QCOMPARE(of({{"exitscope.preprocessing", R"({"mean":[1,2,3],"std":[4,5,6]})"}}),
                 std::string("--channels rgb --range 0..1 --mean 1,2,3 --std 4,5,6"));
        QCOMPARE(of({{"Image.BitmapPixelFormat", "Bgr8"}, {"Image.NominalPixelRange", "NominalRange_0_255"}}),
                 std::string("--channels bgr --range 0..255"));
        QCOMPARE(of({{"mean", "[0.5, 0.5, 0.5]"}, {"std", "0.25, 0.25, 0.25"}}),
                 std::string("--channels rgb --range 0..1 --mean 0.5,0.5,0.5 --std 0.25,0.25,0.25"));
        QCOMPARE(of({{"author", "somebody"}}), std::string("nothing"));
        QVERIFY(of({{"exitscope.preprocessing", R"({"height":32})"}}).find("another size") != std::string::npos);
        QVERIFY(of({{"exitscope.preprocessing", R"({"mean":[1,2]})"}}).find("does not fit") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestModelPreprocessing)
#include "tst_model_preprocessing.moc"
