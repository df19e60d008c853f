// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

namespace exitscope::app {
namespace {

constexpr QLatin1String languageKey("window/language");

thread_local int sourceTextsWanted = 0;

class Translation : public QTranslator {
public:
    using QTranslator::QTranslator;
    QString translate(const char* context, const char* source, const char* comment, int n) const override
    {
        return sourceTextsWanted > 0 ? QString() : QTranslator::translate(context, source, comment, n);
    }
};

QLocale localeOf(Language language)
{
    switch (language) {
    case Language::system: return QLocale::system();
    case Language::english: return QLocale(QLocale::English);
    case Language::german: return QLocale(QLocale::German);
    }
    return QLocale::system();
}

}  // namespace

Language savedLanguage(const QSettings& settings)
{
    const QString name = settings.value(languageKey).toString();
    if (name == QLatin1String("en"))
        return Language::english;
    return name == QLatin1String("de") ? Language::german : Language::system;
}

void saveLanguage(QSettings& settings, Language language)
{
    if (language == Language::system)
        settings.remove(languageKey);
    else
        settings.setValue(languageKey, localeOf(language).name().left(2));
}

void installTranslation(QCoreApplication& application, Language language)
{
    const QString own = QStringLiteral(":/translations");
    const QString name = QStringLiteral("exitscope");
    auto* texts = new Translation(&application);
    if (!texts->load(localeOf(language), name, QStringLiteral("_"), own))
        static_cast<void>(texts->load(QLocale(QLocale::English), name, QStringLiteral("_"), own));
    QCoreApplication::installTranslator(texts);

    auto* qtTexts = new QTranslator(&application);
    if (qtTexts->load(QLocale(texts->language()), QStringLiteral("qtbase"), QStringLiteral("_"),
                      QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(qtTexts);
    else
        delete qtTexts;
}

SourceTexts::SourceTexts()
{
    ++sourceTextsWanted;
}

SourceTexts::~SourceTexts()
{
    --sourceTextsWanted;
}

}  // namespace exitscope::app
