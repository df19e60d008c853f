#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds references that lead nowhere: doc_links.py SOURCE_FOLDER.

Checked are relative links of every page; names of pages with an anchor (`methods.md#escalation`) in pages, comments and scripts,
where the page lies in docs/ or beside the file; files of docs/ named anywhere; and paths of the tree that pages name as code.
The table of folders in architecture.md must list every folder of the core with headers, and types that these declare.
Every code of a notice stands in errors.md, and no other.
Citations by the number of a section are refused: headings have no numbers.
"""
import re
import sys
from pathlib import Path

TREES = (".ci", "app", "cmake", "core", "docs", "resources", "samples", "scripts", "tests", "widgets")
TEXTS = {".md", ".h", ".cpp", ".in", ".txt", ".cmake", ".py", ".js", ".json", ".sh", ""}
NUMBERED = re.compile(r"\b(?:METHODS|DESIGN)\b|\.md (?:section )?\d")
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"(?<![\w/.-])((?:[\w-]+/)*[\w-]+\.md)#([\w-]+)")
DOCS = re.compile(r"(?<![\w/.-])docs/[\w/.-]*\w")
ROW = re.compile(r"^\| `(core/[\w/]+)` \|.*\| ([^|]*) \|$", re.M)
CODE = re.compile(r"`((?:%s)/[^`\s]*)`" % "|".join(map(re.escape, TREES)))

NOTICE = re.compile(r'(?:Notice\{|\.(?:push|emplace)_back\(\{?|\bnote\(|\btell\(|return (?:Notices)?\{\{|Notices\{\{)\s*\{?\s*'
                    r'"([a-z]+(?:-[a-z0-9]+)+)",|(?:\bnotices_?\.push_back\(\{|add_notices\([\w.]+, \{\{)\s*"([a-z-]+)",')
EXPLAINED = re.compile(r"^\| `([a-z]+(?:-[a-z0-9]+)*)` \| ", re.M)


def anchors(page):
    """Anchors that a page has, as renderers of Markdown name its headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.S | re.M)
    found = set()
    for heading in re.findall(r"^#+ +(.*?) *#*$", text, re.M):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        slug = name = re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")
        number = 0
        while slug in found:
            number += 1
            slug = f"{name}-{number}"
        found.add(slug)
    return found


class Checker:
    def __init__(self, root):
        self.root, self.known, self.problems, self.count = root, {}, [], 0

    def has_anchor(self, page, anchor):
        if page not in self.known:
            self.known[page] = anchors(page)
        return anchor in self.known[page]

    def require(self, good, path, text, at, what):
        self.count += 1
        if not good:
            line = text.count("\n", 0, at) + 1
            self.problems.append(f"{path.relative_to(self.root)}:{line}: {what}")

    def page(self, path, text):
        without_code = re.sub(r"^```.*?^```|`[^`]*`", lambda code: re.sub(r"[^\n]", " ", code[0]), text, flags=re.S | re.M)
        for link in LINK.finditer(without_code):
            target, _, anchor = link[1].partition("#")
            if re.match(r"[a-z]+:", link[1]):
                continue
            to = path if not target else (path.parent / target).resolve()
            good = to.exists() and (not anchor or to.suffix == ".md" and self.has_anchor(to, anchor))
            self.require(good, path, text, link.start(), f"the link {link[1]} leads nowhere")
        for code in CODE.finditer(text):
            # FAMILY and NAME stand for any word
            pattern = re.sub(r"FAMILY|NAME", "*", code[1].rstrip("/").replace("....", "*."))
            self.require(any(self.root.glob(pattern)), path, text, code.start(), f"there is no {code[1]}")

    def any_text(self, path, text):
        for name in NAMED.finditer(text):
            places = [base / name[1] for base in (path.parent, self.root / "docs", self.root)]
            good = any(place.exists() and self.has_anchor(place, name[2]) for place in places)
            self.require(good, path, text, name.start(), f"{name[0]} leads nowhere")
        for name in DOCS.finditer(text):
            self.require((self.root / name[0]).exists(), path, text, name.start(), f"there is no {name[0]}")
        for number in NUMBERED.finditer(text):
            self.require(False, path, text, number.start(), f"\"{number[0]}\": name the section by its anchor")

    def folder_table(self):
        path = self.root / "docs/architecture.md"
        text = path.read_text()
        headers = {}
        for header in sorted((self.root / "core").rglob("*.h")):
            folder = header.parent.relative_to(self.root).as_posix()
            headers[folder] = headers.get(folder, "") + header.read_text()
        rows = list(ROW.finditer(text))
        for row in rows:
            for name in re.findall(r"`(\w+)", row[2]):
                found = re.search(rf"\b{name}\b", headers.get(row[1], ""))
                self.require(found, path, text, row.start(), f"no header of {row[1]} has {name}")
        for folder in headers.keys() - {row[1] for row in rows}:
            self.require(False, path, text, rows[0].start() if rows else 0, f"the table of folders lacks {folder}")

    def notices(self):
        path = self.root / "docs/errors.md"
        text = path.read_text()
        sources = [file for tree in ("core", "app") for file in sorted((self.root / tree).rglob("*.cpp"))]
        contents = {file: file.read_text() for file in sources}
        explained = {row[1]: row.start() for row in EXPLAINED.finditer(text)}
        for file, content in contents.items():
            for notice in NOTICE.finditer(content):
                code = notice[1] or notice[2]
                self.require(code in explained, file, content, notice.start(), f"docs/errors.md does not explain {code}")
        for code, at in explained.items():
            self.require(any(f'"{code}"' in content for content in contents.values()), path, text, at, f"no notice is called {code}")


def main():
    checker = Checker(Path(sys.argv[1]).resolve())
    paths = [path for tree in TREES for path in sorted((checker.root / tree).rglob("*"))]
    for path in [*sorted(checker.root.glob("*.md")), checker.root / "CMakeLists.txt", *paths]:
        if not path.is_file() or path.suffix not in TEXTS or path == Path(__file__).resolve():
            continue
        text = path.read_text()
        checker.any_text(path, text)
        if path.suffix == ".md":
            checker.page(path, text)
    checker.folder_table()
    checker.notices()
    for problem in checker.problems:
        print(problem)
    print(f"{checker.count} references, {len(checker.problems)} of them wrong")
    return 1 if checker.problems or checker.count < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
