// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace exitscope::report {

/// A drawing made outside the core: an inline SVG document and its description.
struct Figure {
    std::string id;  ///< kind of drawing: "trade-off", "flow", "exits", "reliability", "guarantee"
    std::string title;
    std::string caption;
    std::string svg;
    std::string svg_dark;  ///< the same for dark screens; may be empty
};

/// The report as a list of blocks, from which HTML and PDF are written with the same words and numbers. All text is
/// plain, unescaped UTF-8; the writers escape it.
struct Span {
    std::string text;
    bool strong = false;
    std::string link = {};  ///< a URL, or "#id" of a heading; empty for none
};

struct Heading {
    int level = 2;  ///< 1: title of the report, 2: section, 3: subsection
    std::string text;
    std::string id = {};  ///< target of links; empty except for sections
};

struct Paragraph {
    enum class Kind { body, lead, note, warning };
    std::vector<Span> spans;
    Kind kind = Kind::body;
};

/// Table of contents: the sections with links to them.
struct Contents {
    struct Entry {
        std::string title;
        std::string id;
    };
    std::vector<Entry> entries;
};

struct Bullets {
    std::vector<std::vector<Span>> items;
};

/// The few most important numbers, each with a caption.
struct Cards {
    struct Card {
        std::string number;
        std::string what;
    };
    std::vector<Card> cards;
};

/// The first column holds names, the others numbers; every row has one cell per column. A table without a head holds
/// names and values, whose text may be long.
struct Table {
    struct Cell {
        std::string text;
        bool best = false;
    };
    struct Row {
        std::vector<Cell> cells;
        bool chosen = false;
    };
    std::vector<std::string> head;
    std::vector<Row> rows;
};

/// Small images with captions.
struct Gallery {
    struct Picture {
        std::vector<unsigned char> png;  ///< empty when the image is not available
        std::string title;
        std::string number;
        std::string caption;
    };
    std::vector<Picture> pictures;
};

using Block = std::variant<Heading, Paragraph, Contents, Bullets, Cards, Table, Figure, Gallery>;

struct Document {
    std::string title;
    std::vector<Block> blocks;
};

}  // namespace exitscope::report
