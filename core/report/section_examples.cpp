// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/examples.h"
#include "core/report/sections.h"
#include "core/report/text.h"
#include "core/report/thumbnail.h"

namespace exitscope::report {
namespace {

constexpr std::size_t examples_a_group = 12;

/// The example's picture; nothing when the data at hand is not what the run was made on.
std::vector<unsigned char> picture(const Page& page, SampleIndex sample)
{
    const dataset::DatasetPtr& images = page.content.test_images;
    const SampleIndex source(page.run.test.source_index[sample.at()]);
    if (!images || source.at() >= images->size())
        return {};
    const std::optional<ClassIndex> label = images->label(source);
    if (!label || static_cast<std::int32_t>(label->value) != page.run.test.labels[sample.at()])
        return {};
    const Expected<dataset::Image> image = images->image(source);
    return image ? thumbnail_png(*image) : std::vector<unsigned char>();
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
