// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "core/analysis/query/predicate.h"
#include "core/base/number_text.h"

namespace exitscope::query {
namespace {

using Interval = Predicate::Interval;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Whether the column holds floats, so that constants are rounded to float before comparing.
bool is_float(Field field)
{
    switch (field) {
    case Field::predicted_error:
    case Field::confidence:
    case Field::entropy:
    case Field::margin:
    case Field::true_probability: return true;
    default: return false;
    }
}

/// Whether values are between 0 and 1, so that 20 is a slip for 20%.
bool is_share(Field field)
{
    return is_float(field) && field != Field::entropy;
}

double neighbour(double value, double towards, bool as_float)
{
    return as_float ? double(std::nextafter(static_cast<float>(value), static_cast<float>(towards)))
                    : std::nextafter(value, towards);
}

std::optional<double> to_number(std::string_view text)
{
    double scale = 1;
    if (!text.empty() && text.back() == '%') {
        text.remove_suffix(1);
        scale = 0.01;
    }
    const std::optional<double> value = number_of(text);
    return value && std::isfinite(*value) ? std::optional(*value * scale) : std::nullopt;
}

class Binder {
public:
    Binder(const Query& query, const run::Run& run) : query_(query), run_(run) {}

    Expected<Predicate::Test> bind(const Condition& condition) const
    {
        if (const char* missing = unknown_to_run(condition.field))
            return error(condition.position, missing);
        Predicate::Test test{condition.field, {}, {}, condition.flag};
        if (kind_of(condition.field) == FieldKind::flag)
            return test;
        const bool ordered = condition.comparison != Comparison::equal && condition.comparison != Comparison::not_equal;
        const FieldKind kind = kind_of(condition.field);
        if (ordered && (kind == FieldKind::class_name || kind == FieldKind::path))
            return error(condition.position, "classes and paths have no order; use :, = or !=");
        if (kind == FieldKind::path) {
            test.flag = condition.comparison == Comparison::equal;
            for (const Value& value : condition.values)
                test.paths.push_back(value.text);
            return test;
        }
        std::vector<Interval> listed;
        for (const Value& value : condition.values) {
            Expected<Interval> range = interval(condition.field, value, ordered);
            if (!range)
                return forward(range);
            listed.push_back(*range);
        }
        const bool as_float = is_float(condition.field);
        test.intervals = compared(condition.comparison, std::move(listed), as_float);
        return test;
    }

private:
    [[nodiscard]] tl::unexpected<Error> error(std::size_t position, std::string detail) const
    {
        return fail(ErrorCode::usage, place(query_.text, position), std::move(detail));
    }

    [[nodiscard]] const char* unknown_to_run(Field field) const
    {
        if (field == Field::label && !run_.test.labelled())
            return "the test split has no labels";
        if (field == Field::true_probability && run_.test.true_probability.empty())
            return "this run does not know the probability of the true class";
        if ((field == Field::entropy || field == Field::margin) && run_.confidences_only())
            return "this run knows confidences only";
        return nullptr;
    }

    Expected<Interval> interval(Field field, const Value& value, bool ordered) const
    {
        if (kind_of(field) == FieldKind::class_name) {
            Expected<double> index = class_index(value);
            if (!index)
                return forward(index);
            return Interval{*index, *index};
        }
        if (kind_of(field) == FieldKind::precision) {
            const std::optional<Precision> precision = Precision::parse(value.text);
            if (!precision)
                return error(value.position, "\"" + value.text + "\" is not a precision like w8a8 or fp32");
            return Interval{precision_key(*precision), precision_key(*precision)};
        }
        const std::size_t dots = value.text.find("..");
        const bool is_range = dots != std::string::npos && !ordered;
        const std::optional<double> low =
            to_number(std::string_view(value.text).substr(0, is_range ? dots : std::string::npos));
        const std::optional<double> high = is_range ? to_number(std::string_view(value.text).substr(dots + 2)) : low;
        if (!low || !high)
            return error(value.position, "\"" + value.text + "\" is not a number like 0.2 or 20%" +
                                             (ordered ? "" : ", and no range like 0.1..0.2"));
        if (is_share(field) && *low > 1 && value.text.find('%') == std::string::npos)
            return error(value.position, "\"" + value.text + "\" is above 1, which no image reaches; did you mean " +
                                             value.text + "%?");
        const bool as_float = is_float(field);
        return Interval{as_float ? double(static_cast<float>(*low)) : *low,
                        as_float ? double(static_cast<float>(*high)) : *high};
    }

    /// The class with exactly this name, else with this name in another case, else with this number; "#3" is always the
    /// number.
    Expected<double> class_index(const Value& value) const
    {
        const std::vector<std::string>& names = run_.class_names;
        const auto exact = std::find(names.begin(), names.end(), value.text);
        if (exact != names.end())
            return double(exact - names.begin());
        const auto same = std::find_if(names.begin(), names.end(),
                                       [&](const std::string& name) { return same_word(name, value.text); });
        if (same != names.end())
            return double(same - names.begin());
        const bool marked = !value.quoted && value.text.starts_with('#');
        const std::string digits = marked ? value.text.substr(1) : value.text;
        std::size_t number = 0;
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (problem == std::errc() && end == digits.data() + digits.size() && number < run_.classes)
            return double(number);
        const std::vector<std::string_view> known(names.begin(), names.end());
        const std::optional<std::string_view> meant = nearest(value.text, known);
        return error(value.position, "there is no class \"" + value.text + "\"" +
                                         (meant ? "; did you mean \"" + std::string(*meant) + "\"?"
                                                : " among the " + std::to_string(run_.classes)));
    }

    /// The intervals in which `value COMPARISON listed` holds.
    static std::vector<Interval> compared(Comparison comparison, std::vector<Interval> listed, bool as_float)
    {
        const double value = listed.front().low;
        switch (comparison) {
        case Comparison::less: return {{-infinity, neighbour(value, -infinity, as_float)}};
        case Comparison::less_equal: return {{-infinity, value}};
        case Comparison::greater: return {{neighbour(value, infinity, as_float), infinity}};
        case Comparison::greater_equal: return {{value, infinity}};
        case Comparison::equal:
        case Comparison::not_equal: break;
        }
        std::vector<Interval> joined = join(std::move(listed));
        if (comparison == Comparison::equal)
            return joined;
        std::vector<Interval> between;
        double from = -infinity;
        for (const Interval& out : joined) {
            between.push_back({from, neighbour(out.low, -infinity, as_float)});
            from = neighbour(out.high, infinity, as_float);
        }
        between.push_back({from, infinity});
        return between;
    }

    /// The union of the intervals: ascending, without overlaps and without empty ones.
    static std::vector<Interval> join(std::vector<Interval> listed)
    {
        std::erase_if(listed, [](const Interval& range) { return range.low > range.high; });
        std::sort(listed.begin(), listed.end(), [](const Interval& a, const Interval& b) { return a.low < b.low; });
        std::vector<Interval> joined;
        for (const Interval& range : listed) {
            if (!joined.empty() && range.low <= joined.back().high)
                joined.back().high = std::max(joined.back().high, range.high);
            else
                joined.push_back(range);
        }
        return joined;
    }

    const Query& query_;
    const run::Run& run_;
};

}  // namespace

Expected<Predicate> Predicate::bind(const Query& query, const run::Run& run)
{
    Predicate predicate;
    std::size_t held = 0;
    for (const query::Step& step : query.steps) {
        predicate.steps_.push_back({step.kind, predicate.tests_.size()});
        if (step.kind == query::Step::Kind::condition) {
            Expected<Test> test = Binder(query, run).bind(step.condition);
            if (!test)
                return forward(test);
            predicate.tests_.push_back(std::move(*test));
            predicate.stack_ = std::max(predicate.stack_, ++held);
        } else if (step.kind != query::Step::Kind::negation) {
            --held;
        }
    }
    return predicate;
}

Expected<Predicate> Predicate::bind(std::string_view text, const run::Run& run)
{
    Expected<Query> query = parse(text);
    if (!query)
        return forward(query);
    return bind(*query, run);
}

}  // namespace exitscope::query
