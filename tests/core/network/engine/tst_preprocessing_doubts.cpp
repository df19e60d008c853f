// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <memory>

#include "core/network/engine/preprocessing_doubts.h"
#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;

namespace {

constexpr std::size_t samples = 48;

/// Answers which of -6, 0 and 6 is nearest to the mean of its input.
model::MultiExitModel network()
{
    auto graph = std::make_shared<model::Graph>(tests::build_graph(R"(
        x = input [N,1,4,4]
        f = Flatten(x)
        m = ReduceMean(f) axes=[1] keepdims=1
        w = constant [1,3] {-12, 0, 12}
        b = constant [3] {-36, 0, -36}
        exit1 = Gemm(m, w, b)
        > exit1
    )"));
    model::MultiExitModel made = *model::cut(*model::specialise(*graph, 1), 1);
    made.path = "levels.onnx";
    made.source = std::move(graph);
    dataset::Preprocessing& how = made.preprocessing;
    how.channels = 1;
    how.height = how.width = 4;
    how.order = dataset::ChannelOrder::gray;
    how.mean = {0.5F};
    how.std = {0.05F};
    made.preprocessing_known = true;
    made.stated_preprocessing = how;
    return made;
}

/// Grey images of three near levels, whose class is the level.
class Levels final : public dataset::Dataset {
public:
    Levels()
    {
        info_.name = info_.source = "levels";
        info_.labelled = true;
        info_.class_count = 3;
    }
    /// The same images, of which one class is asked for and one notice said.
    explicit Levels(std::optional<std::size_t> only, const std::string& notice = {}) : Levels()
    {
        only_ = only;
        if (!notice.empty())
            info_.notices.push_back({notice, "said before"});
    }
    const dataset::Info& info() const override { return info_; }
    std::size_t size() const override { return samples; }
    Expected<dataset::Image> image(SampleIndex index) const override
    {
        constexpr std::uint8_t levels[] = {51, 128, 204};
        std::vector<std::uint8_t> pixels(16, levels[only_.value_or(index.at() % 3)]);
        pixels[0] = static_cast<std::uint8_t>(pixels[0] + (constant ? 0 : index.at() % 8));
        return dataset::Image{1, 4, 4, std::move(pixels), {}};
    }
    std::optional<ClassIndex> label(SampleIndex index) const override
    {
        return ClassIndex(only_.value_or(index.at() % 3));
    }
    std::string origin(SampleIndex) const override { return "levels"; }
    std::string content_hash() const override { return "levels"; }

    bool constant = false;  ///< images of a level are the same to the last bit

private:
    dataset::Info info_;
    std::optional<std::size_t> only_;
};

}  // namespace

class TestPreprocessingDoubts : public QObject {
    Q_OBJECT
private slots:
    /// Its numbers are none of those that networks commonly have.
    void what_the_model_states_is_an_alternative()
    {
        model::MultiExitModel model = network();
        Progress progress;
        const auto fine = engine::preprocessing_doubts(model, Levels(), true, 1, progress);
        QVERIFY(fine && fine->empty());
        dataset::PreprocessingChoice other;
        other.mean = {{0.9F}};
        other.std = {{0.05F}};
        QVERIFY(model::choose_preprocessing(model, other));
        QCOMPARE(model.preprocessing_source, std::string("options"));
        const auto doubts = engine::preprocessing_doubts(model, Levels(), true, 1, progress);
        QVERIFY(doubts);
        QCOMPARE(doubts->size(), std::size_t(1));
        QCOMPARE(doubts->front().code, std::string("preprocessing-doubtful"));
        QVERIFY2(doubts->front().text.find("--mean 0.5 --std 0.05") != std::string::npos, doubts->front().text.c_str());
        model.stated_preprocessing.reset();
        const auto less = engine::preprocessing_doubts(model, Levels(), true, 1, progress);
        QVERIFY(less);
        for (const Notice& notice : *less)
            QVERIFY2(notice.text.find("--std 0.05") == std::string::npos ||
                         notice.text.find("--mean 0.5 ") == std::string::npos,
                     notice.text.c_str());
    }

    /// What labels say of the preprocessing, they say only if they tell classes apart and are the network's own.
    void labels_that_say_nothing()
    {
        model::MultiExitModel model = network();
        dataset::PreprocessingChoice other;
        other.mean = {{0.9F}};
        other.std = {{0.05F}};
        QVERIFY(model::choose_preprocessing(model, other));
        Progress progress;
        const auto one_class = engine::preprocessing_doubts(model, Levels(2), true, 1, progress);
        QVERIFY(one_class);
        QVERIFY2(one_class->empty(), one_class->empty() ? "" : one_class->front().text.c_str());
        Levels same(2);
        same.constant = true;
        const auto equal = engine::preprocessing_doubts(model, same, true, 1, progress);
        QVERIFY(equal && equal->size() == 1);
        QCOMPARE(equal->front().code, std::string("same-images"));
        const auto renumbered = engine::preprocessing_doubts(model, Levels({}, "class-count"), true, 1, progress);
        QVERIFY(renumbered);
        for (const Notice& notice : *renumbered)
            QVERIFY2(notice.text.find("right instead of") == std::string::npos, notice.text.c_str());
    }
};

QTEST_GUILESS_MAIN(TestPreprocessingDoubts)
#include "tst_preprocessing_doubts.moc"
