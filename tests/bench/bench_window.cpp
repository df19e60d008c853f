// SPDX-License-Identifier: GPL-3.0-or-later
// What a large run costs in the window: bench_window [--keep DIR] [SAMPLES | RUN.exr]... Opening it, a slider step with
// a filter and a sorted table, sorting, scrolling the table and the grid of images; and how often the GUI thread was
// blocked for longer than it may be. For a number a run is made up (in DIR, where a later call finds it): eight states
// (4 exits at 2 precisions), 28 x 28 images made on the fly.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QListView>
#include <QScrollBar>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>

#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"
#include "widgets/samples/sample_order.h"

using namespace exitscope;

namespace {

/// Grey noise, as cheap to make as an image is to read.
class Noise : public dataset::Dataset {
public:
    explicit Noise(std::size_t size) : size_(size) { info_.name = info_.source = info_.format = "noise"; }
    const dataset::Info& info() const override { return info_; }
    std::size_t size() const override { return size_; }
    Expected<dataset::Image> image(SampleIndex index) const override
    {
        dataset::Image image{1, 28, 28, std::vector<std::uint8_t>(784), {}};
        for (std::size_t i = 0; i < 784; ++i)
            image.pixels[i] = static_cast<std::uint8_t>(mix64(index.value * 784ULL + i));
        return image;
    }
    std::optional<ClassIndex> label(SampleIndex) const override { return std::nullopt; }
    std::string origin(SampleIndex) const override { return "noise"; }
    std::string content_hash() const override { return "noise"; }

private:
    dataset::Info info_;
    std::size_t size_;
};

struct Times {
    std::vector<double> wall;
    std::vector<double> processor;  ///< of the whole program: what a machine without other load would take at most

    template <class Work>
    void add(const Work& work)
    {
        QElapsedTimer clock;
        clock.start();
        const std::clock_t before = std::clock();
        work();
        QApplication::sendPostedEvents();
        QApplication::processEvents();
        wall.push_back(double(clock.nsecsElapsed()) / 1e6);
        processor.push_back(1e3 * double(std::clock() - before) / CLOCKS_PER_SEC);
    }
    /// `budget` in milliseconds: what a step may take.
    void print(const char* what, double budget = 50)
    {
        std::sort(wall.begin(), wall.end());
        std::sort(processor.begin(), processor.end());
        const auto over = std::count_if(wall.begin(), wall.end(), [budget](double ms) { return ms > budget; });
        std::printf("  %-40s budget %2.0f ms: median %7.2f ms, p95 %7.2f ms, longest %7.2f ms; processor median %7.2f "
                    "ms; %ld of "
                    "%zu over it\n",
                    what, budget, wall[wall.size() / 2], wall[wall.size() * 95 / 100], wall.back(),
                    processor[processor.size() / 2], long(over), wall.size());
        std::fflush(stdout);
    }
};

void settle(int milliseconds)
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

void sweep(app::Session& session, const char* what)
{
    const double low = session.cheapestBudget();
    const double high = session.result(session.policy())->fitted->points().back().fit_cost;
    Times times;
    for (int step = 0; step < 60; ++step)
        times.add([&] { session.setBudget(low + (high - low) * (step + 1) / 61); });
    times.print(what, session.run()->test.samples > 100'000 ? 50 : 16);
}

void measure(const QString& path)
{
    QTemporaryDir scratch;
    QSettings settings(scratch.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    app::DialogPrompts prompts;
    app::Session session;
    app::MainWindow window(session, settings, prompts, {});
    window.resize(1280, 720);
    window.show();
    settle(200);

    QElapsedTimer clock;
    double outlined = 0;
    double shown = 0;
    double decided = 0;
    Times events;
    QObject::connect(&session, &app::Session::outlineChanged, &window, [&] {
        if (outlined == 0)
            outlined = double(clock.elapsed());
    });
    QObject::connect(&session, &app::Session::runChanged, &window, [&] { shown = double(clock.elapsed()); });
    QObject::connect(&session, &app::Session::decided, &window, [&] {
        if (decided == 0)
            decided = double(clock.elapsed());
    });
    app::OpenRequest request;
    request.run = path;
    clock.start();
    window.open(request);
    while (!session.point()->decided() || session.jobs().busy())
        events.add([] { QApplication::processEvents(QEventLoop::WaitForMoreEvents, 20); });
    std::printf(
        "  open: outline after %.0f ms, read after %.0f ms, first operating point after %.0f ms, all curves after "
        "%lld ms\n",
        outlined, shown, decided, static_cast<long long>(clock.elapsed()));
    events.print("events while opening");
    const std::size_t samples = session.run()->test.samples;
    std::printf("  %zu samples, %zu states\n", samples, session.run()->states.size());
    emit session.imagesChanged(std::make_shared<Noise>(samples));
    settle(300);

    sweep(session, "slider step");
    session.addFilters({{gui::Filter::Kind::query, 0, 0, 1, "wrong or predicted_error>0.05"}});
    sweep(session, "slider step, filtered");
    session.clearFilters();

    auto* table = window.findChild<QTableView*>(QStringLiteral("sampleTable"));
    Times sorting;
    for (int column = 1; column < gui::sampleColumns; ++column)
        for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder})
            sorting.add([&] { table->sortByColumn(column, order); });
    sorting.print("sort by a column");
    sweep(session, "slider step, sorted by predicted error");
    table->sortByColumn(1, Qt::AscendingOrder);
    Times searching;
    for (const char* text : {"wrong", "exit=2 wrong predicted_error>0.2 class:1", "confidence<0.5 or differs"})
        searching.add([&] { static_cast<void>(session.countMatching(text)); });
    searching.print("search");

    const auto scroll = [](QAbstractItemView* view, const char* what) {
        Times frames;
        QScrollBar* bar = view->verticalScrollBar();
        for (int frame = 0; frame < 200; ++frame)
            frames.add([&] { bar->setValue(frame < 100 ? frame * 40 : int(qint64(bar->maximum()) * frame / 200)); });
        frames.print(what, 33);
    };
    scroll(table, "table scroll frame");
    Times toGrid;
    toGrid.add([&] { window.findChild<QAction*>(QStringLiteral("actionShowGrid"))->trigger(); });
    toGrid.print("switch to the grid");
    Times laying;
    for (int i = 0; i < 50; ++i)
        laying.add([] {});
    laying.print("events while the grid is laid out");
    scroll(window.findChild<QListView*>(QStringLiteral("sampleGrid")), "grid scroll frame");
    sweep(session, "slider step, grid");
}

/// The run that an argument names: a file, or a number of samples to be made up in `directory` unless it is there.
QString runOf(const QString& argument, const QDir& directory)
{
    bool number = false;
    const qulonglong samples = argument.toULongLong(&number);
    if (!number)
        return argument;
    QString path = directory.filePath(QStringLiteral("bench-%1.exr").arg(samples));
    if (QFile::exists(path))
        return path;
    tests::SyntheticOptions options;
    options.precisions = {{4, 4}, {8, 8}};
    options.schedule = run::Schedule::uniform;
    options.test_samples = samples;
    options.probabilities = false;
    if (!run::save(*tests::synthetic_run(options), path.toStdString()))
        std::exit(2);
    return path;
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QStringList runs = QApplication::arguments().mid(1);
    QTemporaryDir scratch;
    QDir directory(scratch.path());
    if (const qsizetype keep = runs.indexOf(QStringLiteral("--keep")); keep >= 0 && keep + 1 < runs.size()) {
        directory.setPath(runs.takeAt(keep + 1));
        runs.removeAt(keep);
    }
    if (runs.isEmpty())
        runs = {QStringLiteral("100000"), QStringLiteral("1000000")};
    for (const QString& run : runs) {
        std::printf("%s\n", qPrintable(run));
        std::fflush(stdout);
        measure(runOf(run, directory));
    }
    return 0;
}
