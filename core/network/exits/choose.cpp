// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/choose.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>
#include <string_view>
#include <utility>

#include "core/base/parallel.h"
#include "core/base/random.h"

namespace exitscope::exits {
namespace {

constexpr int pilot_share = 5;

struct Job {
    std::size_t exit = 0;
    HeadSpec spec;
    TrainedHead trained;
};

double worth(const Job& job, std::int64_t network_macs)
{
    return job.trained.accuracy -
           price_of_macs * double(job.spec.macs()) / double(std::max<std::int64_t>(network_macs, 1));
}

void run_jobs(std::string_view phase, std::vector<Job>& jobs, const HeadTraining& how, Progress& progress,
              const EpochObserver& observer)
{
    std::vector<std::size_t> order(jobs.size());  // most expensive first, so that threads finish at about the same time
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return jobs[a].spec.macs() > jobs[b].spec.macs(); });
    progress.begin(phase, jobs.size() * static_cast<std::size_t>(how.options.epochs));
    std::mutex mutex;
    for_each_job(jobs.size(), how.threads, [&](std::size_t j) {
        Job& job = jobs[order[j]];
        const std::size_t e = job.exit;
        TrainOptions options = how.options;
        options.seed =
            mix64(options.seed ^ mix64(e * std::size(all_head_kinds) + static_cast<std::size_t>(job.spec.kind)));
        const auto observe = [&](EpochReport report) {
            report.exit = e;
            const std::scoped_lock lock(mutex);
            observer(report);
        };
        job.trained = train_head(stored_spec(job.spec, how.cuts[e]), how.train.at(e), how.held_out.at(e), options,
                                 progress, observer ? EpochObserver(observe) : EpochObserver());
        job.trained.head.spec = job.spec;
    });
}

}  // namespace

std::vector<TrainedHead> train_heads(const std::vector<std::vector<HeadSpec>>& candidates, const HeadTraining& how,
                                     Progress& progress, const EpochObserver& observer)
{
    std::vector<Job> pilots;
    std::vector<Job> finals;
    std::vector<Job*> chosen(candidates.size(), nullptr);  ///< the pilot whose kind is trained in full
    for (std::size_t e = 0; e < candidates.size(); ++e) {
        finals.push_back({e, candidates[e].front(), {}});
        if (candidates[e].size() > 1)
            for (const HeadSpec& spec : candidates[e])
                pilots.push_back({e, spec, {}});
    }
    if (!pilots.empty()) {
        HeadTraining pilot = how;
        pilot.options.epochs = std::max(how.options.epochs / pilot_share, std::min(how.options.epochs, 2));
        run_jobs("Comparing heads", pilots, pilot, progress, {});
        std::vector<double> best(finals.size(), -std::numeric_limits<double>::infinity());
        for (Job& job : pilots)
            if (const double value = worth(job, how.network_macs); value > best[job.exit]) {
                best[job.exit] = value;
                chosen[job.exit] = &job;
                finals[job.exit].spec = job.spec;
            }
    }
    run_jobs("Training heads", finals, how, progress, observer);
    if (progress.cancelled())
        for (std::size_t e = 0; e < finals.size(); ++e)
            if (chosen[e] && chosen[e]->trained.loss < finals[e].trained.loss)
                finals[e].trained = std::move(chosen[e]->trained);
    std::vector<TrainedHead> trained;
    trained.reserve(finals.size());
    for (Job& job : finals)
        trained.push_back(std::move(job.trained));
    return trained;
}

}  // namespace exitscope::exits
