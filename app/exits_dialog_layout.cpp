// SPDX-License-Identifier: GPL-3.0-or-later
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "app/exits_dialog.h"
#include "app/exits_form.h"
#include "app/job_bar.h"
#include "widgets/common/accessible.h"
#include "widgets/common/format.h"
#include "widgets/common/message_bar.h"
#include "widgets/network/attached_model.h"
#include "widgets/network/cut_point_model.h"
#include "widgets/network/cut_point_table.h"
#include "widgets/network/network_strip.h"
#include "widgets/network/training_view.h"

namespace exitscope::app {
namespace {

constexpr QSize firstSize{1120, 664};
constexpr int narrowestColumn = 64;

}  // namespace

ExitsDialog::ExitsDialog(Prompts& chooser, ModelPtr backbone, const QString& trainingData, QWidget* parent)
    : QDialog(parent), chooser_(chooser), backbone_(std::move(backbone))
{
    setObjectName(QStringLiteral("exitsDialog"));
    setWindowTitle(tr("Add exits to %1").arg(QString::fromStdString(backbone_->path.filename().string())));
    cuts_ = new gui::CutPointModel(this);
    exits_ = new gui::AttachedModel(this);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    message_ = new gui::MessageBar(this);
    message_->hide();
    connect(message_, &gui::MessageBar::presented, message_, &QWidget::show);
    connect(message_, &gui::MessageBar::dismissed, message_, &QWidget::hide);
    caption_ = new QLabel(this);
    caption_->setObjectName(QStringLiteral("exitsCaption"));
    caption_->setProperty("role", "caption");
    pages_ = new QStackedWidget(this);
    pages_->addWidget(makeChoosePage(trainingData));
    pages_->addWidget(makeTrainingPage());
    makePicture(this);
    layout->addWidget(strip_, 1);
    layout->addWidget(caption_);
    layout->addWidget(message_);
    layout->addWidget(pages_, 4);
    layout->addWidget(makeButtons());
    resize(firstSize);

    connect(form_, &ExitsForm::changed, this, &ExitsDialog::refreshChoice);
    connect(&jobs_, &Jobs::statusChanged, this, &ExitsDialog::jobsChanged);
    connect(&jobs_, &Jobs::failed, this,
            [this](const QString&, const Error& error) { message_->showError(gui::text(error.message())); });
    setStep(Step::choose);
    suggest(static_cast<int>(exits::AttachRequest().exits));
}

ExitsDialog::~ExitsDialog()
{
    jobs_.cancelAndWait();
}

void ExitsDialog::makePicture(QWidget* parent)
{
    const gui::NetworkPicture picture = gui::pictureOf(*backbone_);
    strip_ = new gui::NetworkStrip(parent);
    strip_->setPicture(picture);
    cuts_->setPicture(picture);
    count_->setRange(1, static_cast<int>(picture.cuts.size()) + 1);
    connect(strip_, &gui::NetworkStrip::toggled, cuts_, &gui::CutPointModel::toggle);
    connect(strip_, &gui::NetworkStrip::currentChanged, table_, &gui::CutPointTable::setCurrentCut);
    connect(table_, &gui::CutPointTable::currentCutChanged, strip_, &gui::NetworkStrip::setCurrent);
    connect(cuts_, &gui::CutPointModel::choiceChanged, this, &ExitsDialog::refreshChoice);
}

QWidget* ExitsDialog::makeChoosePage(const QString& trainingData)
{
    auto* page = new QWidget(this);
    auto* left = new QWidget(page);
    count_ = new QSpinBox(left);
    count_->setObjectName(QStringLiteral("exitsCount"));
    count_->setAccessibleName(tr("Exits of the result, the last one included"));
    count_->setToolTip(tr("Spreads the exits evenly over the cost"));
    connect(count_, &QSpinBox::valueChanged, this, &ExitsDialog::suggest);
    auto* countLabel = new QLabel(tr("E&xits, with the network's own"), left);
    countLabel->setBuddy(count_);
    table_ = new gui::CutPointTable(*cuts_, left);
    auto* countRow = new QHBoxLayout;
    countRow->addWidget(countLabel);
    countRow->addWidget(count_);
    countRow->addStretch(1);
    auto* leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->addLayout(countRow);
    leftColumn->addWidget(table_, 1);

    form_ = new ExitsForm(chooser_, *backbone_, trainingData, page);
    auto* scroll = new QScrollArea(page);
    scroll->setAccessibleName(tr("How heads are trained"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(form_);
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(left, 4);
    row->addWidget(scroll, 5);
    return page;
}

QWidget* ExitsDialog::makeTrainingPage()
{
    auto* page = new QWidget(this);
    training_ = new gui::TrainingView(page);
    summary_ = new QTableView(page);
    summary_->setObjectName(QStringLiteral("exitsSummary"));
    summary_->setAccessibleName(tr("Exits of the result"));
    summary_->setModel(exits_);
    summary_->setSelectionBehavior(QAbstractItemView::SelectRows);
    summary_->setShowGrid(false);
    summary_->setTabKeyNavigation(false);
    summary_->setTextElideMode(Qt::ElideMiddle);
    summary_->verticalHeader()->hide();
    summary_->verticalHeader()->setDefaultSectionSize(summary_->fontMetrics().height() + 8);
    summary_->horizontalHeader()->setAccessibleName(tr("Columns of the exits"));
    summary_->horizontalHeader()->setMinimumSectionSize(narrowestColumn);
    summary_->horizontalHeader()->setSectionsClickable(false);
    summary_->horizontalHeader()->setHighlightSections(false);
    summary_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    summary_->horizontalHeader()->setSectionResizeMode(gui::AttachedModel::tensor, QHeaderView::Stretch);
    outcome_ = new QLabel(page);
    outcome_->setObjectName(QStringLiteral("exitsOutcome"));
    outcome_->setWordWrap(true);
    outcome_->setTextFormat(Qt::PlainText);
    gui::makeSelectable(*outcome_);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(summary_);
    layout->addWidget(outcome_);
    layout->addWidget(training_, 1);
    return page;
}

QWidget* ExitsDialog::makeButtons()
{
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    const auto add = [&](const QString& title, const QString& name, auto slot) {
        auto* button = new QPushButton(title, bar);
        button->setObjectName(name);
        button->setAutoDefault(false);
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this, slot);
        return button;
    };
    jobBar_ = new JobBar(nullptr, bar);
    connect(&jobs_, &Jobs::statusChanged, jobBar_, &JobBar::setStatus);
    row->addWidget(jobBar_);
    row->addStretch(1);
    back_ = add(tr("&Back"), QStringLiteral("exitsBack"), [this] {
        message_->dismiss();
        setStep(Step::choose);
    });
    stop_ = add(tr("&Stop and keep the best"), QStringLiteral("exitsStop"), [this] { stopTraining(); });
    stop_->setToolTip(tr("Ends the training; every exit keeps its best head so far"));
    train_ = add(tr("&Train heads"), QStringLiteral("exitsTrain"), [this] { train(); });
    save_ = add(tr("&Save..."), QStringLiteral("exitsSave"), [this] { save(); });
    open_ = add(tr("&Open it"), QStringLiteral("exitsOpen"), [this] {
        emit openRequested(saved_);
        accept();
    });
    close_ = add(tr("Close"), QStringLiteral("exitsClose"), [this] { reject(); });
    for (QPushButton* button : {train_, save_, open_})
        button->setProperty("primary", true);
    return bar;
}

}  // namespace exitscope::app
