#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the installed package for versions and components: packages.py PREFIX CMAKE."""
import subprocess
import sys
import tempfile
from pathlib import Path

# What stands between "find_package(Exitscope" and ")", and whether CMake accepts it.
REQUESTS = [("0.1 COMPONENTS base", True), ("COMPONENTS analysis", True), ("COMPONENTS network deploy", True), ("", True),
            ("0.2", False), ("1", False), ("0.0", False), ("COMPONENTS window", False),
            ("COMPONENTS base OPTIONAL_COMPONENTS window", True)]
TARGETS = {"base": {"base"}, "analysis": {"base", "analysis"}, "network deploy": {"base", "network", "analysis", "deploy"}}


def configure(cmake, prefix, script, *options):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.25)\n" + script)
        made = subprocess.run([cmake, "-S", folder, "-B", f"{folder}/build", f"-DCMAKE_PREFIX_PATH={prefix}", *options],
                              text=True, capture_output=True)
        return made.returncode, made.stdout + made.stderr


def main():
    prefix, cmake = sys.argv[1:3]
    problems = []
    # Analysis must do where nothing that runs networks is installed.
    without = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON"
               for name in ("dnnl", "ONNX", "Protobuf", "OpenCV", "OpenMP", "Eigen3", "nlohmann_json")]
    for request, accepted in REQUESTS:
        components = request.partition("COMPONENTS ")[2].partition(" OPTIONAL")[0]
        script = f"project(asked LANGUAGES C CXX)\nfind_package(Exitscope {request} CONFIG REQUIRED)\n"
        for library in ("base", "network", "analysis", "deploy") if accepted else ():
            there = library in TARGETS.get(components, TARGETS["network deploy"])
            script += f"if({'NOT ' if there else ''}TARGET Exitscope::{library})\n  message(FATAL_ERROR {library})\nendif()\n"
        light = components in ("base", "analysis")
        status, text = configure(cmake, prefix, script, *(without if light else ()))
        if (status == 0) != accepted:
            problems.append(f"find_package(Exitscope {request}): {text}")
    status, text = configure(cmake, prefix, "project(asked LANGUAGES CXX)\n"
                             "find_package(Exitscope CONFIG REQUIRED COMPONENTS analysis)\n")
    if status == 0 or "LANGUAGES C CXX" not in text:
        problems.append(f"without C: {text}")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
