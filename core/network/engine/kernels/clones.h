// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// A function compiled for several instruction sets, chosen when the program starts. All give the same bits: there are
/// no fused multiply-adds (-ffp-contract=off) and loops keep their order of additions.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define EXITSCOPE_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define EXITSCOPE_CLONES
#endif
