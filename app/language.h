// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QCoreApplication;
class QSettings;

namespace exitscope::app {

/// The language of the window. Texts in the sources are English; others come from resources/translations.
enum class Language { system, english, german };

/// The system's, unless another one was saved.
[[nodiscard]] Language savedLanguage(const QSettings& settings);
void saveLanguage(QSettings& settings, Language language);

/// Translates what is made from now on, Qt's own dialogs included. The system's language is the first of the desktop's
/// that there is a translation into, else English.
void installTranslation(QCoreApplication& application, Language language);

/// While it lives, texts that this thread asks for are the sources' own: what is written for others to read or to
/// compare (reports) is English in every language.
class SourceTexts {
public:
    SourceTexts();
    ~SourceTexts();
    SourceTexts(const SourceTexts&) = delete;
    SourceTexts& operator=(const SourceTexts&) = delete;
};

}  // namespace exitscope::app
