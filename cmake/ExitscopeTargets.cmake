# Warnings and sanitizers, as interface targets that every target of ours links privately.
add_library(exitscope_warnings INTERFACE)
target_compile_options(exitscope_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    # GCC 12 warns about std::string's own code (GCC bug 105651), and takes it for ours in precompiled headers.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds>
    $<$<BOOL:${EXITSCOPE_WERROR}>:-Werror>)

# moc and rcc write as they do: in their files clang-tidy has one check, which never finds anything.
if(CMAKE_CXX_CLANG_TIDY)
    file(WRITE ${PROJECT_BINARY_DIR}/.clang-tidy "Checks: '-*,llvm-twine-local'\n")
endif()

# Headers of the standard library and of others that most files of a target read, parsed once. Headers of ours are not
# among them, so that a change rebuilds what includes them and nothing else.
set(EXITSCOPE_STANDARD_HEADERS <algorithm> <array> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <optional>
    <span> <string> <string_view> <tuple> <utility> <variant> <vector> <tl/expected.hpp>)
set(EXITSCOPE_WINDOW_HEADERS <QApplication> <QtWidgets> <qcustomplot.h>)
function(exitscope_precompile target)
    target_precompile_headers(${target} PRIVATE ${EXITSCOPE_STANDARD_HEADERS} ${ARGN})
    # Lets ccache see through a precompiled header.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()

# What the sanitizers must not say about libraries that were built without them.
set(EXITSCOPE_SANITIZER_OPTIONS "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp"
    "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp:die_after_fork=0")  # QProcess forks beside threads
# After so many seconds a test hangs; sanitizers make some of them twenty times slower.
set(EXITSCOPE_TEST_SECONDS 300)
set(EXITSCOPE_LONG_TEST_SECONDS 1800)
if(EXITSCOPE_SANITIZE)
    set(EXITSCOPE_TEST_SECONDS 1800)
    set(EXITSCOPE_LONG_TEST_SECONDS 7200)
    list(APPEND EXITSCOPE_SANITIZER_OPTIONS "QTEST_FUNCTION_TIMEOUT=1800000")
    # GCC warns falsely of uninitialised variants where sanitizers keep it from seeing through them.
    add_compile_options(-fsanitize=${EXITSCOPE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    add_link_options(-fsanitize=${EXITSCOPE_SANITIZE})
endif()

# `target` is compiled like `owner`, whose precompiled headers it takes.
function(exitscope_share_precompiled target owner)
    target_link_libraries(${target} PRIVATE exitscope_warnings $<TARGET_PROPERTY:${owner},LINK_LIBRARIES>)
    target_precompile_headers(${target} REUSE_FROM ${owner})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()

# Runs moc on every source that includes what moc makes of it: one step each, where AUTOMOC takes three.
function(exitscope_moc_sources target)
    foreach(source IN LISTS ARGN)
        cmake_path(GET source STEM stem)
        file(STRINGS ${source} included REGEX "^#include \"${stem}\\.moc\"$")
        if(included)
            qt_generate_moc(${source} ${CMAKE_CURRENT_BINARY_DIR}/${stem}.moc TARGET ${target})
            target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${stem}.moc)
            target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
        endif()
    endforeach()
endfunction()

# exitscope_add_test(tst_name SOURCES a.cpp ... LIBRARIES lib ...): one Qt Test program = one CTest test.
# Tests run offscreen from a scratch directory; EXITSCOPE_TEST_DATA is tests/data, EXITSCOPE_SAMPLES is samples/.
function(exitscope_add_test name)
    cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES" ${ARGN})
    add_executable(${name} ${TEST_SOURCES})
    exitscope_moc_sources(${name} ${TEST_SOURCES})
    target_link_libraries(${name} PRIVATE ${TEST_LIBRARIES})
    # Two sets of precompiled headers serve all tests: with and without what draws.
    if(TEST_LIBRARIES MATCHES "exitscope_(app|widgets|plots|report)")
        exitscope_share_precompiled(${name} exitscope_window_test_headers)
    else()
        exitscope_share_precompiled(${name} exitscope_test_headers)
    endif()
    target_compile_definitions(${name} PRIVATE
        EXITSCOPE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
        EXITSCOPE_SAMPLES="${PROJECT_SOURCE_DIR}/samples")
    set(scratch ${CMAKE_BINARY_DIR}/test-scratch/${name})
    file(MAKE_DIRECTORY ${scratch})
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${scratch})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${EXITSCOPE_TEST_SECONDS}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;${EXITSCOPE_SANITIZER_OPTIONS}")
endfunction()
