// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>
#include <QStandardPaths>

#include "app/language.h"
#include "app/main_window.h"
#include "app/open_request.h"
#include "app/prompts.h"
#include "app/session.h"
#include "widgets/common/theme.h"

int main(int argc, char** argv)
{
    using namespace exitscope;
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("exitscope"));
    QApplication::setApplicationDisplayName(QStringLiteral("Exitscope"));
    QApplication::setOrganizationName(QStringLiteral("exitscope"));
    QApplication::setApplicationVersion(QStringLiteral(EXITSCOPE_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("exitscope"));

    QSettings settings;
    app::installTranslation(application, app::savedLanguage(settings));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QApplication::translate("main", "Workbench for multi-exit, quantized image classifiers."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption sample(QStringLiteral("sample"),
                                    QApplication::translate("main", "Open the sample model and its data."));
    const QCommandLineOption fit(QStringLiteral("fit"), QApplication::translate("main", "Data to fit on."),
                                 QStringLiteral("data"));
    const QCommandLineOption test(QStringLiteral("test"), QApplication::translate("main", "Data to test on."),
                                  QStringLiteral("data"));
    parser.addOptions({sample, fit, test});
    parser.addPositionalArgument(QStringLiteral("files"),
                                 QApplication::translate("main", "A model (.onnx), a run (.exr), data; in any order."),
                                 QStringLiteral("[files...]"));
    parser.process(application);

    app::OpenRequest request = app::classify(parser.positionalArguments());
    request.sample = parser.isSet(sample);
    request.fit = parser.value(fit);
    request.test = parser.value(test);

    app::MainWindow::Options options;
    options.sample = app::findSample(QApplication::applicationDirPath());
    options.systemIsDark = gui::isDark(QApplication::palette());
    options.autosave = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/sessions");
    options.hints = true;
    app::DialogPrompts prompts;
    app::Session session;
    app::MainWindow window(session, settings, prompts, options);
    window.show();
    window.open(request);
    return QApplication::exec();
}
