// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace exitscope::report {

/// The report's style sheet: screen in light and dark, and print.
inline constexpr const char* style = R"css(
:root { --ground: #ffffff; --card: #f6f8fa; --text: #1f2328; --muted: #59636e; --line: #d9dee3; --accent: #0072b2; --warn: #b35000; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 54rem; padding: 2.5rem 1.25rem 4rem; background: var(--ground); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.75rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p { margin: .5rem 0; }
.lead, .note, figcaption { color: var(--muted); }
.note, figcaption { font-size: .875rem; }
.warn { color: var(--warn); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0 .75rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.card b { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.card span { display: block; color: var(--muted); font-size: .8125rem; line-height: 1.35; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; color: var(--muted); vertical-align: bottom; white-space: normal; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tr.chosen td { background: var(--card); }
td.best { font-weight: 700; }
table.facts { width: auto; }
table.facts td { text-align: left; white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
table.facts td:first-child { color: var(--muted); white-space: nowrap; padding-right: 1.5rem; }
figure { margin: 1rem 0; }
figure svg { display: block; width: 100%; height: auto; }
figure .dark { display: none; }
.images { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .9rem; margin: .75rem 0; }
.image img { display: block; height: 96px; max-width: 100%; object-fit: contain; image-rendering: pixelated;
  background: var(--card); border: 1px solid var(--line); border-radius: .25rem; }
.image div { font-size: .78rem; line-height: 1.35; margin-top: .3rem; overflow-wrap: anywhere; }
.image .number { color: var(--muted); }
code { font: .875em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
a { color: var(--accent); }
ul { padding-left: 1.2rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none; font-size: .9rem; }
li { margin: .3rem 0; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ground: #1b1e23; --card: #23272e; --text: #e4e7eb; --muted: #98a1ac; --line: #373d46; --accent: #4ba3e3; --warn: #ff8a47; }
  figure .dark { display: block; }
  figure .dark + .light { display: none; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2, h3 { break-after: avoid; }
  figure, .image, tr, .cards { break-inside: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  th, td { padding: .25rem .4rem; }
  figure svg { max-width: 15cm; }
  nav { display: none; }
  @page { margin: 18mm; }
}
)css";

}  // namespace exitscope::report
