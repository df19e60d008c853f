// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <QDialog>

#include "widgets/plots/plot_export.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSettings;
class QSpinBox;

namespace exitscope::gui {
class MessageBar;
class Plot;
}  // namespace exitscope::gui

namespace exitscope::app {

class Prompts;

/// "Plot for print": a plot of the window black on white, in the width of a column and with type of so many points, as
/// `exitscope-cli plot --style paper` draws it; seen before it is saved or copied. Sizes are remembered.
class PrintDialog : public QDialog {
    Q_OBJECT
public:
    /// All outlive the dialog. `suggestion` is a file's name without ending.
    PrintDialog(const gui::Plot& plot, Prompts& chooser, QSettings& settings, QString suggestion,
                QWidget* parent = nullptr);

signals:
    void written(const QString& path);
    void copied();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void chooseWidth(int column);
    void showPreview();
    void save();
    void copy();
    void remember() const;
    [[nodiscard]] plots::PaperStyle style() const;

    const gui::Plot& plot_;
    Prompts& chooser_;
    QSettings& settings_;
    QString suggestion_;
    QComboBox* column_ = nullptr;
    QDoubleSpinBox* width_ = nullptr;
    QDoubleSpinBox* height_ = nullptr;
    QDoubleSpinBox* points_ = nullptr;
    QSpinBox* dpi_ = nullptr;
    QLabel* preview_ = nullptr;
    gui::MessageBar* message_ = nullptr;
};

}  // namespace exitscope::app
