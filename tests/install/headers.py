#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the installed headers: headers.py SOURCE_FOLDER PREFIX COMPILER.

Each must compile by itself, without warnings, and include nothing but others of them, the standard library and
tl/expected.hpp. The window and the command line must do with them, too.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

STANDARD = re.compile(r"[a-z_0-9]+")


def strangers(root, header):
    """Includes that a public header must not have."""
    for mark, name in re.findall(r'^#include (["<])([^">]+)[">]', header.read_text(), re.MULTILINE):
        if mark == '"' and name.startswith("exitscope/") and (root / name).exists():
            continue
        if mark == "<" and (STANDARD.fullmatch(name) or name == "tl/expected.hpp"):
            continue
        yield name


def complaint(compiler, root, header, scratch):
    """What the compiler says about the header alone. With ccache a header that has not changed costs nothing."""
    source = scratch / (str(header.relative_to(root)).replace("/", "-") + ".cpp")
    source.write_text(f"#include <{header.relative_to(root)}>\n" * 2)  # twice: it is guarded
    cache = [shutil.which("ccache")] if shutil.which("ccache") else []
    made = subprocess.run([*cache, compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", f"-I{root}", "-c", source, "-o",
                           source.with_suffix(".o")], text=True, capture_output=True, env={**os.environ, "CCACHE_NOHASHDIR": "1"})
    return made.stderr if made.returncode else ""


def private_includes(source, root):
    """Places outside core/ that include a header which is not installed."""
    for folder in ("app", "widgets"):
        for file in sorted((source / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp"):
                continue
            for name in re.findall(r'#include "core/([^"]+)"', file.read_text()):
                if not (root / "exitscope" / name).exists():
                    yield f"{file.relative_to(source)}: core/{name} is not public"


def main():
    source, prefix, compiler = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    root = prefix / "include"
    headers = sorted((root / "exitscope").rglob("*"))
    headers = [header for header in headers if header.is_file()]
    problems = [f"{header.relative_to(root)}: includes {name}" for header in headers for name in strangers(root, header)]
    problems += private_includes(source, root)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool, tempfile.TemporaryDirectory() as scratch:
        problems += filter(None, pool.map(lambda header: complaint(compiler, root, header, Path(scratch)), headers))
    for problem in problems:
        print(problem)
    print(f"{len(headers)} headers")
    return 1 if problems or len(headers) < 60 else 0


if __name__ == "__main__":
    sys.exit(main())
