// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a bundle on Exitscope's own engine: run BUNDLE IMAGES [ANSWERS.csv]
// IMAGES is any data set that Exitscope opens. The stages run on the integers of their files.
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <numeric>
#include <stdexcept>

#include <exitscope/analysis/policy/pooled_fit.h>
#include <exitscope/base/random.h>
#include <exitscope/deploy/evaluate/state_walk.h>
#include <exitscope/network/dataset/dataset.h>
#include <exitscope/network/engine/graph_program.h>
#include <nlohmann/json.hpp>

using namespace exitscope;
using Json = nlohmann::json;

template <class T>
T value_of(Expected<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().message());
    return std::move(*result);
}

/// The option of least predicted error + lambda * cost; errors are piecewise linear in the stretched confidence.
std::size_t cheapest(const Json& gate, double confidence, double lambda)
{
    const Json& basis = gate["basis"];
    const double z = (-std::log(std::max(0.0, 1 - confidence) + 1e-4) - double(basis["mean"])) * double(basis["scale"]);
    std::vector<double> values{1, z};
    for (const double kink : basis["kinks"])
        values.push_back(std::max(0.0, z - kink));
    std::pair<double, std::size_t> best{INFINITY, 0};
    for (const Json& option : gate["options"]) {
        const std::vector<double> weights = option["weights"];
        const double error = std::inner_product(weights.begin(), weights.end(), values.begin(), 0.0);
        const double paid = error + lambda * double(option["cost"]);
        if (paid < best.first)
            best = {paid, option["next"]};
    }
    return best.second;
}

double score(const Json& rule, const run::Statistics& s, int agreeing, std::uint64_t sample)
{
    const std::string kind = rule["kind"];
    if (kind == "entropy")
        return -double(s.entropy);
    if (kind == "margin")
        return s.margin;
    if (kind == "agreement")
        return agreeing;
    if (kind == "table") {
        const std::vector<double> edges = rule["edges"];
        return rule["values"][std::upper_bound(edges.begin(), edges.end(), double(s.maximum)) - edges.begin()];
    }
    if (kind == "linear") {
        const double known[] = {s.maximum, s.entropy, s.margin, s.square_entropy};
        double sum = rule["weights"][4];
        for (std::size_t d = 0; d < 4; ++d)
            sum += double(rule["weights"][d]) * (known[d] - double(rule["mean"][d])) * double(rule["scale"][d]);
        return sum;
    }
    return s.maximum + (rule.contains("tie_seed") ? 1e-10 * hash_uniform(rule["tie_seed"], sample) : 0.0);
}

class Bundle {
public:
    struct Left {
        std::size_t state;
        unsigned prediction;
    };

    explicit Bundle(std::filesystem::path folder) : folder_(std::move(folder))
    {
        std::ifstream(folder_ / "policy.json") >> policy;
    }

    Left classify(std::vector<float> image, std::uint64_t sample)
    {
        const double share = policy["upper_share"];
        const Json& rule = policy["rules"][share > 0 && hash_uniform(policy["seed"], sample) < share ? 1 : 0];
        tensors_.clear();
        tensors_[policy["model"]["input"]] = std::move(image);
        logarithms_.clear();
        std::size_t state = none;
        unsigned prediction = none;
        int agreeing = 0;
        for (std::size_t next = rule["start"]; next != state;) {
            const evaluate::Answer answer = ask(state, next);
            agreeing = answer.prediction == prediction ? agreeing + 1 : 1;
            prediction = answer.prediction;
            state = next;
            for (const Json& gate : rule["gates"]) {
                if (gate["state"] != state)
                    continue;
                if (gate.contains("options")) {
                    next = cheapest(gate, answer.statistics.maximum, rule["lambda"]);
                    continue;
                }
                const double reached = score(gate["score"], answer.statistics, agreeing, sample);
                const double threshold = gate["threshold"];
                if (!(reached > threshold || (gate["or_equal"] && reached == threshold)))
                    next = gate["otherwise"];
            }
        }
        return {state, prediction};
    }

    Json policy;

private:
    static constexpr unsigned none = ~0U;

    /// Runs the stages from `state` (or the start) to `next`; the answer there.
    evaluate::Answer ask(std::size_t state, std::size_t next)
    {
        std::vector<std::size_t> way;
        for (Json s = next; !s.is_null() && s != state; s = policy["states"][std::size_t(s)]["parent"])
            way.insert(way.begin(), s.get<std::size_t>());
        evaluate::Answer answer{};
        for (const std::size_t s : way) {
            const Json& on = policy["states"][s];
            for (const Json& step : on["run"])
                run(policy["stages"][std::size_t(step["stage"])]["files"][std::string(step["precision"])]);
            if (!on["asked"])
                continue;
            const Json& stage = policy["stages"][std::size_t(on["exit"])];
            const std::vector<float>& outputs = tensors_.at(stage["exit"]);
            scratch_.resize(outputs.size());
            const OutputKind kind = stage["probabilities"] ? OutputKind::probabilities : OutputKind::logits;
            answer = evaluate::read_answer(outputs, kind, scratch_);
            if (!on.contains("pool"))
                continue;
            logarithms_.resize(logarithms_.size() + outputs.size());
            policy::pool_logarithms(answer.probabilities, std::span(logarithms_).last(outputs.size()));
            pooled_.resize(outputs.size());
            policy::pool_one({on["pool"]["weights"], on["pool"]["bias"]}, logarithms_, pooled_);
            answer = evaluate::read_answer(pooled_, OutputKind::probabilities, scratch_);
        }
        return answer;
    }

    void run(const std::string& file)
    {
        auto found = programs_.find(file);
        if (found == programs_.end())
            found = programs_.emplace(file, value_of(engine::GraphProgram::open(folder_ / file))).first;
        engine::GraphProgram& program = found->second;
        std::vector<const float*> in;
        std::vector<float*> out;
        for (const auto& port : program.inputs())
            in.push_back(tensors_.at(port.name).data());
        for (const auto& port : program.outputs()) {
            tensors_[port.name].resize(static_cast<std::size_t>(model::element_count(port.shape)));
            out.push_back(tensors_[port.name].data());
        }
        program.run(in, out);
    }

    std::filesystem::path folder_;
    std::map<std::string, engine::GraphProgram> programs_;  ///< by file
    std::map<std::string, std::vector<float>> tensors_;     ///< of one image
    std::vector<float> logarithms_, scratch_, pooled_;
};

int main(int argc, char** argv)
try {
    if (argc < 3)
        throw std::runtime_error("usage: run BUNDLE IMAGES [ANSWERS.csv]");
    Bundle bundle(argv[1]);
    const dataset::DatasetPtr images = value_of(dataset::open(argv[2]));
    const auto how = value_of(dataset::Preprocessing::from_json(bundle.policy["preprocessing"].dump()));
    std::ofstream file;
    if (argc > 3)
        file.open(argv[3]);
    std::ostream& out = argc > 3 ? file : std::cout;
    out << "sample,prediction,exit,path,relative_cost\n";
    for (std::size_t i = 0; i < images->size(); ++i) {
        std::vector<float> image(how.values());
        if (const auto read = dataset::read_batch(*images, i, 1, how, image); !read)
            throw std::runtime_error(read.error().message());
        const std::uint32_t sample = images->source_position(SampleIndex(i)).value;
        const Bundle::Left left = bundle.classify(std::move(image), sample);
        const Json& state = bundle.policy["states"][left.state];
        out << sample << ',' << left.prediction << ',' << state["exit"] << ',' << std::string(state["name"]) << ','
            << state["relative_cost"] << '\n';
    }
    return out.flush() ? 0 : 4;
} catch (const std::exception& error) {
    std::cerr << "run: " << error.what() << '\n';
    return 2;
}
