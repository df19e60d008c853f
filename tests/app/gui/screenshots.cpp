// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the pictures of the user guide: screenshots DIR [RUN.exr | --add-exits]. Without a run the sample model is
// evaluated; --add-exits makes only those of adding exits.
#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QSpinBox>
#include <QTemporaryDir>

#include <cstdio>

#include "app/evaluate_dialog.h"
#include "app/exits_dialog.h"
#include "app/language.h"
#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"
#include "tests/support/external_data.h"
#include "widgets/common/plot.h"
#include "widgets/common/theme.h"

using namespace exitscope;

namespace {

constexpr qint64 longestWaitMs = 540'000;

/// Handles events until `done`; false when that takes too long.
template <class Condition>
bool waitFor(Condition done)
{
    QElapsedTimer clock;
    clock.start();
    while (!done() && clock.elapsed() < longestWaitMs)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 50);
    return done();
}

void settle(int milliseconds = 400)
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

bool save(QWidget& widget, const QDir& directory, const QString& name)
{
    settle();
    const bool written = widget.grab().save(directory.filePath(name + QStringLiteral(".png")));
    std::printf("%s %s\n", written ? "wrote" : "cannot write", qPrintable(directory.filePath(name)));
    return written;
}

void raiseDock(QWidget& window, const char* name)
{
    auto* dock = window.findChild<QDockWidget*>(QLatin1String(name));
    dock->show();
    dock->raise();
}

void trigger(QWidget& window, const char* name)
{
    window.findChild<QAction*>(QLatin1String(name))->trigger();
}

/// Adding exits to a plain classifier, from the choice to the summary; needs external data.
bool pictureExits(const QDir& directory, app::Prompts& prompts)
{
    const auto data = tests::external_data();
    if (!data) {
        std::printf("no external data: the pictures of adding exits are left out\n");
        return true;
    }
    QDir::setCurrent(QString::fromStdString(data->string()));  // pictures show no path of this machine
    Progress progress;
    const Expected<app::ModelPtr> model = app::loadModel((*data / "models/cifar10_resnet20.onnx").string(), progress);
    if (!model)
        return false;
    app::ExitsDialog dialog(prompts, *model, QStringLiteral("cifar-10-batches-bin:train"));
    dialog.findChild<QLineEdit*>(QStringLiteral("exitsMean"))->setText(QStringLiteral("0.485, 0.456, 0.406"));
    dialog.findChild<QLineEdit*>(QStringLiteral("exitsStd"))->setText(QStringLiteral("0.229, 0.224, 0.225"));
    dialog.findChild<QSpinBox*>(QStringLiteral("exitsLimit"))->setValue(4000);
    dialog.show();
    bool written = save(dialog, directory, QStringLiteral("add-exits"));
    const auto button = [&](const char* name) { return dialog.findChild<QPushButton*>(QLatin1String(name)); };
    const auto plot = dialog.findChild<gui::Plot*>(QStringLiteral("trainingAccuracyPlot"));
    button("exitsTrain")->click();
    const auto learning = [&] { return plot->graphCount() > 0 && plot->graph(0)->dataCount() > 8; };
    if (!waitFor([&] { return learning() || !dialog.jobs().busy(); }))
        return false;
    written = save(dialog, directory, QStringLiteral("add-exits-training")) && written;
    if (!waitFor([&] { return !dialog.jobs().busy(); }))
        return false;
    written = save(dialog, directory, QStringLiteral("add-exits-result")) && written;
    gui::applyTheme(*qApp, gui::ThemeChoice::dark, false);
    written = save(dialog, directory, QStringLiteral("dark-add-exits-result")) && written;
    button("exitsBack")->click();
    dialog.resize(1920, 1080);
    written = save(dialog, directory, QStringLiteral("dark-add-exits")) && written;
    return written;
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: screenshots DIR [RUN.exr | --add-exits]\n");
        return 1;
    }
    app::installTranslation(application, app::Language::english);
    const QDir directory(QDir(QString::fromLocal8Bit(argv[1])).absolutePath());
    directory.mkpath(QStringLiteral("."));
    QTemporaryDir scratch;
    QSettings settings(scratch.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    app::DialogPrompts prompts;
    app::Session session;
    if (argc > 2 && QString::fromLocal8Bit(argv[2]) == QStringLiteral("--add-exits")) {
        gui::applyTheme(application, gui::ThemeChoice::light, false);
        return pictureExits(directory, prompts) ? 0 : 2;
    }
    app::MainWindow::Options options;
    options.sample = app::findSample(QApplication::applicationDirPath());
    app::MainWindow window(session, settings, prompts, options);
    window.resize(1280, 720);
    window.show();
    save(window, directory, QStringLiteral("welcome"));

    app::OpenRequest request;
    if (argc > 2)
        request.run = QString::fromLocal8Bit(argv[2]);
    else
        request.sample = true;
    window.open(request);
    if (request.sample) {
        if (!waitFor([&] { return session.canEvaluate(); }))
            return 2;
        save(window, directory, QStringLiteral("ready"));
        app::EvaluateDialog dialog(prompts, session.settings(), {}, session.model(), &window);
        dialog.show();
        save(dialog, directory, QStringLiteral("settings"));
        dialog.close();
        session.evaluate();
        waitFor([&] { return !session.jobs().busy(app::runLane); });
    }
    if (!waitFor([&] { return session.point()->decided() && !session.jobs().busy(); }))
        return 2;
    save(window, directory, QStringLiteral("window"));
    raiseDock(window, "exitsDock");
    save(window, directory, QStringLiteral("exits"));
    raiseDock(window, "flowDock");
    save(window, directory, QStringLiteral("flow"));
    raiseDock(window, "confusionDock");
    save(window, directory, QStringLiteral("confusion"));
    trigger(window, "actionPinPoint");
    session.setBudget(session.budget() * 0.75);
    raiseDock(window, "compareDock");
    save(window, directory, QStringLiteral("compare"));
    session.setBudget(session.budget() / 0.75);
    raiseDock(window, "guaranteeDock");
    window.findChild<QPushButton*>(QStringLiteral("findGuarantee"))->click();
    if (!waitFor([&] { return !session.jobs().busy(); }))
        return 2;
    save(window, directory, QStringLiteral("guarantee"));
    window.findChild<QComboBox*>(QStringLiteral("guaranteeShown"))->setCurrentIndex(1);
    save(window, directory, QStringLiteral("guarantee-trials"));
    window.findChild<QComboBox*>(QStringLiteral("guaranteeShown"))->setCurrentIndex(0);
    raiseDock(window, "quantizationDock");
    window.findChild<QPushButton*>(QStringLiteral("measureLayers"))->click();
    if (!waitFor([&] { return !session.jobs().busy(); }))
        return 2;
    save(window, directory, QStringLiteral("quantization"));
    window.findChild<QComboBox*>(QStringLiteral("quantizationShown"))->setCurrentIndex(1);
    save(window, directory, QStringLiteral("quantization-answers"));
    window.findChild<QComboBox*>(QStringLiteral("quantizationShown"))->setCurrentIndex(0);
    raiseDock(window, "errorDock");
    for (int kind = 1; kind < 4; ++kind) {
        window.findChild<QComboBox*>(QStringLiteral("errorShown"))->setCurrentIndex(kind);
        save(window, directory, QStringLiteral("error-%1").arg(kind));
    }
    window.findChild<QComboBox*>(QStringLiteral("errorShown"))->setCurrentIndex(0);
    session.addFilters({{gui::Filter::Kind::good, 0}, {gui::Filter::Kind::exit, 1}});
    save(window, directory, QStringLiteral("error"));
    raiseDock(window, "tradeoffDock");
    auto* search = window.findChild<QLineEdit*>(QStringLiteral("searchField"));
    search->setText(QStringLiteral("predicted_error>0.2 clas:1"));
    save(window, directory, QStringLiteral("search"));
    search->clear();
    trigger(window, "actionShowGrid");
    save(window, directory, QStringLiteral("grid"));
    trigger(window, "actionThemeDark");
    window.resize(1920, 1080);
    session.clearFilters();
    raiseDock(window, "exitsDock");
    save(window, directory, QStringLiteral("dark-exits"));
    raiseDock(window, "flowDock");
    save(window, directory, QStringLiteral("dark-flow"));
    window.findChild<QComboBox*>(QStringLiteral("confusionOrder"))->setCurrentIndex(1);
    window.findChild<QAbstractButton*>(QStringLiteral("confusionDifference"))->click();
    for (const char* view : {"confusion", "compare", "guarantee", "quantization", "error"}) {
        raiseDock(window, qPrintable(QLatin1String(view) + QStringLiteral("Dock")));
        save(window, directory, QStringLiteral("dark-") + QLatin1String(view));
    }
    raiseDock(window, "tradeoffDock");
    for (const char* section : {"perturbSection", "driftSection", "neighbourSection"})
        window.findChild<QAbstractButton*>(QLatin1String(section))->click();
    window.findChild<QSlider*>(QStringLiteral("perturbRotation"))->setValue(24);
    if (!waitFor([&] { return !session.jobs().busy(); }))
        return 2;
    settle(2000);
    save(window, directory, QStringLiteral("dark-inspector"));
    trigger(window, "actionShowGrid");
    save(window, directory, QStringLiteral("dark"));
    gui::applyTheme(application, gui::ThemeChoice::light, false);
    return pictureExits(directory, prompts) ? 0 : 2;
}
