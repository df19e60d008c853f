// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sample_tasks.h"

#include <algorithm>

#include "app/session.h"
#include "widgets/samples/sample_model.h"
#include "widgets/samples/sample_view.h"

namespace exitscope::app {

SampleTasks::SampleTasks(Session& session, gui::SampleView& view) : QObject(&view), session_(session), view_(view)
{
    connect(&view_, &gui::SampleView::sampleSelected, this, [this](SampleIndex sample) { session_.select(sample); });
    connect(&session_, &Session::outlineChanged, this, &SampleTasks::showOutline);
    connect(&session_, &Session::runChanged, this, [this] {
        if (!session_.outline())
            view_.clear();
        view_.setSelected(session_.selected());
    });
    connect(&session_, &Session::passingChanged, this,
            [this] { view_.setSamples(session_.point(), session_.passing()); });
    connect(&session_, &Session::selectionChanged, this, [this] { view_.setSelected(session_.selected()); });
}

/// A large run shows the full model's answers before it is read and fitted.
void SampleTasks::showOutline()
{
    if (session_.point()->decided())
        return;
    const std::shared_ptr<const Outline>& outline = session_.outline();
    if (!outline) {
        view_.clear();
        return;
    }
    std::vector<SampleIndex> all(outline->point->run->test.samples);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = SampleIndex(i);
    view_.setSamples(outline->point, all);
}

void SampleTasks::moveSelection(int step)
{
    const gui::SampleModel& model = view_.model();
    if (model.rowCount() == 0)
        return;
    const int row = session_.selected() ? model.row(*session_.selected()) : -1;
    session_.select(model.sample(std::clamp(row + step, 0, model.rowCount() - 1)));
}

}  // namespace exitscope::app
