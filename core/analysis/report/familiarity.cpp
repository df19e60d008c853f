// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/familiarity.h"

#include "core/analysis/report/text.h"

namespace exitscope::report {

std::string to_sentence(const Familiarity& seen)
{
    std::string text = "the last exit is right on " + percent(seen.fitted_accuracy) + " of the images fitted on";
    if (seen.others_are_new)
        text += " and on " + percent(seen.other_accuracy) +
                " of the others: the network most likely knows the former, and errors estimated on them are about " +
                decimal(100 * (seen.fitted_accuracy - seen.other_accuracy), 1) + " points too low";
    else
        text += ": the network was most likely trained on them, and accuracies measured on such images are too high";
    return text + "; fit on images that neither the network nor its heads have seen";
}

}  // namespace exitscope::report
