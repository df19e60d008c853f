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

/// "Plot for print": preview of a plot of the window black on white, with a chosen width and font size, as drawn by
/// `exitscope-cli plot --style paper`; saves or copies it. Sizes are remembered.
class PrintDialog : public QDialog {
    Q_OBJECT
public:
    /// All references must outlive the dialog. `suggestion` is a file name without extension.
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
