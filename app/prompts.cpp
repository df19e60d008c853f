// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prompts.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>

namespace exitscope::app {

QString DialogPrompts::openFile(QWidget* parent, const QString& title, const QString& filter)
{
    QString path = QFileDialog::getOpenFileName(parent, title, directory_, filter);
    if (!path.isEmpty())
        directory_ = QFileInfo(path).path();
    return path;
}

QString DialogPrompts::openDirectory(QWidget* parent, const QString& title)
{
    QString path = QFileDialog::getExistingDirectory(parent, title, directory_);
    if (!path.isEmpty())
        directory_ = path;
    return path;
}

QString DialogPrompts::saveFile(QWidget* parent, const QString& title, const QString& suggestion, const QString& filter)
{
    QString path = QFileDialog::getSaveFileName(parent, title, QDir(directory_).filePath(suggestion), filter);
    if (!path.isEmpty())
        directory_ = QFileInfo(path).path();
    return path;
}

Prompts::Unsaved DialogPrompts::askUnsaved(QWidget* parent)
{
    const auto answer = QMessageBox::question(parent, QObject::tr("Unsaved run"),
                                              QObject::tr("The evaluation has not been saved. Save it?"),
                                              QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel);
    if (answer == QMessageBox::Save)
        return Unsaved::save;
    return answer == QMessageBox::Discard ? Unsaved::discard : Unsaved::stay;
}

}  // namespace exitscope::app
