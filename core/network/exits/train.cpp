// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/train.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "core/base/adam.h"
#include "core/base/random.h"
#include "core/network/engine/kernels/onednn.h"
#include "core/network/exits/network.h"

namespace exitscope::exits {
namespace {

/// AdamW's running moments of one block of weights.
class Moments {
public:
    explicit Moments(std::size_t size) : first_(size, 0.0F), second_(size, 0.0F) {}

    /// `shrink` is the factor that decay leaves of a weight.
    void step(std::span<float> weights, std::span<const float> gradient, AdamStep step, float shrink)
    {
        for (std::size_t i = 0; i < weights.size(); ++i) {
            first_[i] = betas.first * first_[i] + (1 - betas.first) * gradient[i];
            second_[i] = betas.second * second_[i] + (1 - betas.second) * gradient[i] * gradient[i];
            weights[i] = shrink * weights[i] - step.rate * first_[i] / (std::sqrt(second_[i]) + step.epsilon);
        }
    }

    static constexpr AdamBetas betas{0.9F, 0.999F};

private:
    std::vector<float> first_;
    std::vector<float> second_;
};

/// AdamW for all layers of a head.
class Optimizer {
public:
    explicit Optimizer(const Head& head)
    {
        for (const Linear* layer : head.layers()) {
            moments_.emplace_back(layer->weights.size());
            moments_.emplace_back(layer->bias.size());
        }
    }

    void step(Head& head, const Head& gradient, float rate, float decay)
    {
        ++steps_;
        const AdamStep corrected = adam_step(Moments::betas, rate, steps_);
        const std::vector<Linear*> layers = head.layers();
        const std::vector<const Linear*> gradients = gradient.layers();
        for (std::size_t l = 0; l < layers.size(); ++l) {
            moments_[2 * l].step(layers[l]->weights, gradients[l]->weights, corrected, 1 - rate * decay);
            moments_[2 * l + 1].step(layers[l]->bias, gradients[l]->bias, corrected, 1.0F);
        }
    }

private:
    std::vector<Moments> moments_;
    int steps_ = 0;
};

/// He's initialisation (2015) of layers in front of a ReLU; the last layer starts at zero, that is from equal
/// probabilities.
Head initial_head(const HeadSpec& spec, Random& random)
{
    Head head(spec);
    for (Linear* layer : head.layers()) {
        if (layer == &head.output)
            continue;
        const double deviation = std::sqrt(2.0 / double(layer->columns));
        for (float& weight : layer->weights)
            weight = static_cast<float>(deviation * random.normal());
    }
    return head;
}

/// Replaces logits by softmax - target (divided by `share`) and returns the cross-entropy of the target.
double softmax_gradient(std::span<float> row, std::span<const float> target, float share)
{
    const float largest = *std::max_element(row.begin(), row.end());
    double total = 0;
    double wanted = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
        const float above = row[c] - largest;
        wanted += double(target[c]) * double(above);
        row[c] = std::exp(above);
        total += double(row[c]);
    }
    const auto scale = static_cast<float>(1.0 / total);
    for (std::size_t c = 0; c < row.size(); ++c)
        row[c] = (row[c] * scale - target[c]) * share;
    return std::log(total) - wanted;
}

void set_target(const TrainingSet& set, std::size_t sample, std::size_t image, float distillation,
                std::span<float> target)
{
    std::fill(target.begin(), target.end(), 0.0F);
    if (distillation > 0)
        for (std::size_t c = 0; c < target.size(); ++c)
            target[c] = distillation * set.answers[image * target.size() + c];
    target[static_cast<std::size_t>(set.labels[sample])] += 1 - distillation;
}

/// Turns a head for normalised features into one for the network's features: the columns of its first layer are
/// multiplied with the channels' gains.
Head denormalised(Head head, const FeatureStore& store)
{
    Linear& first = *head.layers().front();
    const std::size_t each = first.columns / store.shape().channels;
    for (std::size_t r = 0; r < first.rows; ++r)
        for (std::size_t k = 0; k < first.columns; ++k)
            first.weights[r * first.columns + k] *= store.gain(k / each);
    return head;
}

}  // namespace

Score score(const Head& head, const TrainingSet& set)
{
    constexpr std::size_t batch = 128;
    const engine::SingleThread single;
    const std::size_t values = set.features->shape().values();
    const std::size_t classes = head.spec.classes;
    Network network(head.spec, batch);
    std::vector<float> features(batch * values);
    std::vector<float> target(classes);
    Score result;
    for (std::size_t begin = 0; begin < set.samples; begin += batch) {
        const std::size_t count = std::min(batch, set.samples - begin);
        for (std::size_t i = 0; i < count; ++i)
            set.features->get(begin + i, std::span(features).subspan(i * values, values));
        const std::span<const float> logits = network.forward(head, features, count);
        std::vector<float> rows(logits.begin(), logits.end());
        for (std::size_t i = 0; i < count; ++i) {
            const std::span<float> row(rows.data() + i * classes, classes);
            const auto answer = std::max_element(row.begin(), row.end()) - row.begin();
            result.accuracy += answer == set.labels[begin + i];
            set_target(set, begin + i, begin + i, 0, target);
            result.loss += softmax_gradient(row, target, 1);
        }
    }
    result.accuracy /= double(std::max<std::size_t>(set.samples, 1));
    result.loss /= double(std::max<std::size_t>(set.samples, 1));
    return result;
}

TrainedHead train_head(const HeadSpec& spec, const TrainingSet& train, const TrainingSet& held_out,
                       const TrainOptions& options, Progress& progress, const EpochObserver& observer)
{
    const engine::SingleThread single;
    Random random(options.seed);
    Head head = initial_head(spec, random);
    Head gradient(spec);
    Optimizer optimizer(head);
    const std::size_t batch = std::clamp<std::size_t>(options.batch, 1, train.samples);
    const std::size_t values = train.features->shape().values();
    Network network(spec, batch);
    std::vector<float> features(batch * values);
    std::vector<float> delta(batch * spec.classes);
    std::vector<float> target(spec.classes);
    std::vector<std::uint32_t> order(train.samples);
    std::iota(order.begin(), order.end(), 0U);
    const std::size_t steps = train.samples / batch;

    Head best = head;
    TrainedHead result;
    Score least = score(head, held_out);
    for (int epoch = 0; epoch < options.epochs; ++epoch) {
        shuffle(order, random);
        double loss = 0;
        for (std::size_t step = 0; step < steps && !progress.cancelled(); ++step) {
            const std::span<const std::uint32_t> chosen(order.data() + step * batch, batch);
            const auto image_of = [&](std::size_t sample) {
                const std::size_t turn = mix64(options.seed ^ sample) + static_cast<std::size_t>(epoch);
                return turn % train.views * train.samples + sample;
            };
            for (std::size_t i = 0; i < batch; ++i)
                train.features->get(image_of(chosen[i]), std::span(features).subspan(i * values, values));
            const std::span<const float> logits = network.forward(head, features, batch);
            std::copy(logits.begin(), logits.end(), delta.begin());
            for (std::size_t i = 0; i < batch; ++i) {
                set_target(train, chosen[i], image_of(chosen[i]), options.distillation, target);
                loss += softmax_gradient(std::span(delta).subspan(i * spec.classes, spec.classes), target,
                                         1.0F / static_cast<float>(batch));
            }
            network.backward(head, delta, gradient);
            const double done = (double(epoch) + double(step) / double(steps)) / double(options.epochs);
            const double rate = double(options.rate) * (0.5 + 0.5 * std::cos(std::numbers::pi * done));
            optimizer.step(head, gradient, static_cast<float>(rate), options.decay);
        }
        if (progress.cancelled())
            break;
        const Score now = score(head, held_out);
        if (now.loss < least.loss) {
            least = now;
            best = head;
            result.epochs = epoch + 1;
        }
        progress.advance();
        if (observer)
            observer({0, spec.kind, epoch + 1, options.epochs, loss / double(std::max<std::size_t>(steps * batch, 1)),
                      now.loss, now.accuracy});
    }
    result.accuracy = least.accuracy;
    result.loss = least.loss;
    result.head = denormalised(std::move(best), *train.features);
    return result;
}

}  // namespace exitscope::exits
