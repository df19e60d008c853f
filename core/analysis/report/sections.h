// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/analysis/analyse/proportion.h"
#include "core/analysis/report/report.h"

namespace exitscope::report {

/// The report while it is written, and the data that its sections share.
class Page {
public:
    explicit Page(const Content& what);

    const Content& content;
    const run::Run& run;
    double full_accuracy = 0;  ///< as a fraction; valid if labelled()

    [[nodiscard]] bool labelled() const { return run.test.labelled(); }
    [[nodiscard]] std::string cost_title() const { return std::string(cost::title(content.costs->kind)); }
    [[nodiscard]] std::string full_name() const;

    void add(Block block);
    void section(std::string title, std::string id) { add(Heading{2, std::move(title), std::move(id)}); }
    void text(std::string words, Paragraph::Kind kind = Paragraph::Kind::body)
    {
        add(Paragraph{{{std::move(words)}}, kind});
    }
    void note(std::string words) { text(std::move(words), Paragraph::Kind::note); }
    /// Adds the drawing with this name, if there is one.
    void figure(const std::string& id);
    [[nodiscard]] std::size_t size() const { return blocks_.size(); }
    [[nodiscard]] std::vector<Block> take() { return std::move(blocks_); }

private:
    std::vector<Block> blocks_;
};

[[nodiscard]] std::string split_text(const run::Split& split);
/// "91.2 to 92.4 %"
[[nodiscard]] std::string interval(const analyse::Proportion& share, int decimals = 1);
/// A row of plain cells.
[[nodiscard]] Table::Row row(std::vector<std::string> cells, bool chosen = false);

// The sections, in the order of the report; a section without data is left out.
void add_summary(Page& page);
void add_trade_off(Page& page);
void add_operating_point(Page& page);
void add_predicted_error(Page& page);
void add_quantization(Page& page);
void add_guarantee(Page& page);
void add_examples(Page& page);
void add_provenance(Page& page);
void add_method_notes(Page& page);

}  // namespace exitscope::report
