// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/paired.h"
#include "widgets/view/view.h"

class QLabel;
class QPushButton;

namespace exitscope::gui {

class HintStack;

/// An operating point that was pinned, with all that it takes to compare it with another one, also of another run.
struct PinnedPoint {
    analyse::PolicyResult policy;
    analyse::Decisions decisions;
    QString title;  ///< "QuEE at 31.4 %"
};

/// The pinned point A against the current one B.
struct Comparison {
    analyse::PairedTest b_less_a;  ///< of B less A: its `only_a` are the images that B alone answers right
    analyse::Flips flips;          ///< of A and B, over B's test samples
};

/// A pinned operating point A beside the current one B: their figures, the paired test on the same images, and the
/// images that turned from right to wrong and back. A click filters to them.
class CompareView : public View {
    Q_OBJECT
public:
    explicit CompareView(QWidget* parent = nullptr);

    /// The current point, as B: shows its figures; those of the test follow by setComparison().
    void setPoint(OperatingPointPtr point) override;
    /// What the current point is called when it is pinned.
    [[nodiscard]] const QString& title() const { return title_; }
    void setPinned(std::shared_ptr<const PinnedPoint> pinned);
    /// Of the points shown, or why there is none.
    void setComparison(const Expected<Comparison>& comparison);
    [[nodiscard]] std::vector<FactTable*> tables() const override { return {table_}; }

signals:
    void pinRequested();
    /// The view can be seen and has two points whose test is out of date.
    void comparisonWanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showFigures();
    void fillTable();
    void pick(bool rightBefore);

    HintStack* hint_ = nullptr;
    QLabel* titles_ = nullptr;
    QLabel* verdict_ = nullptr;
    FactTable* table_ = nullptr;
    QPushButton* pin_ = nullptr;
    QPushButton* lost_ = nullptr;
    QPushButton* gained_ = nullptr;
    OperatingPointPtr point_;
    std::shared_ptr<const PinnedPoint> pinned_;
    QString title_;
    std::optional<Comparison> comparison_;
};

}  // namespace exitscope::gui
