// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/network/calibrate/layer_study.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/program.h"
#include "core/network/engine/run_model.h"
#include "core/network/model/linear_layer.h"
#include "tests/support/small_network.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

const Precision w4a4{4, 4};
const Precision w8a8{8, 8};
constexpr std::size_t images = 37;  // not a multiple of any batch

double decibels(const std::vector<double>& exact, const std::vector<double>& other)
{
    double signal = 0;
    double noise = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
        signal += exact[i] * exact[i];
        noise += (exact[i] - other[i]) * (exact[i] - other[i]);
    }
    return 10 * std::log10(signal / noise);
}

bool close(double a, double b, double tolerance = 1e-3)
{
    return std::fabs(a - b) < tolerance;
}

struct Study {
    model::MultiExitModel network = small_network();
    dataset::DatasetPtr data = small_data();
    plan::Quantization quantization;
    calibrate::LayerStudy study;
};

Study make(unsigned threads = 1, bool alone = true)
{
    Study made;
    Progress progress;
    calibrate::CalibrationOptions calibration;
    calibration.weights = plan::WeightMethod::nearest;  // others make up for the layers before them, also when alone
    calibration.last_layer_8_bits = false;
    calibration.samples = 50;
    auto quantization = calibrate::calibrate(made.network, *made.data, {w4a4, w8a8}, calibration, progress);
    if (!quantization)
        throw std::runtime_error(quantization.error().message());
    made.quantization = std::move(*quantization);
    auto study =
        calibrate::study_layers(made.network, made.quantization, *made.data, {images, alone, threads}, progress);
    if (!study)
        throw std::runtime_error(study.error().message());
    made.study = std::move(*study);
    return made;
}

engine::ModelRun run(const Study& made, const plan::Quantization* quantization, Precision precision)
{
    Progress progress;
    auto result =
        engine::run_model(made.network, quantization, precision, *dataset::first(made.data, images), {}, progress);
    if (!result)
        throw std::runtime_error(result.error().message());
    return std::move(*result);
}

/// One exit's outputs, and the answers they give.
std::vector<double> outputs(const engine::ModelRun& run, std::size_t exit)
{
    const std::size_t each = run.samples * run.classes;
    return {run.logits.begin() + static_cast<std::ptrdiff_t>(exit * each),
            run.logits.begin() + static_cast<std::ptrdiff_t>((exit + 1) * each)};
}

std::size_t different_answers(const std::vector<double>& a, const std::vector<double>& b, std::size_t classes)
{
    std::size_t different = 0;
    for (std::size_t i = 0; i < a.size(); i += classes) {
        const auto answer = [&](const std::vector<double>& from) {
            const auto begin = from.begin() + static_cast<std::ptrdiff_t>(i);
            return std::max_element(begin, begin + static_cast<std::ptrdiff_t>(classes)) - begin;
        };
        different += answer(a) != answer(b);
    }
    return different;
}

/// What every layer reads in the float network, of all images.
std::map<std::uint32_t, std::vector<float>> float_values(const Study& made)
{
    struct Seen {
        std::map<std::uint32_t, std::vector<float>> values;
        std::size_t samples = 0;
        std::size_t batch = 0;
        void add(ValueIndex value, std::span<const float> elements)
        {
            elements = elements.first(elements.size() / batch * samples);
            values[value.value].insert(values[value.value].end(), elements.begin(), elements.end());
        }
    } seen;
    seen.batch = static_cast<std::size_t>(made.network.batch);
    engine::HandOver hand_over(made.network);
    std::vector<float> exit(seen.batch * static_cast<std::size_t>(made.network.classes));
    for (std::size_t first = 0; first < images; first += seen.batch) {
        seen.samples = std::min(seen.batch, images - first);
        if (!engine::read_padded(*made.data, first, seen.samples, made.network, hand_over.input()))
            throw std::runtime_error("cannot read");
        seen.add(made.network.input(), hand_over.input());
        for (std::size_t s = 0; s < made.network.stages.size(); ++s) {
            const auto program = engine::Program::compile_observable(made.network, StageIndex(s));
            auto scratch = program->scratch();
            program->run_observed(
                scratch, hand_over.inputs(StageIndex(s)), hand_over.outputs(StageIndex(s)), exit,
                [](void* context, ValueIndex value, std::span<const float> elements) {
                    static_cast<Seen*>(context)->add(value, elements);
                },
                &seen);
        }
    }
    return seen.values;
}

}  // namespace

class TestLayerStudy : public QObject {
    Q_OBJECT
private slots:
    void everyLayerIsThere();
    void weightsAndInputs();
    void wholeNetwork();
    void oneLayerAlone();
    void correctedBiasesStayHarmlessAlone();
    void rankingIsByTheWorstExit();
    void sameWhateverTheThreads();
    void refusesAnotherNetwork();
    void cancels();
};

void TestLayerStudy::everyLayerIsThere()
{
    const Study made = make();
    std::size_t layers = 0;
    for (const model::Node& node : made.network.graph.nodes)
        layers += model::linear_layer(made.network.graph, node).has_value();
    QCOMPARE(made.study.layers.size(), layers);
    QCOMPARE(made.study.samples, images);
    QCOMPARE(made.study.precisions, (std::vector<Precision>{w4a4, w8a8}));
    for (const calibrate::LayerFindings& layer : made.study.layers) {
        QVERIFY(layer.at[0] && layer.at[1]);
        QCOMPARE(int(layer.at[1]->weight_bits), 8);
    }
    QCOMPARE(int(made.study.layers.front().at[0]->weight_bits), 8);  // the first layer stays at 8 bits
    QCOMPARE(int(made.study.layers.back().at[0]->weight_bits), 4);
}

void TestLayerStudy::weightsAndInputs()
{
    const Study made = make();
    const auto values = float_values(made);
    for (const calibrate::LayerFindings& found : made.study.layers) {
        const model::LinearLayer layer = *model::linear_layer(made.network.graph, made.network.graph.node(found.node));
        const std::vector<float>& read = values.at(layer.input.value);
        std::uint64_t counted = 0;
        for (const std::uint64_t bin : found.input.histogram)
            counted += bin;
        QCOMPARE(counted, std::uint64_t{read.size()});
        QCOMPARE(found.input.maximum, std::max(0.0F, *std::max_element(read.begin(), read.end())));
        for (std::size_t p = 0; p < 2; ++p) {
            const plan::StagePlan& plan = made.quantization.plans[p][found.stage.at()];
            const plan::QuantizedWeights& weights = *plan.weights[found.node.at()];
            std::vector<double> exact(layer.weights.begin(), layer.weights.end());
            std::vector<double> rounded;
            for (std::size_t k = 0; k < exact.size(); ++k)
                rounded.push_back(double(weights.values[k]) *
                                  double(weights.scales[k / (exact.size() / weights.scales.size())]));
            QVERIFY(close(found.at[p]->weight_sqnr, decibels(exact, rounded)));

            const plan::Grid& grid = *plan.operand[layer.input.at()];
            QCOMPARE(found.at[p]->input, grid);
            exact.assign(read.begin(), read.end());
            rounded.clear();
            std::size_t clipped = 0;
            for (const float x : read) {
                const double level = std::nearbyint(double(x) / double(grid.scale)) + grid.zero_point;
                clipped += level < 0 || level > grid.maximum();
                rounded.push_back(double(grid.scale) *
                                  (std::clamp(level, 0.0, double(grid.maximum())) - grid.zero_point));
            }
            QVERIFY(close(found.at[p]->input_sqnr, decibels(exact, rounded), 0.01));
            QVERIFY(close(found.at[p]->clipped, double(clipped) / double(read.size()), 1e-3));
        }
    }
}

void TestLayerStudy::wholeNetwork()
{
    const Study made = make();
    const engine::ModelRun exact = run(made, nullptr, fp32);
    for (std::size_t p = 0; p < 2; ++p) {
        const engine::ModelRun quantized = run(made, &made.quantization, made.study.precisions[p]);
        for (std::size_t e = 0; e < exact.exits; ++e) {
            const calibrate::ExitChange& change = made.study.network[p][e];
            const auto a = outputs(exact, e);
            const auto b = outputs(quantized, e);
            QVERIFY(change.reached);
            QVERIFY2(close(change.sqnr, decibels(a, b)), qPrintable(QString::number(decibels(a, b))));
            QCOMPARE(change.changed, different_answers(a, b, exact.classes));
            // the exit's last layer ends in the exit itself
            for (const calibrate::LayerFindings& layer : made.study.layers)
                if (made.network.graph.node(layer.node).outputs[0] == made.network.stages[e].exit)
                    QVERIFY(close(layer.at[p]->output_sqnr, change.sqnr));
        }
        QVERIFY(p == 0 || made.study.network[1][0].sqnr > made.study.network[0][0].sqnr + 6);
    }
}

void TestLayerStudy::oneLayerAlone()
{
    const Study made = make();
    const engine::ModelRun exact = run(made, nullptr, fp32);
    // w8a8 biases are not corrected, so that the stored plan with everything else taken out is the reference
    for (const calibrate::LayerFindings& found : made.study.layers) {
        const ValueIndex input = model::linear_layer(made.network.graph, made.network.graph.node(found.node))->input;
        plan::Quantization lone{{w8a8}, {made.quantization.plans[1]}};
        for (std::size_t s = 0; s < lone.plans[0].size(); ++s) {
            plan::StagePlan& plan = lone.plans[0][s];
            const bool here = s == found.stage.at();
            for (auto& grid : plan.stream)
                grid.reset();
            for (std::size_t v = 0; v < plan.operand.size(); ++v)
                if (!here || ValueIndex(v) != input)
                    plan.operand[v].reset();
            for (std::size_t n = 0; n < plan.weights.size(); ++n)
                if (!here || NodeIndex(n) != found.node)
                    plan.weights[n].reset();
        }
        const engine::ModelRun quantized = run(made, &lone, w8a8);
        for (std::size_t e = 0; e < exact.exits; ++e) {
            const calibrate::ExitChange& change = found.at[1]->alone[e];
            QCOMPARE(change.reached, found.head ? e == found.stage.at() : e >= found.stage.at());
            if (!change.reached)
                continue;
            const auto a = outputs(exact, e);
            const auto b = outputs(quantized, e);
            QVERIFY2(close(change.sqnr, decibels(a, b), 0.05),
                     qPrintable(QStringLiteral("%1 against %2").arg(change.sqnr).arg(decibels(a, b))));
            QCOMPARE(change.changed, different_answers(a, b, exact.classes));
        }
    }
}

void TestLayerStudy::correctedBiasesStayHarmlessAlone()
{
    // at w4a4 biases are corrected for the layers before as well: alone, a layer must not pay for that
    const Study made = make();
    for (const calibrate::LayerFindings& found : made.study.layers) {
        const double alone = found.at[0]->alone[found.at[0]->worst_exit()->at()].sqnr;
        const double together = made.study.network[0][found.at[0]->worst_exit()->at()].sqnr;
        QVERIFY2(alone > together, qPrintable(QString::number(alone)));
    }
}

void TestLayerStudy::rankingIsByTheWorstExit()
{
    const Study made = make();
    const std::vector<std::size_t> order = made.study.ranking(0);
    QCOMPARE(order.size(), made.study.layers.size());
    double before = -1e9;
    for (const std::size_t l : order) {
        double worst = 1e9;
        for (const calibrate::ExitChange& change : made.study.layers[l].at[0]->alone)
            if (change.reached)
                worst = std::min(worst, change.sqnr);
        QVERIFY(worst >= before);
        before = worst;
    }
    QVERIFY(make(1, false).study.ranking(0).empty());
}

void TestLayerStudy::sameWhateverTheThreads()
{
    const calibrate::LayerStudy one = make(1).study;
    const calibrate::LayerStudy three = make(3).study;
    for (std::size_t l = 0; l < one.layers.size(); ++l) {
        QCOMPARE(one.layers[l].input.histogram, three.layers[l].input.histogram);
        for (std::size_t p = 0; p < 2; ++p) {
            QCOMPARE(one.layers[l].at[p]->output_sqnr, three.layers[l].at[p]->output_sqnr);
            QCOMPARE(one.layers[l].at[p]->input_sqnr, three.layers[l].at[p]->input_sqnr);
            for (std::size_t e = 0; e < one.exit_names.size(); ++e)
                QCOMPARE(one.layers[l].at[p]->alone[e].sqnr, three.layers[l].at[p]->alone[e].sqnr);
        }
    }
}

void TestLayerStudy::refusesAnotherNetwork()
{
    Study made = make(1, false);
    made.quantization.plans[0].pop_back();
    Progress progress;
    const auto refused = calibrate::study_layers(made.network, made.quantization, *made.data, {8, true, 1}, progress);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::bad_input);
}

void TestLayerStudy::cancels()
{
    const Study made = make(1, false);
    Progress progress;
    progress.cancel();
    const auto stopped = calibrate::study_layers(made.network, made.quantization, *made.data, {8, true, 1}, progress);
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::cancelled);
}

QTEST_APPLESS_MAIN(TestLayerStudy)
#include "tst_layer_study.moc"
