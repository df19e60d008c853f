// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/core_text.h"

#include <string>

#include <QCoreApplication>

namespace exitscope::plots {
namespace {

constexpr const char* texts[] = {
    // policies; NOLINTNEXTLINE(bugprone-suspicious-missing-comma): each is one string on several lines
    QT_TRANSLATE_NOOP("core", "Chooses exit and precision of every stage by the predicted error of each continuation "
                              "plus lambda times its cost, and decides again at every gate"),
    QT_TRANSLATE_NOOP("core", "QuEE with predicted errors read from a table over clusters of the gate's features"),
    QT_TRANSLATE_NOOP(
        "core", "QuEE by exact backward induction over clusters of the gates' features and the moves between them"),
    QT_TRANSLATE_NOOP(
        "core", "Leaves at the first exit whose largest probability is above one shared threshold; highest precision"),
    QT_TRANSLATE_NOOP("core",
                      "Leaves at the first exit whose entropy is below one shared threshold; highest precision"),
    QT_TRANSLATE_NOOP("core", "Leaves at the first exit whose two largest probabilities differ by more than one shared "
                              "threshold; highest precision"),
    QT_TRANSLATE_NOOP("core",
                      "One confidence threshold on one fixed mixed-precision path, both chosen on the fit split"),
    QT_TRANSLATE_NOOP("core", "Weighs the exits exponentially by risk and cost under a budget and takes survivors' "
                              "quantiles of the largest probability as thresholds; highest precision"),
    QT_TRANSLATE_NOOP("core", "EERO on the exits of one fixed mixed-precision path, chosen on the fit split"),
    QT_TRANSLATE_NOOP("core", "Exit shares that fall or rise geometrically from exit to exit; highest precision"),
    QT_TRANSLATE_NOOP("core",
                      "A logistic gate at every exit learns whether a later exit is worth its cost; highest precision"),
    QT_TRANSLATE_NOOP("core", "Leaves when so many exits in a row agree; highest precision"),
    QT_TRANSLATE_NOOP(
        "core", "Leaves where answers of this confidence were right often enough on the fit split; highest precision"),
    QT_TRANSLATE_NOOP(
        "core", "One exit and one precision path for every image; those that no cheaper model beats on the fit split"),
    QT_TRANSLATE_NOOP("core", "Random mixing of two static models: what a dynamic method must beat"),
    QT_TRANSLATE_NOOP("core", "The same share of images in every state as QuEE, drawn without looking at the image"),
    QT_TRANSLATE_NOOP("core", "A complete cheap pass with early exits first; images still uncertain at its end run "
                              "again at a higher precision; every answer pools all heads visited"),
    QT_TRANSLATE_NOOP("core", "QuEE that may also run the network again at a higher precision after a complete cheap "
                              "pass; every answer pools all heads visited"),
    QT_TRANSLATE_NOOP("core", "Knows the labels and minimises error plus lambda times cost: no policy lies above it"),
    QT_TRANSLATE_NOOP("core",
                      "Knows the labels and takes the cheapest state that is right, or the cheapest of all if none is"),
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

std::span<const char* const> core_texts()
{
    return texts;
}

}  // namespace exitscope::plots
