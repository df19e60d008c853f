// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the pictures of the user guide: screenshots DIR [RUN.exr]. Without a run the sample model is evaluated.
#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QTemporaryDir>

#include <cstdio>

#include "app/evaluate_dialog.h"
#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"

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

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: screenshots DIR [RUN.exr]\n");
        return 1;
    }
    const QDir directory(QString::fromLocal8Bit(argv[1]));
    directory.mkpath(QStringLiteral("."));
    QTemporaryDir scratch;
    QSettings settings(scratch.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    app::DialogPrompts prompts;
    app::Session session;
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
        app::EvaluateDialog dialog(prompts, session.settings(), {}, session.model()->exit_count(), &window);
        dialog.show();
        save(dialog, directory, QStringLiteral("settings"));
        dialog.close();
        session.evaluate();
        waitFor([&] { return !session.jobs().busy(app::Jobs::Lane::run); });
    }
    if (!waitFor([&] { return session.point().decided() && !session.jobs().busy(); }))
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
    raiseDock(window, "errorDock");
    session.addFilters({{gui::Filter::Kind::good, 0}, {gui::Filter::Kind::exit, 1}});
    save(window, directory, QStringLiteral("error"));
    raiseDock(window, "tradeoffDock");
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
    for (const char* view : {"confusion", "compare", "guarantee"}) {
        raiseDock(window, qPrintable(QLatin1String(view) + QStringLiteral("Dock")));
        save(window, directory, QStringLiteral("dark-") + QLatin1String(view));
    }
    raiseDock(window, "tradeoffDock");
    trigger(window, "actionShowGrid");
    save(window, directory, QStringLiteral("dark"));
    return 0;
}
