// SPDX-License-Identifier: GPL-3.0-or-later
#include <string_view>

#include <QTest>

#include "core/base/hash.h"

using namespace exitscope;

namespace {

void add(ContentHash& hash, std::string_view text)
{
    hash.add(std::as_bytes(std::span(text)));
}

}  // namespace

class TestHash : public QObject {
    Q_OBJECT
private slots:
    void equals_the_published_value()
    {
        // XXH3_128bits of no input, seed 0 (xxHash's own sanity table).
        QCOMPARE(ContentHash().hex(), std::string("99aa06d3014798d86001c324468d497f"));
    }

    void pieces_do_not_matter()
    {
        const std::string text(1000, 'x');
        ContentHash whole;
        add(whole, text + "end");
        ContentHash pieces;
        for (std::size_t at = 0; at < text.size(); at += 125)
            add(pieces, std::string_view(text).substr(at, 125));
        add(pieces, "");
        add(pieces, "end");
        QCOMPARE(pieces.hex(), whole.hex());
        QCOMPARE(pieces.hex(), whole.hex());  // asking does not change it
    }

    void one_bit_changes_it()
    {
        ContentHash a;
        ContentHash b;
        add(a, "exit a");
        add(b, "exit c");
        QVERIFY(a.hex() != b.hex());
        QCOMPARE(a.hex().size(), std::size_t{32});
    }
};

QTEST_GUILESS_MAIN(TestHash)
#include "tst_hash.moc"
