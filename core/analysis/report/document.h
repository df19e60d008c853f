// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace exitscope::report {

/// A drawing made elsewhere (the core draws nothing): an inline SVG document and what it shows.
struct Figure {
    std::string id;  ///< which drawing it is: "trade-off", "flow", "exits", "reliability", "guarantee"
    std::string title;
    std::string caption;
    std::string svg;
    std::string svg_dark;  ///< the same for dark screens; may be empty
};

/// The report as a list of blocks, before it is HTML or PDF: both show the same words and numbers. All text is plain
/// UTF-8 from anywhere; whoever writes it out escapes it.
struct Span {
    std::string text;
    bool strong = false;
    std::string link = {};  ///< a URL, or "#id" of a heading; empty for none
};

struct Heading {
    int level = 2;  ///< 1: the report, 2: a section, 3: within one
    std::string text;
    std::string id = {};  ///< what links name; sections have one
};

struct Paragraph {
    enum class Kind { body, lead, note, warning };
    std::vector<Span> spans;
    Kind kind = Kind::body;
};

/// The sections with links to them.
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

/// The few numbers that matter most, with what they are.
struct Cards {
    struct Card {
        std::string number;
        std::string what;
    };
    std::vector<Card> cards;
};

/// The first column holds names, the others numbers; every row has a cell a column. Without a head: names and values,
/// whose text may be long.
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

/// Small pictures with what happened to them.
struct Gallery {
    struct Picture {
        std::vector<unsigned char> png;  ///< empty when the image is not at hand
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
