// SPDX-License-Identifier: GPL-3.0-or-later
// Time of one slider step in the window (decide, refresh and repaint every visible view): bench_slider [SAMPLES...]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <set>
#include <vector>

#include <QApplication>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QSettings>
#include <QTemporaryDir>

#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

namespace {

constexpr int steps = 200;

void measure(std::size_t samples, const char* dockInFront, const QString& path)
{
    QTemporaryDir scratch;
    QSettings settings(scratch.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    app::DialogPrompts prompts;
    app::Session session;
    app::MainWindow window(session, settings, prompts, {});
    window.resize(1280, 720);
    window.show();
    app::OpenRequest request;
    request.run = path;
    window.open(request);
    while (!session.point()->decided() || session.jobs().busy())
        QApplication::processEvents(QEventLoop::AllEvents, 20);
    window.findChild<QDockWidget*>(QLatin1String(dockInFront))->raise();
    QElapsedTimer settle;
    settle.start();
    while (settle.elapsed() < 300)
        QApplication::processEvents(QEventLoop::AllEvents, 20);

    std::vector<double> milliseconds;
    std::vector<double> deciding;  // the session's part: decide, filter, tell the views
    std::set<double> outcomes;
    std::vector<double> processor;  // what a machine without other load would take
    // beyond the policy's dearest point nothing would change any more
    const double low = session.cheapestBudget();
    const double high = session.result(session.policy())->fitted->points().back().fit_cost;
    for (int step = 0; step < steps; ++step) {
        QElapsedTimer clock;
        clock.start();
        const std::clock_t before = std::clock();
        session.setBudget(low + (high - low) * (step + 1) / (steps + 1));
        deciding.push_back(double(clock.nsecsElapsed()) / 1e6);
        outcomes.insert(session.point()->decisions.outcome.relative_cost);
        QApplication::sendPostedEvents();
        QApplication::processEvents();
        milliseconds.push_back(double(clock.nsecsElapsed()) / 1e6);
        processor.push_back(1e3 * double(std::clock() - before) / CLOCKS_PER_SEC);
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    std::sort(processor.begin(), processor.end());
    std::sort(deciding.begin(), deciding.end());
    std::printf("%8zu samples, %-13s in front: median %6.2f ms, p95 %6.2f ms, longest %6.2f ms; processor "
                "median %6.2f ms; without repainting %6.2f ms; %zu different costs over %zu decided samples\n",
                samples, dockInFront, milliseconds[steps / 2], milliseconds[steps * 95 / 100], milliseconds.back(),
                processor[steps / 2], deciding[steps / 2], outcomes.size(), session.point()->decisions.state.size());
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    std::vector<std::size_t> sizes;
    for (int i = 1; i < argc; ++i)
        sizes.push_back(std::strtoul(argv[i], nullptr, 10));
    if (sizes.empty())
        sizes = {10'000, 100'000};
    QTemporaryDir scratch;
    for (const std::size_t samples : sizes) {
        tests::SyntheticOptions options;
        options.test_samples = samples;
        options.probabilities = false;
        const QString path = scratch.filePath(QStringLiteral("bench.exr"));
        if (!run::save(*tests::synthetic_run(options), path.toStdString()))
            return 2;
        for (const char* dock : {"tradeoffDock", "exitsDock", "errorDock"})
            measure(samples, dock, path);
    }
    return 0;
}
