// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/examples.h"
#include "core/analysis/report/sections.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {
namespace {

constexpr std::size_t examples_a_group = 12;

/// The example's image; empty when the data differ from those of the run.
std::vector<unsigned char> picture(const Page& page, SampleIndex sample)
{
    const Thumbnails& thumbnails = page.content.thumbnails;
    if (!thumbnails)
        return {};
    return thumbnails(SampleIndex(page.run.test.source_index[sample.at()]), page.run.test.labels[sample.at()]);
}

}  // namespace

void add_examples(Page& page)
{
    const std::vector<ExampleGroup> groups =
        instructive_examples(*page.content.analysis, page.content.decisions, examples_a_group);
    if (groups.empty())
        return;
    page.section("Images worth a look", "images");
    bool missing = false;
    for (const ExampleGroup& group : groups) {
        page.add(Heading{3, group.title + ": " + grouped(group.count) + " of " + grouped(page.run.test.samples)});
        page.note(group.description);
        Gallery gallery;
        for (const Example& example : group.examples) {
            const std::size_t i = example.sample.at();
            gallery.pictures.push_back({picture(page, example.sample),
                                        class_text(page.run, static_cast<std::size_t>(page.run.test.labels[i])),
                                        "#" + std::to_string(page.run.test.source_index[i]), example.caption});
            missing = missing || gallery.pictures.back().png.empty();
        }
        if (!gallery.pictures.empty())
            page.add(std::move(gallery));
    }
    page.note(std::string("Bold: the true class; #: position in the data set; percentages: the exit's own "
                          "confidence.") +
              (missing ? " Some images are missing because the data is no longer where it was or has changed." : ""));
}

}  // namespace exitscope::report
