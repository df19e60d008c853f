// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/finite_answers.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/parallel.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/run_model.h"

namespace exitscope::engine {
namespace {

constexpr std::size_t most_named = 10;

/// read_padded() image by image: one that cannot be read is replaced by zeros and its reason kept, [samples].
void read_singly(const dataset::Dataset& data, std::size_t begin, std::size_t count, const model::MultiExitModel& model,
                 std::span<float> input, std::vector<std::string>& reasons)
{
    const std::size_t each = model.preprocessing.values();
    std::fill(input.begin(), input.end(), 0.0F);
    for (std::size_t i = 0; i < count; ++i) {
        const std::span<float> one = input.subspan(i * each, each);
        if (auto read = dataset::read_batch(data, begin + i, 1, model.preprocessing, one); !read) {
            const std::string& why = read.error().detail;
            reasons[begin + i] = why.substr(0, why.find("; --skip-unreadable"));  // that is being done
            std::fill(one.begin(), one.end(), 0.0F);
        }
    }
}

/// Exit at which each sample of `data` first answers with something else than numbers, [samples]; the number of exits
/// where none does. `unreadable`, if not null, takes the reason for every image that cannot be read, [samples], which
/// else is an error.
Expected<std::vector<std::size_t>> first_bad_exits(const model::MultiExitModel& model, const dataset::Dataset& data,
                                                   const FiniteOptions& options, Progress& progress,
                                                   std::vector<std::string>* unreadable = nullptr)
{
    const auto largest = static_cast<std::int64_t>(std::max<std::size_t>(data.size(), 1));
    const auto sized = batched(model, std::clamp<std::int64_t>(options.batch, 1, largest));
    if (!sized)
        return tl::unexpected<Error>(sized.error());
    const auto programs = compile_stages(*sized, nullptr, fp32);
    if (!programs)
        return tl::unexpected<Error>(programs.error());
    struct Worker {
        HandOver values;
        std::vector<Program::Scratch> scratch;
        std::vector<float> exit;
    };
    const auto batch = static_cast<std::size_t>(sized->batch);
    const auto classes = static_cast<std::size_t>(sized->classes);
    const std::size_t jobs = batch_count(data.size(), batch);
    const unsigned threads = thread_count(options.threads, jobs);
    std::vector<Worker> workers;
    for (unsigned t = 0; t < threads; ++t) {
        workers.push_back({HandOver(*sized), {}, std::vector<float>(batch * classes)});
        for (const Program& program : *programs)
            workers.back().scratch.push_back(program.scratch());
    }
    std::vector<std::size_t> bad(data.size(), programs->size());
    progress.begin("Looking for answers that are not numbers", data.size());
    const auto work = [&](unsigned worker, std::size_t job) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        Worker& my = workers[worker];
        const std::size_t begin = job * batch;
        const std::size_t count = std::min(batch, data.size() - begin);
        if (auto read = read_padded(data, begin, count, *sized, my.values.input()); !read) {
            if (!unreadable)
                return read;
            read_singly(data, begin, count, *sized, my.values.input(), *unreadable);
        }
        const std::size_t width = my.values.input().size() / batch;
        for (std::size_t i = 0; i < count; ++i)
            if (!is_finite(my.values.input().subspan(i * width, width)))
                bad[begin + i] = 0;
        for (std::size_t s = 0; s < programs->size(); ++s) {
            (*programs)[s].run(my.scratch[s], my.values.inputs(StageIndex(s)), my.values.outputs(StageIndex(s)),
                               my.exit);
            for (std::size_t i = 0; i < count; ++i)
                if (!is_finite(std::span(my.exit).subspan(i * classes, classes)))
                    bad[begin + i] = std::min(bad[begin + i], s);
        }
        progress.advance(count);
        return {};
    };
    if (auto done = parallel_for(jobs, threads, work); !done)
        return forward(done);
    return bad;
}

/// `data` with a notice more, and images that were left out of it.
class Noted final : public dataset::Dataset {
public:
    Noted(dataset::DatasetPtr data, const Notice& notice, const std::vector<dataset::Skipped>& left_out)
        : data_(std::move(data)), info_(data_->info())
    {
        add_notices(info_.notices, {notice});
        info_.skipped.insert(info_.skipped.end(), left_out.begin(), left_out.end());
    }
    const dataset::Info& info() const override { return info_; }
    std::size_t size() const override { return data_->size(); }
    Expected<dataset::Image> image(SampleIndex index) const override { return data_->image(index); }
    Expected<void> read(SampleIndex index, dataset::Image& into) const override { return data_->read(index, into); }
    std::optional<ClassIndex> label(SampleIndex index) const override { return data_->label(index); }
    std::string origin(SampleIndex index) const override { return data_->origin(index); }
    SampleIndex source_position(SampleIndex index) const override { return data_->source_position(index); }
    std::optional<std::vector<std::byte>> file_bytes(SampleIndex index) const override
    {
        return data_->file_bytes(index);
    }
    std::string content_hash() const override { return data_->content_hash(); }

private:
    dataset::DatasetPtr data_;
    dataset::Info info_;
};

}  // namespace

bool is_finite(std::span<const float> answer)
{
    return std::all_of(answer.begin(), answer.end(), [](float value) { return std::isfinite(value); });
}

Error not_finite(const dataset::Dataset& data, SampleIndex sample, std::string_view exit, std::string_view state)
{
    return {ErrorCode::bad_input, data.origin(sample),
            "the network answers with NaN or infinity at exit " + std::string(exit) + " (" + std::string(state) +
                "); check its preprocessing, or leave such images out with --skip-unreadable"};
}

Expected<void> check_finite(const AnswerRows& rows)
{
    for (std::size_t i = 0; i * rows.classes < rows.values.size(); ++i)
        if (!is_finite(rows.values.subspan(i * rows.classes, rows.classes)))
            return tl::unexpected<Error>(not_finite(rows.data, SampleIndex(rows.begin + i), rows.exit, rows.state));
    return {};
}

Expected<void> read_finite(const dataset::Dataset& data, std::size_t begin, std::size_t count,
                           const model::MultiExitModel& model, std::span<float> input)
{
    if (auto read = read_padded(data, begin, count, model, input); !read)
        return read;
    const std::size_t width = input.size() / static_cast<std::size_t>(model.batch);
    for (std::size_t i = 0; i < count; ++i)
        if (!is_finite(input.subspan(i * width, width)))
            return bad_input(data.origin(SampleIndex(begin + i)),
                             "has values that are NaN or infinity; leave such images out with --skip-unreadable");
    return {};
}

bool may_lose_numbers(const model::Graph& graph)
{
    constexpr std::string_view risky[] = {
        "Acos", "Acosh", "Asin",         "Atanh",      "Div",  "Exp", "Log", "LpNormalization",
        "Mod",  "Pow",   "ReduceLogSum", "Reciprocal", "Sqrt", "Tan"};
    return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const model::Node& node) {
        return std::find(std::begin(risky), std::end(risky), node.op) != std::end(risky);
    });
}

Expected<void> check_answers(const model::MultiExitModel& model, const dataset::Dataset& data,
                             const FiniteOptions& options, Progress& progress)
{
    const auto bad = first_bad_exits(model, data, options, progress);
    if (!bad)
        return tl::unexpected<Error>(bad.error());
    for (std::size_t i = 0; i < bad->size(); ++i)
        if ((*bad)[i] < model.exit_count())
            return tl::unexpected<Error>(
                not_finite(data, SampleIndex(i), model.stages[(*bad)[i]].exit_name, fp32.name()));
    return {};
}

Expected<void> check_hidden_answers(const model::MultiExitModel& model, std::span<const Precision> precisions,
                                    const dataset::Dataset& data, const FiniteOptions& options, Progress& progress)
{
    const bool seen =
        std::any_of(precisions.begin(), precisions.end(), [](Precision precision) { return precision.is_float(); });
    if (seen || !may_lose_numbers(model.graph))
        return {};
    return check_answers(model, data, options, progress);
}

Expected<dataset::DatasetPtr> finite_part(const model::MultiExitModel& model, dataset::DatasetPtr data,
                                          const FiniteOptions& options, Progress& progress)
{
    std::vector<std::string> unreadable(data->size());
    const auto bad = first_bad_exits(model, *data, options, progress, &unreadable);
    if (!bad)
        return tl::unexpected<Error>(bad.error());
    std::vector<SampleIndex> kept;
    std::string named;
    std::vector<dataset::Skipped> left_out;
    bool all_read = true;
    for (std::size_t i = 0; i < bad->size(); ++i) {
        const bool read = unreadable[i].empty();
        if (read && (*bad)[i] == model.exit_count()) {
            kept.emplace_back(i);
            continue;
        }
        all_read = all_read && read;
        const std::string exit = read ? "exit " + model.stages[(*bad)[i]].exit_name : std::string();
        left_out.push_back({data->origin(SampleIndex(i)),
                            read ? "the network answers with NaN or infinity at " + exit : unreadable[i]});
        if (left_out.size() <= most_named)
            named +=
                (left_out.size() > 1 ? ", " : "") + left_out.back().origin + " (" + (read ? exit : unreadable[i]) + ")";
    }
    if (left_out.empty())
        return data;
    if (kept.empty())
        return bad_input(data->info().source,
                         all_read ? "the network answers with NaN or infinity on every image; check its preprocessing"
                                  : "no image is left, each is unreadable or answered with NaN or infinity: " + named);
    if (left_out.size() > most_named)
        named += " and " + std::to_string(left_out.size() - most_named) + " more";
    const std::string name = data->info().name;
    const Notice notice{"left-out", std::to_string(left_out.size()) + " of " + std::to_string(data->size()) +
                                        " images of " + name + " are left out because " +
                                        (all_read ? "" : "they cannot be read or ") +
                                        "the network answers with NaN or infinity: " + named};
    return std::make_shared<Noted>(dataset::subset(std::move(data), std::move(kept), name), notice, left_out);
}

}  // namespace exitscope::engine
