// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/network/dataset/preprocessing_text.h"

using namespace exitscope;
using namespace exitscope::dataset;

namespace {

Preprocessing input(int side, int channels = 3)
{
    Preprocessing how;
    how.channels = channels;
    how.height = how.width = side;
    how.order = channels == 1 ? ChannelOrder::gray : ChannelOrder::rgb;
    return how;
}

std::string options_of(const PreprocessingChoice& choice, const Preprocessing& base = input(224))
{
    const Expected<Preprocessing> how = apply(choice, base);
    return how ? how->to_options() : how.error().message();
}

PreprocessingChoice preset(const char* name)
{
    PreprocessingChoice choice;
    choice.preset = name;
    return choice;
}

}  // namespace

class TestPreprocessingChoice : public QObject {
    Q_OBJECT
private slots:
    void sizes_are_said_as_torchvision_has_them()
    {
        PreprocessingChoice choice;
        choice.resize = parse_resize("256");
        QCOMPARE(options_of(choice),
                 std::string("--resize 256 --crop 224 --filter bilinear --channels rgb --range 0..1"));
        choice.crop = parse_extent("224");
        choice.filter = Filter::bicubic;
        QCOMPARE(options_of(choice),
                 std::string("--resize 256 --crop 224 --filter bicubic --channels rgb --range 0..1"));
        choice.crop = parse_extent("200x224");
        QCOMPARE(options_of(choice), std::string("the crop of 200x224 is not the model's input of 224x224"));
        choice.crop.reset();
        choice.resize = parse_resize("200");
        QCOMPARE(options_of(choice),
                 std::string("scaled to 200x200, images do not cover the model's input of 224x224"));
        choice.resize = parse_resize("input");
        choice.fit = Fit::pad;
        QCOMPARE(options_of(choice), std::string("--resize --fit pad --filter bicubic --channels rgb --range 0..1"));
        QVERIFY(!parse_resize("0") && !parse_resize("12x") && !parse_resize("70000") && !parse_resize("model.onnx"));
    }

    void a_fit_alone_scales_to_the_input()
    {
        PreprocessingChoice choice;
        choice.fit = Fit::crop;
        QCOMPARE(options_of(choice), std::string("--resize --fit crop --filter bilinear --channels rgb --range 0..1"));
    }

    void presets_are_overridden_by_what_is_said_beside_them()
    {
        QCOMPARE(options_of(preset("imagenet")),
                 std::string("--resize 256 --crop 224 --filter bilinear --channels rgb --range 0..1 --mean "
                             "0.485,0.456,0.406 --std 0.229,0.224,0.225"));
        QCOMPARE(options_of(preset("imagenet"), input(32)),
                 std::string("--channels rgb --range 0..1 --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225"));
        QCOMPARE(options_of(preset("imagenet-inception"), input(299)),
                 std::string("--resize 341 --crop 299 --filter bicubic --channels rgb --range -1..1"));
        QCOMPARE(options_of(preset("mnist"), input(28, 1)), std::string("--range 0..1 --mean 0.1307 --std 0.3081"));
        QCOMPARE(options_of(preset("raw")), std::string("--channels rgb --range 0..255"));
        PreprocessingChoice choice = preset("imagenet");
        choice.order = ChannelOrder::bgr;
        choice.resize = Resize{.on = false};
        choice.mean = std::vector<float>{0.5f};
        QCOMPARE(options_of(choice),
                 std::string("--channels bgr --range 0..1 --mean 0.5,0.5,0.5 --std 0.229,0.224,0.225"));
        QVERIFY(
            options_of(preset("imagenette")).starts_with("there is no preset \"imagenette\"; known are imagenet, "));
    }

    void a_mean_stays_in_its_unit()
    {
        Preprocessing base = input(224);
        base.mean = {0.485f, 0.456f, 0.406f};
        PreprocessingChoice choice;
        choice.range = ValueRange::bytes;
        QVERIFY(options_of(choice, base).starts_with("the range 0..255 changes the unit of mean"));
        choice.mean = std::vector<float>{104, 117, 123};
        QCOMPARE(options_of(choice, base), std::string("--channels rgb --range 0..255 --mean 104,117,123"));
    }

    void numbers_fit_the_channels()
    {
        PreprocessingChoice choice;
        choice.mean = std::vector<float>{0.5f, 0.5f, 0.5f};
        QCOMPARE(options_of(choice, input(28, 1)), std::string("the mean has 3 values, but the model reads 1 channel"));
        choice.mean.reset();
        choice.std = std::vector<float>{0};
        QCOMPARE(options_of(choice), std::string("mean must be finite and standard deviation positive"));
        choice.std.reset();
        choice.order = ChannelOrder::bgr;
        QVERIFY(options_of(choice, input(28, 1)).starts_with("the model reads one channel"));
    }

    void antialiasing_belongs_to_some_filters()
    {
        PreprocessingChoice choice;
        choice.resize = Resize();
        choice.antialias = false;
        QVERIFY(apply(choice, input(224)));
        choice.filter = Filter::area;
        QVERIFY(options_of(choice).starts_with("the filter area is antialiased always"));
    }

    void shapes_follow_from_the_choice_where_nothing_else_gives_them()
    {
        PreprocessingChoice choice;
        choice.resize = parse_resize("256");
        choice.crop = parse_extent("192x160");
        const Expected<Preprocessing> how = apply(choice, input(0));
        QVERIFY(how);
        QCOMPARE(how->width, 192);
        QCOMPARE(how->height, 160);
        const Expected<Preprocessing> usual = apply(preset("imagenet"), input(0));
        QVERIFY(usual);
        QCOMPARE(usual->height, 224);
    }

    void options_say_the_same_again()
    {
        for (const Preset& one : presets()) {
            PreprocessingChoice choice;
            choice.preset = std::string(one.name);
            const Expected<Preprocessing> how = apply(choice, input(299));
            QVERIFY(how);
            const Expected<Preprocessing> back = Preprocessing::from_json(how->to_json());
            QVERIFY(back);
            QCOMPARE(back->to_options(), how->to_options());
        }
    }

    void a_choice_comes_back_from_json()
    {
        using dataset::Resize;
        std::vector<dataset::PreprocessingChoice> choices(8);
        choices[1].resize = Resize{.on = false};
        choices[2].resize = Resize{};
        choices[2].fit = dataset::Fit::pad;
        choices[3].resize = Resize{.shorter_side = true, .box = {256, 256}};
        choices[3].crop = dataset::Extent{224, 192};
        choices[4].resize = Resize{.box = {320, 256}};
        choices[4].crop = dataset::Extent();
        choices[5].mean = {{0.485F, 0.456F, 0.406F}};
        choices[5].std = std::vector<float>();
        choices[5].range = dataset::ValueRange::symmetric;
        choices[6].order = dataset::ChannelOrder::bgr;
        choices[6].filter = dataset::Filter::lanczos;
        choices[6].antialias = false;
        choices[7].upright = false;
        for (const dataset::PreprocessingChoice& choice : choices) {
            const auto read = dataset::parse_preprocessing(dataset::to_json(choice));
            QVERIFY2(read, read ? "" : read.error().message().c_str());
            QVERIFY2(read->choice == choice, dataset::to_json(choice).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestPreprocessingChoice)
#include "tst_preprocessing_choice.moc"
