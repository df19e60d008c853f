// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/remedies.h"

#include <algorithm>
#include <iterator>

#include <QCoreApplication>

namespace exitscope::app {
namespace {

struct Remedy {
    const char* option;
    const char* place;
};

constexpr const char* opening = QT_TRANSLATE_NOOP("app::Remedies", "File, Model options");
constexpr const char* reading = QT_TRANSLATE_NOOP("app::Remedies", "File, Open data set, Labels and damaged images");
constexpr const char* preprocessing = QT_TRANSLATE_NOOP("app::Remedies", "Run, Evaluation settings, Preprocessing");

constexpr Remedy remedies[] = {
    {"--allow-training-mode", opening},
    {"--exits", opening},
    {"--input-size", opening},
    {"--outputs", opening},
    {"--class-map", reading},
    {"--class-order", reading},
    {"--classes", reading},
    {"--image-root", reading},
    {"--label-offset", reading},
    {"--labels", reading},
    {"--skip-unreadable", reading},
    {"--channels", preprocessing},
    {"--crop", preprocessing},
    {"--fit", preprocessing},
    {"--mean", preprocessing},
    {"--preset", preprocessing},
    {"--range", preprocessing},
    {"--resize", preprocessing},
    {"--std", preprocessing},
};

bool names(const QString& sentence, const char* option)
{
    const QLatin1String words(option);
    for (qsizetype at = sentence.indexOf(words); at >= 0; at = sentence.indexOf(words, at + 1)) {
        const qsizetype end = at + words.size();
        const bool ends = end == sentence.size() || (!sentence[end].isLetterOrNumber() && sentence[end] != u'-');
        if (ends)
            return true;
    }
    return false;
}

}  // namespace

QString withPlaceInWindow(const QString& sentence)
{
    const auto* found = std::find_if(std::begin(remedies), std::end(remedies),
                                     [&](const Remedy& remedy) { return names(sentence, remedy.option); });
    if (found == std::end(remedies))
        return sentence;
    return QCoreApplication::translate("app::Remedies", "%1 (here: %2)")
        .arg(sentence, QCoreApplication::translate("app::Remedies", found->place));
}

}  // namespace exitscope::app
