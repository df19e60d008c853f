// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/quantization_tasks.h"

#include "app/session.h"
#include "widgets/quantization/quantization_view.h"

namespace exitscope::app {
namespace {

constexpr Lane flipsLane{"flips"};
constexpr Lane quantizationLane{"quantization"};

}  // namespace

QuantizationTasks::QuantizationTasks(Session& session, gui::QuantizationView& view)
    : QObject(&view), session_(session), view_(view)
{
    connect(&view_, &gui::QuantizationView::asked, this, &QuantizationTasks::measureLayers);
    connect(&view_, &gui::QuantizationView::cancelled, this, [this] { session_.jobs().cancel(quantizationLane); });
    connect(&session_.jobs(), &Jobs::statusChanged, this,
            [this] { view_.setWorking(session_.jobs().busy(quantizationLane)); });
    connect(&session_, &Session::runChanged, this, &QuantizationTasks::showRun);
}

void QuantizationTasks::showRun()
{
    session_.jobs().cancel(quantizationLane);
    view_.setRun(session_.run());
    if (!session_.run())
        return;
    // no title: one pass over the answers
    session_.jobs().start<std::vector<analyse::PrecisionFlips>>(
        flipsLane, {},
        [run = session_.run()](Progress&) -> Expected<std::vector<analyse::PrecisionFlips>> {
            return analyse::precision_flips(*run);
        },
        [this](std::vector<analyse::PrecisionFlips> flips) { view_.setFlips(std::move(flips)); });
}

void QuantizationTasks::measureLayers()
{
    if (!session_.run())
        return;
    session_.jobs().start<evaluate::QuantizationFindings>(
        quantizationLane, tr("Measuring layers"),
        [run = session_.run(), model = session_.model()](Progress& progress) {
            const bool same = model && model->content_hash == run->provenance.model_hash &&
                              model->preprocessing.to_json() == run->provenance.preprocessing;
            calibrate::LayerStudyOptions options;
            options.threads = 0;
            return evaluate::quantization_findings(*run, same ? model.get() : nullptr, options, progress);
        },
        [this](evaluate::QuantizationFindings findings) { view_.setFindings(std::move(findings)); });
}

}  // namespace exitscope::app
