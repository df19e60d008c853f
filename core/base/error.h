// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace exitscope {

/// Closed list of what can go wrong. The values are the exit codes of the command line.
enum class ErrorCode : int {
    usage = 1,         ///< the request itself makes no sense (unknown option, impossible budget)
    bad_input = 2,     ///< a file or a data set cannot be read or is inconsistent
    unsupported = 3,   ///< a well-formed model asks for something this program does not do
    cannot_write = 4,  ///< an output file or directory cannot be written
    cancelled = 5,     ///< the user stopped the job
    internal = 6,      ///< a fault of this program (core/base/unexpected.h)
};

/// One failure, worded for a person: `where` names the file (and place), `detail` is one sentence without a full stop.
struct Error {
    ErrorCode code = ErrorCode::bad_input;
    std::string where;
    std::string detail;

    /// "WHERE: DETAIL", the form in which the window and the command line show it.
    [[nodiscard]] std::string message() const { return where.empty() ? detail : where + ": " + detail; }
};

/// Result of everything that touches the outside: a value or one Error. Exceptions stay inside adapters.
template <class T>
using Expected = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string_view where, std::string detail)
{
    return tl::unexpected<Error>(Error{code, std::string(where), std::move(detail)});
}
[[nodiscard]] inline tl::unexpected<Error> bad_input(std::string_view where, std::string detail)
{
    return fail(ErrorCode::bad_input, where, std::move(detail));
}
[[nodiscard]] inline tl::unexpected<Error> unsupported(std::string_view where, std::string detail)
{
    return fail(ErrorCode::unsupported, where, std::move(detail));
}
[[nodiscard]] inline tl::unexpected<Error> cancelled()
{
    return fail(ErrorCode::cancelled, {}, "cancelled");
}
/// Hands an inner error on: `return forward(result);`
template <class T>
[[nodiscard]] tl::unexpected<Error> forward(Expected<T>& failed)
{
    return tl::unexpected<Error>(std::move(failed.error()));
}

}  // namespace exitscope
