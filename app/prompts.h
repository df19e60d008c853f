// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace exitscope::app {

/// Modal questions to the user; tests replace them with their own answers. An empty file name means cancelled.
class Prompts {
public:
    enum class Unsaved { save, discard, stay };

    virtual ~Prompts() = default;
    [[nodiscard]] virtual QString openFile(QWidget* parent, const QString& title, const QString& filter) = 0;
    [[nodiscard]] virtual QString openDirectory(QWidget* parent, const QString& title) = 0;
    [[nodiscard]] virtual QString saveFile(QWidget* parent, const QString& title, const QString& suggestion,
                                           const QString& filter) = 0;
    /// Asks what to do with a finished evaluation that is not saved and would be lost.
    [[nodiscard]] virtual Unsaved askUnsaved(QWidget* parent) = 0;
};

/// The desktop's dialogs; remembers the directory between calls.
class DialogPrompts : public Prompts {
public:
    [[nodiscard]] QString openFile(QWidget* parent, const QString& title, const QString& filter) override;
    [[nodiscard]] QString openDirectory(QWidget* parent, const QString& title) override;
    [[nodiscard]] QString saveFile(QWidget* parent, const QString& title, const QString& suggestion,
                                   const QString& filter) override;
    [[nodiscard]] Unsaved askUnsaved(QWidget* parent) override;

private:
    QString directory_;
};

}  // namespace exitscope::app
