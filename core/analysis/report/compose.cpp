// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <filesystem>

#include "core/analysis/analyse/proportion.h"
#include "core/analysis/report/sections.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {

std::string split_text(const run::Split& split)
{
    return (split.dataset.empty() ? split.name : split.dataset) + " (" + grouped(split.samples) + " images)";
}

std::string interval(const analyse::Proportion& share, int decimals)
{
    return decimal(100 * share.low, decimals) + " to " + percent(share.high, decimals);
}

Table::Row row(std::vector<std::string> cells, bool chosen)
{
    Table::Row made;
    made.chosen = chosen;
    for (std::string& cell : cells)
        made.cells.push_back({std::move(cell)});
    return made;
}

namespace {

Contents contents_of(const std::vector<Block>& blocks)
{
    Contents contents;
    for (const Block& block : blocks)
        if (const auto* heading = std::get_if<Heading>(&block); heading && heading->level == 2)
            contents.entries.push_back({heading->text, heading->id});
    return contents;
}

}  // namespace

Document compose(const Content& content)
{
    Page page(content);
    add_summary(page);
    const std::size_t contents = page.size();
    page.add(Contents{});
    add_trade_off(page);
    add_operating_point(page);
    add_predicted_error(page);
    add_quantization(page);
    add_guarantee(page);
    add_examples(page);
    add_provenance(page);
    add_method_notes(page);
    Document document;
    document.title = "Exitscope report: " + std::filesystem::path(page.run.provenance.model_path).filename().string() +
                     " on " + page.run.test.dataset;
    document.blocks = page.take();
    std::get<Contents>(document.blocks[contents]) = contents_of(document.blocks);
    return document;
}

}  // namespace exitscope::report
