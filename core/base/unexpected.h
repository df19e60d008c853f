// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace exitscope {

/// The error that stands for the exception being handled, at the outermost place that can still say something. One
/// about memory blames the input. No other leaves the adapters (core/base/error.h), so that it is a fault of this
/// program: code internal, with a request to report it. Call it inside a handler.
[[nodiscard]] inline Error unexpected_error()
{
    const auto internal = [](const std::string& what) {
        return Error{ErrorCode::internal, "internal error",
                     what + "; this is a fault of Exitscope, please report it with what led to it"};
    };
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return {ErrorCode::bad_input, {}, "needs more memory than there is"};
    } catch (const std::exception& unexpected) {
        return internal(unexpected.what());
    } catch (...) {
        return internal("an exception of an unknown type");
    }
}

/// What `work()` returns, an Expected; unexpected_error() when it throws.
template <class Work>
[[nodiscard]] auto guarded(Work&& work) -> decltype(work())
{
    try {
        return std::forward<Work>(work)();
    } catch (...) {
        return tl::unexpected<Error>(unexpected_error());
    }
}

}  // namespace exitscope
