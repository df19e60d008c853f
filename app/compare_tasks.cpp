// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare_tasks.h"

#include "app/session.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/paired.h"
#include "widgets/compare/compare_view.h"

namespace exitscope::app {
namespace {

constexpr int restMilliseconds = 150;
constexpr Lane comparisonLane{"comparison"};

Expected<gui::Comparison> comparison(const gui::PinnedPoint& a, const analyse::PolicyResult& policy,
                                     const gui::OperatingPoint& b, std::uint64_t seed)
{
    const analyse::ComparedPoint pinned{a.policy, a.decisions};
    const analyse::ComparedPoint now{policy, b.decisions};
    Expected<analyse::PairedTest> test = analyse::paired_test(now, pinned, seed);
    if (!test)
        return forward(test);
    Expected<analyse::Flips> flips = analyse::flips(pinned, now);
    if (!flips)
        return forward(flips);
    return gui::Comparison{*test, std::move(*flips)};
}

}  // namespace

CompareTasks::CompareTasks(Session& session, gui::CompareView& view) : QObject(&view), session_(session), view_(view)
{
    rest_.setSingleShot(true);
    rest_.setInterval(restMilliseconds);
    connect(&rest_, &QTimer::timeout, this, &CompareTasks::compare);
    connect(&view_, &gui::CompareView::pinRequested, this, &CompareTasks::pin);
    connect(&view_, &gui::CompareView::comparisonWanted, &rest_, qOverload<>(&QTimer::start));
    connect(&session_, &Session::runChanged, this, [this] {
        rest_.stop();
        session_.jobs().cancel(comparisonLane);
    });
    connect(&session_, &Session::decided, this, [this] { session_.jobs().cancel(comparisonLane); });
}

void CompareTasks::pin()
{
    const analyse::PolicyResult* current = session_.result(session_.policy());
    if (!current || !session_.point()->decided())
        return;
    pinned_ = std::make_shared<const gui::PinnedPoint>(
        gui::PinnedPoint{*current, session_.point()->decisions, view_.title()});
    view_.setPinned(pinned_);
    rest_.start();
}

void CompareTasks::compare()
{
    const analyse::PolicyResult* current = session_.result(session_.policy());
    if (!pinned_ || !current || !session_.point()->decided())
        return;
    // no title: it takes a few hundredths of a second, and every step of the slider asks for it
    session_.jobs().start<gui::Comparison>(
        comparisonLane, {},
        [pinned = pinned_, policy = *current, now = session_.point(),
         seed = session_.settings().options.seed](Progress&) { return comparison(*pinned, policy, *now, seed); },
        [this](gui::Comparison compared) { view_.setComparison(std::move(compared)); },
        [this](const Error& error) { view_.setComparison(tl::unexpected<Error>(error)); });
}

}  // namespace exitscope::app
