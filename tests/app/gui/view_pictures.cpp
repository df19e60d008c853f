// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every view and dialog in both themes at 1280x720 and 1920x1080: view_pictures DIR RUN.exr [MODEL.onnx].
// With QT_SCALE_FACTOR=2 the names end in @2x. LANGUAGE=de shows them in German.
#include <cstdio>

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QToolButton>

#include "app/cheat_sheet.h"
#include "app/data_dialog.h"
#include "app/evaluate_dialog.h"
#include "app/language.h"
#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"

using namespace exitscope;

namespace {

constexpr QSize sizes[] = {{1280, 720}, {1920, 1080}};

void settle(int milliseconds = 350)
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

/// Takes the pictures of one window in one theme and size.
class Album {
public:
    Album(const QDir& directory, app::MainWindow& window, app::Session& session)
        : directory_(directory), window_(window), session_(session)
    {
    }

    void page(const QString& theme, QSize size)
    {
        ending_ = QStringLiteral("%1-%2x%3%4.png")
                      .arg(theme)
                      .arg(size.width())
                      .arg(size.height())
                      .arg(window_.devicePixelRatio() > 1 ? QStringLiteral("@2x") : QString());
        window_.resize(size);
        trigger(theme == QStringLiteral("dark") ? "actionThemeDark" : "actionThemeLight");
        settle();
    }
    void take(const QString& name) { take(name, window_); }
    void take(const QString& name, QWidget& widget)
    {
        settle();
        const QString path = directory_.filePath(QStringLiteral("%1-%2").arg(name, ending_));
        if (!widget.grab().save(path))
            std::fprintf(stderr, "cannot write %s\n", qPrintable(path));
    }
    void trigger(const char* action) { window_.findChild<QAction*>(QLatin1String(action))->trigger(); }
    void raise(QDockWidget& dock)
    {
        dock.show();
        dock.raise();
        settle(100);
    }

    void views()
    {
        for (QDockWidget* dock : window_.findChildren<QDockWidget*>()) {
            const QString name = dock->objectName();
            if (name == QStringLiteral("sessionDock") || name == QStringLiteral("inspectorDock"))
                continue;  // in sight all the time
            raise(*dock);
            if (name == QStringLiteral("guaranteeDock")) {
                window_.findChild<QPushButton*>(QStringLiteral("findGuarantee"))->click();
                while (session_.jobs().busy())
                    settle(50);
            }
            take(QString(name).remove(QStringLiteral("Dock")));
            if (name == QStringLiteral("quantizationDock")) {
                window_.findChild<QPushButton*>(QStringLiteral("measureLayers"))->click();
                while (session_.jobs().busy())
                    settle(50);
                take(QStringLiteral("quantization-layers"));
                auto* shown = window_.findChild<QComboBox*>(QStringLiteral("quantizationShown"));
                shown->setCurrentIndex(1);
                take(QStringLiteral("quantization-answers"));
                shown->setCurrentIndex(0);
            }
            if (name == QStringLiteral("logDock"))
                dock->hide();
        }
        raise(*window_.findChild<QDockWidget*>(QStringLiteral("tradeoffDock")));
        session_.addFilters({{gui::Filter::Kind::good, 0}, {gui::Filter::Kind::exit, 1}});
        trigger("actionShowGrid");
        take(QStringLiteral("grid"));
        trigger("actionShowGrid");
        session_.clearFilters();
        trigger("actionShowHints");
        take(QStringLiteral("hint-budget"));
        for (const char* step : {"hint-sample", "hint-export"}) {
            window_.findChild<QPushButton*>(QStringLiteral("nextHint"))->click();
            take(QLatin1String(step));
        }
        window_.findChild<QToolButton*>(QStringLiteral("closeHints"))->click();
        auto* search = window_.findChild<QLineEdit*>(QStringLiteral("searchField"));
        search->setText(QStringLiteral("predicted_error>0.2 clas:1"));
        take(QStringLiteral("search"));
        search->clear();
    }

    void dialogs(app::Prompts& prompts)
    {
        app::EvaluateDialog evaluate(prompts, session_.settings(), {}, {}, session_.model(), session_.data().test,
                                     &window_);
        evaluate.show();
        take(QStringLiteral("dialog-evaluate"), evaluate);
        app::DataDialog data(prompts, {}, {}, {}, session_.model(), session_.data().test, &window_);
        data.show();
        take(QStringLiteral("dialog-data"), data);
        for (const auto& [action, dialog] :
             {std::pair("actionExportBundle", "bundleDialog"), std::pair("actionAddExits", "exitsDialog")}) {
            trigger(action);
            if (auto* shown = window_.findChild<QDialog*>(QLatin1String(dialog))) {
                take(QStringLiteral("dialog-") + QLatin1String(dialog), *shown);
                shown->close();
            }
            settle(50);
        }
    }

private:
    QDir directory_;
    app::MainWindow& window_;
    app::Session& session_;
    QString ending_;
};

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() < 3) {
        std::fprintf(stderr, "usage: view_pictures DIR RUN.exr [MODEL.onnx]\n");
        return 1;
    }
    app::installTranslation(application, app::Language::system);
    const QDir directory(QDir(arguments[1]).absolutePath());
    directory.mkpath(QStringLiteral("."));
    QTemporaryDir scratch;
    QSettings settings(scratch.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    app::DialogPrompts prompts;
    app::Session session;
    app::MainWindow::Options options;
    options.sample = app::findSample(QApplication::applicationDirPath());
    app::MainWindow window(session, settings, prompts, options);
    window.show();
    Album album(directory, window, session);
    for (const char* theme : {"light", "dark"}) {
        for (const QSize size : sizes) {
            album.page(QLatin1String(theme), size);
            album.take(QStringLiteral("welcome"));
            album.trigger("actionShowHints");
            album.take(QStringLiteral("hint-welcome"));
            window.findChild<QToolButton*>(QStringLiteral("closeHints"))->click();
        }
    }
    app::OpenRequest request;
    request.run = arguments[2];
    if (arguments.size() > 3)
        request.model = arguments[3];
    window.open(request);
    while (!session.point()->decided() || session.jobs().busy())
        settle(50);
    album.trigger("actionPinPoint");
    session.setBudget(session.budget() * 0.8);
    for (const char* theme : {"light", "dark"}) {
        for (const QSize size : sizes) {
            album.page(QLatin1String(theme), size);
            album.views();
            album.dialogs(prompts);
        }
    }
    return 0;
}
