// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/bundle/policy_json.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/envelope.h"
#include "core/deploy/adaptive/steps.h"

namespace exitscope::bundle {
namespace {

using Json = nlohmann::ordered_json;
using policy::DecisionRule;
using policy::ExitScore;

const char* name(ExitScore::Kind kind)
{
    switch (kind) {
    case ExitScore::Kind::confidence: return "confidence";
    case ExitScore::Kind::entropy: return "entropy";
    case ExitScore::Kind::margin: return "margin";
    case ExitScore::Kind::agreement: return "agreement";
    case ExitScore::Kind::table: return "table";
    case ExitScore::Kind::linear: return "linear";
    }
    return "confidence";
}

/// Where a rule may lead from a state, the state itself left out.
template <class Visit>
void for_each_next(const DecisionRule& rule, Visit visit)
{
    for (const DecisionRule::Threshold& gate : rule.thresholds)
        visit(gate.otherwise);
    for (const DecisionRule::Forecast& gate : rule.forecasts)
        for (const DecisionRule::Forecast::Option& option : gate.options)
            visit(option.next);
}

/// Writes the parts of policy.json that refer to states, by their position in OperatingPoint::states.
class Writer {
public:
    Writer(const analyse::PolicyResult& policy, const DeployedPoint& point)
        : policy_(policy), run_(policy.analysis->run()), point_(point)
    {
    }

    [[nodiscard]] Json states() const
    {
        const adaptive::Steps steps = adaptive::steps_of(run_);
        Json list = Json::array();
        for (std::size_t i = 0; i < point_.states.size(); ++i) {
            const StateIndex index = point_.states[i];
            const run::State& state = run_.states[index.at()];
            Json run = Json::array();
            for (const adaptive::StageRun& step : steps.to(index))
                run.push_back({{"stage", step.stage}, {"precision", run_.precisions[step.level].name()}});
            Json entry = {
                {"name", state.name()}, {"exit", state.exit.at()}, {"relative_cost", policy_.costs.relative(index)},
                {"parent", nullptr},    {"run", std::move(run)},   {"asked", static_cast<bool>(point_.asked[i])}};
            if (state.parent)
                entry["parent"] = position(*state.parent);
            if (const auto pools = policy_.analysis->pools(); !pools.empty() && point_.asked[i])
                entry["pool"] = {{"weights", pools[index.at()].weights}, {"bias", pools[index.at()].bias}};
            list.push_back(std::move(entry));
        }
        return list;
    }

    [[nodiscard]] Json rules() const
    {
        Json list = Json::array();
        for (const DecisionRule& rule : point_.rules) {
            Json gates = Json::array();
            for (const DecisionRule::Threshold& gate : rule.thresholds)
                gates.push_back({{"state", position(gate.state)},
                                 {"score", score(gate.score)},
                                 {"threshold", gate.threshold},
                                 {"or_equal", gate.or_equal},
                                 {"otherwise", position(gate.otherwise)}});
            for (const DecisionRule::Forecast& gate : rule.forecasts)
                gates.push_back(forecast(gate));
            list.push_back({{"start", position(rule.start)}, {"lambda", rule.lambda}, {"gates", std::move(gates)}});
        }
        return list;
    }

private:
    [[nodiscard]] std::size_t position(StateIndex state) const
    {
        const auto at = std::lower_bound(point_.states.begin(), point_.states.end(), state);
        return static_cast<std::size_t>(at - point_.states.begin());
    }

    [[nodiscard]] static Json score(const ExitScore& score)
    {
        Json json = {{"kind", name(score.kind)}};
        if (score.tie_seed)
            json["tie_seed"] = *score.tie_seed;
        if (score.kind == ExitScore::Kind::table) {
            json["edges"] = score.edges;
            json["values"] = score.values;
        } else if (score.kind == ExitScore::Kind::linear) {
            json["mean"] = score.mean;
            json["scale"] = score.scale;
            json["weights"] = score.weights;
        }
        return json;
    }

    [[nodiscard]] Json forecast(const DecisionRule::Forecast& gate) const
    {
        Json options = Json::array();
        for (const DecisionRule::Forecast::Option& option : gate.options)
            options.push_back({{"cost", option.cost},
                               {"next", position(option.next)},
                               {"weights", gate.forecast.weights[option.terminal]}});
        return {
            {"state", position(gate.state)},
            {"basis", {{"mean", gate.forecast.mean}, {"scale", gate.forecast.scale}, {"kinks", gate.forecast.kinks}}},
            {"options", std::move(options)}};
    }

    const analyse::PolicyResult& policy_;
    const run::Run& run_;
    const DeployedPoint& point_;
};

Json stages(const model::MultiExitModel& model, const DeployedPoint& point, const std::vector<std::string>& names)
{
    const auto list = [&](const std::vector<ValueIndex>& values) {
        Json texts = Json::array();
        for (const ValueIndex value : values)
            texts.push_back(names[value.at()]);
        return texts;
    };
    Json all = Json::array();
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
        const model::Stage& stage = model.stages[s];
        Json files = Json::object();
        for (const Part& part : point.parts)
            if (part.stage == StageIndex(s))
                files[part.precision.name()] = part.file();
        all.push_back({{"exit", names[stage.exit.at()]},
                       {"probabilities", stage.exit_kind != OutputKind::logits},
                       {"inputs", list(stage.inputs)},
                       {"outputs", list(stage.outputs)},
                       {"files", std::move(files)}});
    }
    return all;
}

}  // namespace

std::string Part::file() const
{
    return "stage" + std::to_string(stage.at() + 1) + "-" + precision.name() + ".onnx";
}

Expected<DeployedPoint> deployed_point(const analyse::PolicyResult& policy, const analyse::Decisions& decisions)
{
    const run::Run& run = policy.analysis->run();
    const policy::Mix mix = policy::at_budget(policy.fitted->points(), decisions.budget, policy.fitted->mixes());
    DeployedPoint point;
    point.upper_share = mix.upper_share;
    for (std::size_t p = mix.lower; p <= mix.lower + (mix.upper_share > 0 ? 1 : 0); ++p) {
        std::optional<DecisionRule> rule = policy.fitted->rule(p);
        if (!rule)
            return fail(ErrorCode::usage, policy.info->name,
                        "this policy consists neither of thresholds nor of linear forecasts and cannot be exported");
        point.rules.push_back(std::move(*rule));
    }

    const bool pooled = !policy.analysis->pools().empty();
    std::vector<bool> reached(run.states.size(), false);
    std::vector<bool> asked(run.states.size(), false);
    const auto reach = [&](StateIndex state) {
        asked[state.at()] = true;
        for (const StateIndex before : policy::way_to(run.states, state)) {
            reached[before.at()] = true;
            asked[before.at()] = asked[before.at()] || pooled;
        }
    };
    for (const DecisionRule& rule : point.rules) {
        reach(rule.start);
        for_each_next(rule, reach);
    }
    const adaptive::Steps steps = adaptive::steps_of(run);
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        if (!reached[s])
            continue;
        point.states.emplace_back(s);
        point.asked.push_back(asked[s]);
        for (const adaptive::StageRun& step : steps.to(StateIndex(s))) {
            const StageIndex stage(step.stage);
            const Precision precision = run.precisions[step.level];
            auto part = std::find_if(point.parts.begin(), point.parts.end(), [&](const Part& other) {
                return other.stage == stage && other.precision == precision;
            });
            if (part == point.parts.end())
                part = point.parts.insert(part, {stage, precision});
            part->with_exit = part->with_exit || (asked[s] && step.state.has_value());
        }
    }
    std::sort(point.parts.begin(), point.parts.end(), [](const Part& a, const Part& b) {
        return a.stage != b.stage ? a.stage < b.stage : a.precision < b.precision;
    });
    return point;
}

std::string policy_json(const model::MultiExitModel& model, const analyse::PolicyResult& policy,
                        const analyse::Decisions& decisions, const DeployedPoint& point,
                        const std::vector<std::string>& tensor_names)
{
    const run::Run& run = policy.analysis->run();
    const Writer writer(policy, point);
    const analyse::Outcome& outcome = decisions.outcome;
    Json json = {{"format", "exitscope-policy"}, {"format_version", 1},        {"policy", policy.info->name},
                 {"title", policy.info->title},  {"budget", decisions.budget}, {"cost", cost::name(policy.costs.kind)}};
    json["expected"] = {{"data", run.test.dataset},
                        {"samples", run.test.samples},
                        {"accuracy", nullptr},
                        {"relative_cost", outcome.relative_cost},
                        {"exits", outcome.exit_share}};
    if (outcome.accuracy.samples > 0)
        json["expected"]["accuracy"] = outcome.accuracy.value;
    const dataset::Preprocessing& how = model.preprocessing;
    json["model"] = {{"file", model.path.filename().string()},
                     {"hash", model.content_hash},
                     {"input", tensor_names[model.input().at()]},
                     {"classes", model.classes},
                     {"class_names", run.class_names}};
    json["preprocessing"] = Json::parse(how.to_json());
    json["stages"] = stages(model, point, tensor_names);
    json["states"] = writer.states();
    json["seed"] = policy.analysis->seed();
    json["upper_share"] = point.upper_share;
    json["rules"] = writer.rules();
    return json.dump(1) + "\n";
}

}  // namespace exitscope::bundle
