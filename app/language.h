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

/// Translates texts of widgets created after this call, including Qt's own dialogs. For the system's language: the
/// first language of the desktop that has a translation, else English.
void installTranslation(QCoreApplication& application, Language language);

/// While an object of this class exists, texts in this thread are not translated, so that reports, which others read
/// and compare, are English in every language.
class SourceTexts {
public:
    SourceTexts();
    ~SourceTexts();
    SourceTexts(const SourceTexts&) = delete;
    SourceTexts& operator=(const SourceTexts&) = delete;
};

}  // namespace exitscope::app
