// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/adaptive/rerun.h"

#include <utility>

#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/gates.h"
#include "core/base/random.h"
#include "core/deploy/adaptive/adaptive.h"
#include "core/deploy/adaptive/pipeline.h"
#include "core/deploy/evaluate/reopen.h"
#include "core/network/dataset/in_memory.h"
#include "core/network/dataset/preprocessing.h"
#include "core/network/engine/hand_over.h"

namespace exitscope::adaptive {

Expected<std::shared_ptr<const Rerun>> Rerun::make(run::RunPtr measured,
                                                   std::shared_ptr<const model::MultiExitModel> model)
{
    std::shared_ptr<Rerun> made(new Rerun);
    if (!model) {
        auto opened = evaluate::reopen_model(*measured);
        if (!opened)
            return forward(opened);
        model = std::make_shared<const model::MultiExitModel>(std::move(*opened));
    }
    if (auto fits = check_model(*model, *measured); !fits)
        return forward(fits);
    auto single = engine::batched(*model, 1);
    if (!single)
        return forward(single);
    evaluate::set_exit_kinds(*single, *measured);
    if (const std::string& stored = measured->provenance.preprocessing; !stored.empty()) {
        auto as_in_run = dataset::Preprocessing::from_json(stored);
        if (!as_in_run)
            return forward(as_in_run);
        single->preprocessing = std::move(*as_in_run);
    }
    made->single_ = std::make_unique<const model::MultiExitModel>(std::move(*single));
    auto programs = evaluate::compile_programs(*made->single_, measured->quantization.get(), measured->precisions);
    if (!programs)
        return forward(programs);
    made->programs_ = std::move(*programs);
    made->run_ = std::move(measured);
    made->model_ = std::move(model);
    return std::shared_ptr<const Rerun>(std::move(made));
}

Expected<std::optional<Way>> Rerun::way(const dataset::Image& image, const analyse::PolicyResult& policy, double budget,
                                        std::uint32_t source) const
{
    const policy::Mix mix = policy::at_budget(policy.fitted->points(), budget, policy.fitted->mixes());
    const bool upper = mix.upper_share > 0 && hash_uniform(policy.analysis->seed(), source) < mix.upper_share;
    policy::GatesPtr gates = policy.fitted->gates(mix.lower + (upper ? 1 : 0));
    if (!gates || !check_separable(*single_))
        return std::nullopt;
    std::optional<Way> left;
    std::vector<policy::GatesPtr> rules;
    rules.push_back(std::move(gates));
    Pipeline pipeline(*single_, policy.analysis->run(), policy.analysis->pools(), programs_, std::move(rules),
                      [&left](const Departure& departure) {
                          left = Way{departure.state, departure.prediction};
                      });
    Ticket ticket;
    ticket.source = source;
    if (auto read = dataset::preprocess(image, single_->preprocessing, pipeline.admit(ticket)); !read)
        return forward(read);
    pipeline.finish();
    return left;
}

Expected<RerunAnswer> Rerun::answer(const dataset::Image& image, const analyse::PolicyResult& policy, double budget,
                                    std::uint32_t source) const
{
    RerunAnswer result;
    result.answers.samples = 1;
    result.answers.source_index = {source};
    const dataset::DatasetPtr data = dataset::in_memory({image}, "one image");
    const evaluate::WalkTarget target{data.get(), &result.answers};
    Progress progress;
    const auto walked = evaluate::walk_states(*single_, *run_, programs_, {&target, 1}, true, 1, progress);
    if (!walked)
        return tl::unexpected<Error>(walked.error());
    auto left = way(image, policy, budget, source);
    if (!left)
        return forward(left);
    result.way = *left;
    return result;
}

}  // namespace exitscope::adaptive
