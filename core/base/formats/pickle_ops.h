// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace exitscope::formats {

/// Codes of the operations that numbers, strings, containers and NumPy arrays need; names as in pickletools.
enum class PickleOp : std::uint8_t {
    mark = '(',
    stop = '.',
    none = 'N',
    binint = 'J',
    binint1 = 'K',
    binint2 = 'M',
    binfloat = 'G',
    short_binstring = 'U',
    binstring = 'T',
    short_binbytes = 'C',
    binbytes = 'B',
    binunicode = 'X',
    empty_list = ']',
    append = 'a',
    appends = 'e',
    empty_tuple = ')',
    tuple = 't',
    empty_dict = '}',
    setitem = 's',
    setitems = 'u',
    binput = 'q',
    long_binput = 'r',
    binget = 'h',
    long_binget = 'j',
    global = 'c',
    reduce = 'R',
    build = 'b',
    proto = 0x80,
    tuple1 = 0x85,
    tuple2 = 0x86,
    tuple3 = 0x87,
    newtrue = 0x88,
    newfalse = 0x89,
    long1 = 0x8a,
    short_binunicode = 0x8c,
    binunicode8 = 0x8d,
    binbytes8 = 0x8e,
    stack_global = 0x93,
    memoize = 0x94,
    frame = 0x95,
    bytearray8 = 0x96,
};

}  // namespace exitscope::formats
