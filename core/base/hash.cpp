// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"

#include <cstdint>
#include <new>

#include <xxhash.h>

namespace exitscope {

struct ContentHash::State {
    XXH3_state_t* xxh = XXH3_createState();
    State()
    {
        if (!xxh)
            throw std::bad_alloc();
        XXH3_128bits_reset(xxh);
    }
    ~State() { XXH3_freeState(xxh); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) {}
ContentHash::~ContentHash() = default;
ContentHash::ContentHash(ContentHash&&) noexcept = default;
ContentHash& ContentHash::operator=(ContentHash&&) noexcept = default;

void ContentHash::add(std::span<const std::byte> bytes)
{
    XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
}

std::string ContentHash::hex() const
{
    const XXH128_hash_t digest = XXH3_128bits_digest(state_->xxh);
    std::string text;
    for (const std::uint64_t half : {digest.high64, digest.low64})
        for (int shift = 60; shift >= 0; shift -= 4)
            text += "0123456789abcdef"[half >> shift & 0xf];
    return text;
}

}  // namespace exitscope
