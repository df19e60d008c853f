// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/prompts.h"

namespace exitscope::tests {

/// Answers with names prepared by the test.
class PreparedPrompts : public app::Prompts {
public:
    QString open;
    QString save;
    Unsaved unsaved = Unsaved::discard;
    int asked = 0;
    QString suggested;  ///< by the last call of saveFile()

    QString openFile(QWidget*, const QString&, const QString&) override { return open; }
    QString openDirectory(QWidget*, const QString&) override { return open; }
    QString saveFile(QWidget*, const QString&, const QString& suggestion, const QString&) override
    {
        suggested = suggestion;
        return save;
    }
    Unsaved askUnsaved(QWidget*) override
    {
        ++asked;
        return unsaved;
    }
};

}  // namespace exitscope::tests
