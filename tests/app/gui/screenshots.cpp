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
    const Expected<app::ModelPtr> model =
        app::loadModel((*data / "models/cifar10_resnet20.onnx").string(), {}, progress);
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

/// What the pictures are taken of.
struct Scene {
    const QDir& directory;
    app::Session& session;
    app::DialogPrompts& prompts;
    app::MainWindow& window;

    bool save(const char* name) const { return ::save(window, directory, QLatin1String(name)); }
    void show(const char* dock) const { raiseDock(window, dock); }
    template <class Widget>
    [[nodiscard]] Widget* find(const char* name) const
    {
        return window.findChild<Widget*>(QLatin1String(name));
    }
    void choose(const char* box, int index) const { find<QComboBox>(box)->setCurrentIndex(index); }
    [[nodiscard]] bool idle() const
    {
        return waitFor([&] { return !session.jobs().busy(); });
    }
};

/// From the opened sample to its run.
bool pictureEvaluation(const Scene& scene)
{
    app::Session& session = scene.session;
    if (!waitFor([&] { return session.canEvaluate(); }))
        return false;
    scene.save("ready");
    app::EvaluateDialog dialog(scene.prompts, session.settings(), {}, session.reading(), session.model(),
                               session.data().test, &scene.window);
    dialog.show();
    save(dialog, scene.directory, QStringLiteral("settings"));
    dialog.close();
    session.evaluate();
    return waitFor([&] { return !session.jobs().busy(app::runLane); });
}

bool pictureViews(const Scene& scene)
{
    app::Session& session = scene.session;
    if (!waitFor([&] { return session.point()->decided() && !session.jobs().busy(); }))
        return false;
    scene.save("window");
    scene.show("exitsDock");
    scene.save("exits");
    scene.show("flowDock");
    scene.save("flow");
    scene.show("confusionDock");
    scene.save("confusion");
    trigger(scene.window, "actionPinPoint");
    session.setBudget(session.budget() * 0.75);
    scene.show("compareDock");
    scene.save("compare");
    session.setBudget(session.budget() / 0.75);
    scene.show("guaranteeDock");
    scene.find<QPushButton>("findGuarantee")->click();
    if (!scene.idle())
        return false;
    scene.save("guarantee");
    scene.choose("guaranteeShown", 1);
    scene.save("guarantee-trials");
    scene.choose("guaranteeShown", 0);
    scene.show("quantizationDock");
    scene.find<QPushButton>("measureLayers")->click();
    if (!scene.idle())
        return false;
    scene.save("quantization");
    scene.choose("quantizationShown", 1);
    scene.save("quantization-answers");
    scene.choose("quantizationShown", 0);
    return true;
}

void pictureSearch(const Scene& scene)
{
    scene.show("errorDock");
    for (int kind = 1; kind < 4; ++kind) {
        scene.choose("errorShown", kind);
        scene.save(qPrintable(QStringLiteral("error-%1").arg(kind)));
    }
    scene.choose("errorShown", 0);
    scene.session.addFilters({{gui::Filter::Kind::good, 0}, {gui::Filter::Kind::exit, 1}});
    scene.save("error");
    scene.show("tradeoffDock");
    auto* search = scene.find<QLineEdit>("searchField");
    search->setText(QStringLiteral("predicted_error>0.2 clas:1"));
    scene.save("search");
    search->clear();
    trigger(scene.window, "actionShowGrid");
    scene.save("grid");
}

bool pictureDark(const Scene& scene)
{
    trigger(scene.window, "actionThemeDark");
    scene.window.resize(1920, 1080);
    scene.session.clearFilters();
    scene.show("exitsDock");
    scene.save("dark-exits");
    scene.show("flowDock");
    scene.save("dark-flow");
    scene.choose("confusionOrder", 1);
    scene.find<QAbstractButton>("confusionDifference")->click();
    for (const char* view : {"confusion", "compare", "guarantee", "quantization", "error"}) {
        scene.show(qPrintable(QLatin1String(view) + QStringLiteral("Dock")));
        scene.save(qPrintable(QStringLiteral("dark-") + QLatin1String(view)));
    }
    scene.show("tradeoffDock");
    for (const char* section : {"perturbSection", "driftSection", "neighbourSection"})
        scene.find<QAbstractButton>(section)->click();
    scene.find<QSlider>("perturbRotation")->setValue(24);
    if (!scene.idle())
        return false;
    settle(2000);
    scene.save("dark-inspector");
    trigger(scene.window, "actionShowGrid");
    scene.save("dark");
    return true;
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
    const Scene scene{directory, session, prompts, window};
    scene.save("welcome");

    app::OpenRequest request;
    if (argc > 2)
        request.run = QString::fromLocal8Bit(argv[2]);
    else
        request.sample = true;
    window.open(request);
    if (request.sample && !pictureEvaluation(scene))
        return 2;
    if (!pictureViews(scene))
        return 2;
    pictureSearch(scene);
    if (!pictureDark(scene))
        return 2;
    gui::applyTheme(application, gui::ThemeChoice::light, false);
    return pictureExits(directory, prompts) ? 0 : 2;
}
