// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_panel.h"

#include <algorithm>

#include <QAction>
#include <QEvent>
#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/check_list.h"
#include "app/session.h"
#include "core/analysis/report/left_out.h"
#include "widgets/common/elided_label.h"
#include "widgets/common/format.h"
#include "widgets/filters/filter_bar.h"

namespace exitscope::app {
namespace {

using gui::count;
using gui::text;

QString fileName(const std::string& path)
{
    return QFileInfo(QString::fromStdString(path)).fileName();
}

/// A button that is enabled and triggered with an action but keeps its own words.
void follow(QPushButton* button, QAction* action)
{
    button->setToolTip(action->toolTip());
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    QObject::connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
    button->setEnabled(action->isEnabled());
}

/// Scrolls up and down alone: as wide as its content needs beside the scroll bar.
class ColumnArea final : public QScrollArea {
public:
    ColumnArea(QWidget* content, QWidget* parent) : QScrollArea(parent)
    {
        setFrameShape(QFrame::NoFrame);
        setWidgetResizable(true);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setWidget(content);
        content->installEventFilter(this);
    }
    [[nodiscard]] QSize minimumSizeHint() const override
    {
        return {widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width(),
                QScrollArea::minimumSizeHint().height()};
    }
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (watched == widget() && event->type() == QEvent::LayoutRequest)
            updateGeometry();
        return QScrollArea::eventFilter(watched, event);
    }
};

}  // namespace

SessionPanel::SessionPanel(Session& session, QAction* openModel, QAction* openData, QAction* evaluate,
                           QAction* evaluateSettings, QAction* addExits, QAction* modelOptions, QWidget* parent)
    : QWidget(parent), session_(session)
{
    setObjectName(QStringLiteral("sessionPanel"));
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 4, 0);
    column->setSpacing(8);

    model_ = makeCard(tr("Model"), {modelOptions, openModel});
    data_ = makeCard(tr("Data"), {openData});
    run_ = makeCard(tr("Run"), {});
    addExits_ = new QPushButton(tr("Add exits..."), model_.frame);
    addExits_->setObjectName(QStringLiteral("addExitsButton"));
    follow(addExits_, addExits);
    model_.frame->layout()->addWidget(addExits_);
    evaluate_ = new QPushButton(tr("Evaluate"), content);
    evaluate_->setObjectName(QStringLiteral("evaluateButton"));
    evaluate_->setProperty("primary", true);
    follow(evaluate_, evaluate);
    settings_ = new QPushButton(tr("Settings..."), content);
    settings_->setObjectName(QStringLiteral("evaluateSettingsButton"));
    settings_->setMinimumHeight(32);
    follow(settings_, evaluateSettings);
    hint_ = new QLabel(content);
    hint_->setProperty("role", "caption");
    hint_->setWordWrap(true);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(evaluate_, 1);
    buttons->addWidget(settings_);

    column->addWidget(model_.frame);
    column->addWidget(data_.frame);
    column->addLayout(buttons);
    column->addWidget(hint_);
    checks_ = new CheckList(tr("Checks"), content);
    checks_->setObjectName(QStringLiteral("checkList"));
    column->addWidget(checks_);
    column->addWidget(run_.frame);
    notices_ = new CheckList(tr("Notices"), content);
    notices_->setObjectName(QStringLiteral("noticeList"));
    column->addWidget(notices_);
    auto* filtersHeading = new QLabel(tr("Filters"), content);
    filtersHeading->setProperty("role", "section");
    filters_ = new gui::FilterBar(content);
    column->addSpacing(4);
    column->addWidget(filtersHeading);
    column->addWidget(filters_);
    column->addStretch(1);

    auto* scroll = new ColumnArea(content, this);
    scroll->setObjectName(QStringLiteral("sessionColumn"));
    scroll->setAccessibleName(tr("Session"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 2, 4, 6);
    layout->addWidget(scroll);

    connect(&session_, &Session::modelChanged, this, &SessionPanel::refreshModel);
    connect(&session_, &Session::dataChanged, this, &SessionPanel::refreshData);
    connect(&session_, &Session::checksChanged, this, &SessionPanel::refreshChecks);
    connect(&session_, &Session::checksChanged, this, &SessionPanel::refreshNotices);
    connect(&session_, &Session::runNoticesChanged, this, &SessionPanel::refreshNotices);
    connect(&session_, &Session::runChanged, this, &SessionPanel::refreshRun);
    connect(&session_, &Session::saved, this, &SessionPanel::refreshRun);
    refreshModel();
    refreshData();
    refreshRun();
}

SessionPanel::Card SessionPanel::makeCard(const QString& title, std::initializer_list<QAction*> actions)
{
    Card card;
    auto* frame = new QFrame(this);
    frame->setProperty("card", true);
    card.frame = frame;
    auto* heading = new QLabel(title, frame);
    heading->setProperty("role", "section");
    card.name = new gui::ElidedLabel(frame);
    card.facts = new QLabel(frame);
    card.facts->setProperty("role", "caption");
    card.facts->setWordWrap(true);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    top->addWidget(heading, 1);
    for (QAction* action : actions) {
        auto* button = new QToolButton(frame);
        button->setText(action == *(actions.end() - 1) ? tr("Open...") : tr("Options..."));
        button->setAutoRaise(true);
        button->setAccessibleName(action->text().remove(QLatin1Char('&')));
        button->setToolTip(action->toolTip());
        connect(button, &QToolButton::clicked, action, &QAction::trigger);
        top->addWidget(button);
    }
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(10, 6, 8, 8);
    column->setSpacing(2);
    column->addLayout(top);
    column->addWidget(card.name);
    column->addWidget(card.facts);
    return card;
}

void SessionPanel::refreshModel()
{
    const ModelPtr& model = session_.model();
    if (!model) {
        model_.name->setWhole(tr("none", "model"));
        model_.facts->setText(tr("ONNX, one output per exit"));
    } else {
        model_.name->setWhole(fileName(model->path.string()));
        model_.name->setToolTip(QString::fromStdString(model->path.string()));
        double macs = 0;
        for (std::size_t e = 0; e < model->exit_count(); ++e)
            macs = std::max(macs, double(model->cumulative_macs(ExitIndex(e))));
        const dataset::Preprocessing& input = model->preprocessing;
        const bool known = model->preprocessing_known || session_.settings().preprocessing.says_values();
        const QString exits = tr("%n exits", nullptr, static_cast<int>(model->exit_count()));
        model_.facts->setText(tr("%1, %2 classes, %3MAC\ninput %4×%5×%6")
                                  .arg(exits)
                                  .arg(model->classes)
                                  .arg(gui::quantity(macs))
                                  .arg(input.channels)
                                  .arg(input.height)
                                  .arg(input.width) +
                              (known ? QString() : tr("\nmean 0, std 1 assumed")));
        model_.facts->setToolTip(known ? QString()
                                       : tr("The file does not say how images become its input. Other numbers can be "
                                            "set under Settings."));
    }
    addExits_->setVisible(model && model->exit_count() == 1);
    refreshHint();
}

void SessionPanel::refreshData()
{
    const DataPair& open = session_.data();
    if (!open.fit && !open.test) {
        data_.name->setWhole(tr("none", "data"));
        data_.facts->setText(session_.run() ? tr("not needed to look at the run") : tr("fit: chooses, test: scores"));
    } else {
        const dataset::DatasetPtr& named = open.test ? open.test : open.fit;
        const bool drawn = !open.testSpec.empty() && open.testSpec == open.fitSpec;  // one set, split at random
        const QString name = text(named->info().name);
        data_.name->setWhole(drawn ? name.section(QLatin1Char('/'), 0, -2) : name);
        data_.name->setToolTip(text(named->info().source));
        QStringList lines;
        lines << (open.fit
                      ? tr("fit %1%2")
                            .arg(count(open.fit->size()), open.fit->info().labelled ? QString() : tr(", no labels"))
                      : tr("fit: none"));
        lines << (open.test
                      ? tr("test %1%2")
                            .arg(count(open.test->size()), open.test->info().labelled ? QString() : tr(", no labels"))
                      : tr("test: none"));
        if (drawn)
            lines << tr("split at random");
        data_.facts->setText(lines.join(QLatin1Char('\n')));
    }
    refreshHint();
}

void SessionPanel::refreshRun()
{
    const run::RunPtr& run = session_.run();
    run_.frame->setVisible(run != nullptr);
    if (run) {
        const QString name = session_.runPath().isEmpty() ? tr("not saved") : QFileInfo(session_.runPath()).fileName();
        run_.name->setWhole(name);
        QStringList precisions;
        for (const Precision precision : run->precisions)
            precisions << text(precision.name());
        const QString exits = tr("%n exits", nullptr, static_cast<int>(run->exit_count()));
        QString facts =
            tr("%1, %2 states:\n%3 × %4\nfit %5 · test %6")
                .arg(fileName(run->provenance.model_path))
                .arg(run->states.size())
                .arg(exits, precisions.join(QStringLiteral(", ")), count(run->fit.samples), count(run->test.samples));
        QString whole = tr("Model: %1\nFit: %2\nTest: %3")
                            .arg(text(run->provenance.model_path), text(run->fit.dataset), text(run->test.dataset));
        if (const std::size_t images = report::left_out(*run).size(); images > 0) {
            facts += tr("\nleft out: %1").arg(count(images));
            whole += tr("\nLeft out: %1").arg(text(report::left_out_text(*run)));
        }
        run_.facts->setText(facts);
        run_.facts->setToolTip(whole);
    }
    refreshData();
}

bool SessionPanel::impossible() const
{
    const std::vector<evaluate::InputCheck>& checks = session_.checks();
    return std::any_of(checks.begin(), checks.end(), [](const evaluate::InputCheck& check) {
        return check.finding == evaluate::InputCheck::Finding::impossible;
    });
}

void SessionPanel::refreshChecks()
{
    const std::vector<evaluate::InputCheck>& checks = session_.checks();
    const auto doubtful = std::count_if(checks.begin(), checks.end(), [](const evaluate::InputCheck& check) {
        return check.finding != evaluate::InputCheck::Finding::fine;
    });
    checks_->setChecks(checks, doubtful > 0 ? tr("%n to look at before evaluating", nullptr, static_cast<int>(doubtful))
                                            : QString());
    refreshModel();  // the checks follow the settings
}

/// About the run, as far as the checks do not say the same.
void SessionPanel::refreshNotices()
{
    const std::vector<evaluate::InputCheck>& checks = session_.checks();
    std::vector<evaluate::InputCheck> lines;
    for (const Notice& notice : session_.runNotices()) {
        const evaluate::InputCheck line{evaluate::InputCheck::Finding::doubtful, notice.text};
        if (std::find(checks.begin(), checks.end(), line) == checks.end())
            lines.push_back(line);
    }
    notices_->setChecks(lines, {});
}

void SessionPanel::refreshHint()
{
    QString hint;
    if (!session_.run()) {
        if (!session_.model())
            hint = tr("Open a model to evaluate it.");
        else if (!session_.data().fit || !session_.data().test)
            hint = tr("Open data to evaluate the model on.");
        else
            hint = impossible() ? tr("Evaluate cannot run: see the crosses below.")
                                : tr("Ready. Evaluate runs every exit at every precision.");
    }
    hint_->setText(hint);
    hint_->setVisible(!hint.isEmpty());
}

}  // namespace exitscope::app
