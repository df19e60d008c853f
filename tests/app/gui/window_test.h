// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QCoreApplication>
#include <QDockWidget>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include "app/main_window.h"
#include "app/session.h"
#include "tests/app/gui/prepared_prompts.h"
#include "tests/support/events.h"
#include "tests/support/require.h"

namespace exitscope::tests {

/// What tests of the program's window share: the window on a session, settings and prompts of their own.
class WindowTest : public QObject {
protected:
    /// A window on `session_`, which is made where there is none.
    void openWindow(const app::MainWindow::Options& options = {}, QSize size = {1280, 720})
    {
        if (!session_)
            session_ = std::make_unique<app::Session>();
        window_ = std::make_unique<app::MainWindow>(*session_, settings_, prompts_, options);
        window_->resize(size);
        window_->show();
        require(QTest::qWaitForWindowExposed(window_.get()), "the window is exposed");
    }

    /// As a killed program leaves it: nothing is asked or saved.
    void dropWindow()
    {
        window_.reset();
        session_.reset();
    }

    /// No window, answer or setting of the test before.
    void startAfresh()
    {
        dropWindow();
        prompts_ = {};
        settings_.clear();
    }

    /// A session whose evaluations take a second.
    void makeBriefSession()
    {
        session_ = std::make_unique<app::Session>();
        app::EvaluateSettings settings = session_->settings();
        settings.options.calibration.samples = 16;
        settings.options.calibration.weights = plan::WeightMethod::nearest;
        settings.options.precisions = {{8, 8}};
        settings.options.measure_latency = false;
        session_->setSettings(settings);
    }

    void openRun(const QString& path, int longestWaitMs = 60'000)
    {
        session_->openRun(path);
        settle(longestWaitMs);
        QCoreApplication::processEvents();
    }

    [[nodiscard]] bool settled() const { return session_->point()->decided() && !session_->jobs().busy(); }
    void settle(int longestWaitMs = 60'000)
    {
        requireSoon([this] { return settled(); }, "a run is decided and no job left", longestWaitMs);
    }

    template <class Widget>
    Widget* find(const char* name, const char* file = __builtin_FILE(), int line = __builtin_LINE())
    {
        return requireChild<Widget>(window_.get(), name, file, line);
    }

    /// Brings the dock to the front, laid out and drawn.
    void raise(const char* dock)
    {
        find<QDockWidget>(dock)->raise();
        requireSoon([&] { return find<QDockWidget>(dock)->widget()->isVisible(); }, dock);
        handleEvents();
    }

    /// A file of the test's own directory.
    [[nodiscard]] QString file(const char* name) const { return scratch_.filePath(QLatin1String(name)); }

    QTemporaryDir scratch_;
    PreparedPrompts prompts_;
    QSettings settings_{file("settings.ini"), QSettings::IniFormat};
    std::unique_ptr<app::Session> session_;
    std::unique_ptr<app::MainWindow> window_;
};

}  // namespace exitscope::tests
