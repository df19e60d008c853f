// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include <QPageSize>

#include "core/analysis/report/document.h"
#include "core/base/error.h"

namespace exitscope::print {

/// The report as PDF: headings stay with the text after them, figures are vectors, tables repeat their head, links
/// work, every page is numbered. Needs a QGuiApplication; callable from any thread. Error cannot_write: a drawing that
/// is not an SVG.
[[nodiscard]] Expected<std::string> report_pdf(const report::Document& document,
                                               const QPageSize& size = QPageSize(QPageSize::A4));

}  // namespace exitscope::print
