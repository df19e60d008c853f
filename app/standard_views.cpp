// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare_tasks.h"
#include "app/guarantee_tasks.h"
#include "app/inspector_tasks.h"
#include "app/quantization_tasks.h"
#include "app/trade_off_tasks.h"
#include "app/views.h"
#include "widgets/compare/compare_view.h"
#include "widgets/confusion/confusion_view.h"
#include "widgets/error/error_view.h"
#include "widgets/exits/exit_shares_view.h"
#include "widgets/flow/flow_view.h"
#include "widgets/guarantee/guarantee_view.h"
#include "widgets/inspector/inspector_view.h"
#include "widgets/quantization/quantization_view.h"
#include "widgets/tradeoff/trade_off_view.h"

namespace exitscope::app {
namespace {

constexpr int inspectorWidth = 346;

gui::View* makeInspector(const ViewContext& context, QWidget* parent)
{
    auto* view = new gui::InspectorView(&context.thumbnails, parent);
    new InspectorTasks(context.session, *view);
    return view;
}

}  // namespace

std::vector<ViewEntry> standardViews()
{
    return {
        viewEntry<gui::TradeOffView, TradeOffTasks>(Views::tr("Trade-off"), "tradeoffDock"),
        viewEntry<gui::ExitSharesView>(Views::tr("Exits"), "exitsDock"),
        viewEntry<gui::ErrorView>(Views::tr("Predicted error"), "errorDock"),
        viewEntry<gui::FlowView>(Views::tr("Exit flow"), "flowDock"),
        viewEntry<gui::ConfusionView>(Views::tr("Confusion"), "confusionDock"),
        viewEntry<gui::CompareView, CompareTasks>(Views::tr("Compare"), "compareDock"),
        viewEntry<gui::GuaranteeView, GuaranteeTasks>(Views::tr("Guarantee"), "guaranteeDock"),
        viewEntry<gui::QuantizationView, QuantizationTasks>(Views::tr("Quantization"), "quantizationDock"),
        {Views::tr("Inspector"), "inspectorDock", makeInspector, {Qt::RightDockWidgetArea, inspectorWidth}},
    };
}

}  // namespace exitscope::app
