# find_package(Exitscope): the library Exitscope::core and what it links with.
include(FeatureSummary)
include(${CMAKE_CURRENT_LIST_DIR}/ExitscopeCoreDependencies.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/ExitscopeTargets.cmake)
