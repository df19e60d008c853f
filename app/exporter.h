// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QObject>
#include <QPointer>
#include <QString>

class QSettings;
class QWidget;

namespace exitscope::gui {
class FactTable;
class Plot;
class SampleModel;
class Thumbnails;
}  // namespace exitscope::gui

namespace exitscope::report {
struct Material;
}

namespace exitscope::app {

class BundleDialog;
class Prompts;
class Session;

/// What leaves the program: plots, tables, samples, curves, reports and bundles. Asks for a name, then writes beside
/// the window where that takes long.
class Exporter : public QObject {
    Q_OBJECT
public:
    /// All outlive this object; `window` is what dialogs belong to.
    Exporter(Session& session, QSettings& settings, Prompts& prompts, QWidget& window);

    void exportPlot(gui::Plot& plot);
    void printPlot(gui::Plot& plot);
    void copyPlot(gui::Plot& plot);
    void exportNumbers(const gui::FactTable& table);
    /// The samples shown, in their order.
    void exportSamples(const gui::SampleModel& shown);
    void exportCurves();
    void exportReport(const gui::Thumbnails& thumbnails);
    void exportBundle();
    /// A file name after the run's model: "model-WHAT.ENDING"; either may be empty.
    [[nodiscard]] QString suggestedName(const QString& what, const QString& ending) const;

signals:
    /// One sentence each: what was done, and what could not be.
    void note(const QString& sentence);
    void problem(const QString& sentence);

private:
    [[nodiscard]] QString askFile(const QString& title, const QString& what, const QString& ending,
                                  const QString& filter);
    void writeReport(const QString& path, const std::shared_ptr<const report::Material>& material);

    Session& session_;
    QSettings& settings_;
    Prompts& prompts_;
    QWidget& window_;
    QPointer<BundleDialog> bundle_;
};

}  // namespace exitscope::app
