// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/core_text.h"

#include <iterator>
#include <string>

#include <QCoreApplication>

#include "core/analysis/policy/registry.h"

namespace exitscope::plots {
namespace {

/// Texts that the core does not mark itself, as translatable() does.
constexpr const char* texts[] = {
    // cost models, losses, promises
    QT_TRANSLATE_NOOP("core", "Energy"),
    QT_TRANSLATE_NOOP("core", "Measured latency"),
    QT_TRANSLATE_NOOP("core", "Performance gap"),
    QT_TRANSLATE_NOOP("core", "Inconsistency"),
    QT_TRANSLATE_NOOP("core", "Brier gap"),
    QT_TRANSLATE_NOOP("core", "Brier inconsistency"),
    QT_TRANSLATE_NOOP("core", "Hellinger distance"),
    QT_TRANSLATE_NOOP("core", "the empirical risk is below eps: no guarantee"),
    QT_TRANSLATE_NOOP("core", "the expected risk is at most eps"),
    QT_TRANSLATE_NOOP("core", "the expected risk is at most eps where every sample's loss rises along the knob"),
    // phases of jobs
    QT_TRANSLATE_NOOP("core", "Calibrating"),
    QT_TRANSLATE_NOOP("core", "Comparing with the float network"),
    QT_TRANSLATE_NOOP("core", "Computing features"),
    QT_TRANSLATE_NOOP("core", "Converting the stages"),
    QT_TRANSLATE_NOOP("core", "Evaluating"),
    QT_TRANSLATE_NOOP("core", "Fitting error predictors"),
    QT_TRANSLATE_NOOP("core", "Fitting policies"),
    QT_TRANSLATE_NOOP("core", "Looking at features"),
    QT_TRANSLATE_NOOP("core", "Looking for the images"),
    QT_TRANSLATE_NOOP("core", "Measuring latency"),
    QT_TRANSLATE_NOOP("core", "Preparing"),
    QT_TRANSLATE_NOOP("core", "Quantizing"),
    QT_TRANSLATE_NOOP("core", "Quantizing one layer at a time"),
    QT_TRANSLATE_NOOP("core", "Reading the data set"),
    QT_TRANSLATE_NOOP("core", "Reading the images"),
    QT_TRANSLATE_NOOP("core", "Reading the model"),
    QT_TRANSLATE_NOOP("core", "Reading the run"),
    QT_TRANSLATE_NOOP("core", "Walking through the settings"),
    QT_TRANSLATE_NOOP("core", "Writing"),
    QT_TRANSLATE_NOOP("core", "Writing the run"),
};

}  // namespace

QString core_text(std::string_view english)
{
    return QCoreApplication::translate("core", std::string(english).c_str());
}

QString core_text(const Sentence& sentence)
{
    QString text = core_text(sentence.pattern);
    // from the last place on: a value may itself hold a percent sign, but no place of a higher number
    for (std::size_t i = sentence.values.size(); i-- > 0;)
        text.replace(QLatin1Char('%') + QString::number(i + 1), QString::fromStdString(sentence.values[i]));
    return text;
}

std::vector<std::string_view> core_texts()
{
    std::vector<std::string_view> all(std::begin(texts), std::end(texts));
    for (const policy::Info& policy : policy::registry())
        all.push_back(policy.description);
    return all;
}

}  // namespace exitscope::plots
