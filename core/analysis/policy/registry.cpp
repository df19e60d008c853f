// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/registry.h"

#include <algorithm>
#include <array>

#include "core/analysis/policy/policies.h"

namespace exitscope::policy {

std::span<const Info> registry()
{
#define EXITSCOPE_NAME(NAME) NAME##_policy,
    static const auto policies = std::to_array<Info>({EXITSCOPE_POLICIES(EXITSCOPE_NAME)});
#undef EXITSCOPE_NAME
    return policies;
}

const Info* find(std::string_view name)
{
    const std::span<const Info> policies = registry();
    const auto found = std::find_if(policies.begin(), policies.end(), [name](const Info& i) { return i.name == name; });
    return found == policies.end() ? nullptr : &*found;
}

std::string title(std::string_view name)
{
    const Info* info = find(name);
    return std::string(info ? info->title : name);
}

}  // namespace exitscope::policy
