// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "core/analysis/policy/policy.h"
#include "core/analysis/risk/guarantee.h"
#include "widgets/view/view.h"

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;
class QStackedWidget;

namespace exitscope::gui {

class HintStack;

/// What the user asks for: the cheapest setting of a policy whose loss against the full model stays below eps.
struct GuaranteeQuestion {
    std::string policy;
    risk::Method method = risk::Method::ltt;
    risk::Loss loss = risk::Loss::performance_gap;
    double eps = 0.01;
    double delta = 0.1;
    double calibrationShare = 0.5;  ///< of the samples that the loss is defined on
    std::size_t trials = 100;
};

/// The answer, with the settings of the path that it counts in.
struct GuaranteeAnswer {
    GuaranteeQuestion question;
    risk::Rule rule;
    risk::Guarantee guarantee;
    std::vector<policy::Point> points;  ///< [settings]
    QString title;                      ///< of the policy
    QString data;                       ///< the split that is calibrated on and tested on
};

/// Asks for a guarantee and shows what it costs: the setting chosen, its risks and bound, the whole path, and repeated
/// trials.
class GuaranteeView : public View {
    Q_OBJECT
public:
    explicit GuaranteeView(QWidget* parent = nullptr);

    struct Choice {
        std::string policy;
        QString title;
        QString description;
    };
    void setPolicies(const std::vector<Choice>& choices);
    /// Proposes its policy, as long as no answer is shown.
    void setPoint(OperatingPointPtr point) override;
    /// A run can be asked, or not yet.
    void setReady(bool ready);
    /// Takes the answer away; nothing is computed any more.
    void clear();
    void setWorking(bool working);
    void setAnswer(const GuaranteeAnswer& answer);
    [[nodiscard]] std::vector<Plot*> plots() const override { return {path_, trials_}; }
    [[nodiscard]] std::vector<FactTable*> tables() const override { return {table_}; }

signals:
    void asked(const exitscope::gui::GuaranteeQuestion& question);
    void cancelled();
    /// "Use this operating point": the policy and the relative cost of the chosen setting on the fit split.
    void pointChosen(const QString& policy, double budget);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeForm();
    void addChoices(QFormLayout& rows, QWidget* form);
    void addNumbers(QFormLayout& rows, QWidget* form);
    [[nodiscard]] GuaranteeQuestion question() const;
    [[nodiscard]] double budget() const;
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] QString pathText(const QPointF& position) const;
    [[nodiscard]] QString trialsText(const QPointF& position) const;
    void redraw();
    void fillTable();

    HintStack* hint_ = nullptr;
    QComboBox* policy_ = nullptr;
    QComboBox* method_ = nullptr;
    QComboBox* loss_ = nullptr;
    QDoubleSpinBox* eps_ = nullptr;
    QDoubleSpinBox* delta_ = nullptr;
    QSpinBox* share_ = nullptr;
    QSpinBox* trialCount_ = nullptr;
    QPushButton* ask_ = nullptr;
    QPushButton* use_ = nullptr;
    QLabel* result_ = nullptr;
    QComboBox* shown_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    Plot* path_ = nullptr;
    Plot* trials_ = nullptr;
    FactTable* table_ = nullptr;
    std::optional<GuaranteeAnswer> answer_;
    bool working_ = false;
};

}  // namespace exitscope::gui
