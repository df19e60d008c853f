// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include <QObject>
#include <QString>
#include <QTimer>

class QWidget;

namespace exitscope::gui {
class CompareView;
class ConfusionView;
class FactTable;
class FlowView;
struct GuaranteeQuestion;
class GuaranteeView;
struct PinnedPoint;
class Plot;
class QuantizationView;
}  // namespace exitscope::gui

namespace exitscope::app {

class Session;

/// The views that look closer at one operating point, tied to the session: values go in, what the user picks goes back.
/// The window gives each a dock.
class AnalysisViews : public QObject {
    Q_OBJECT
public:
    struct Page {
        QString title;
        const char* dock;  ///< the dock's object name
        QWidget* view;
    };
    /// `session` and `parent` outlive this object.
    AnalysisViews(Session& session, QWidget* parent);
    ~AnalysisViews() override;

    [[nodiscard]] const std::vector<Page>& pages() const { return pages_; }
    [[nodiscard]] std::vector<gui::Plot*> plots() const;
    [[nodiscard]] std::vector<gui::FactTable*> tables() const;
    /// Keeps the current operating point as the one to compare others with.
    void pin();

private:
    void clear();
    void showDecision();
    void compare();
    void findGuarantee(const gui::GuaranteeQuestion& question);
    void showRun();
    void measureLayers();
    void usePoint(const QString& policy, double budget);
    [[nodiscard]] QString pointTitle() const;

    Session& session_;
    gui::FlowView* flow_ = nullptr;
    gui::ConfusionView* confusion_ = nullptr;
    gui::CompareView* compare_ = nullptr;
    gui::GuaranteeView* guarantee_ = nullptr;
    gui::QuantizationView* quantization_ = nullptr;
    std::vector<Page> pages_;
    std::shared_ptr<const gui::PinnedPoint> pinned_;
    QTimer rest_;  ///< the paired test waits until the budget rests
};

}  // namespace exitscope::app
