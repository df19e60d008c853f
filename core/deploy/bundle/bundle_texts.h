// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace exitscope::bundle {

/// Contents of core/deploy/bundle/files/: run.js, run.cpp, CMakeLists.txt, README.md, policy.schema.json.
extern const std::string_view driver_text;
extern const std::string_view cpp_driver_text;
extern const std::string_view cpp_build_text;
extern const std::string_view readme_text;
extern const std::string_view schema_text;

}  // namespace exitscope::bundle
