// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/theme.h"

#include <algorithm>
#include <cmath>

#include <QPalette>

#include "core/analysis/policy/registry.h"
#include "core/base/random.h"

namespace exitscope::plots {

Theme Theme::light()
{
    Theme theme;
    theme.background = QColor(Qt::white);
    theme.text = QColor(0x1f2328);
    theme.muted = QColor(0x6a737d);
    theme.grid = QColor(0xe6e8eb);
    theme.right = QColor(0x0072b2);
    theme.wrong = QColor(0xd55e00);
    theme.neutral = QColor(0x9aa2ab);
    theme.accent = QColor(0x1f2328);
    theme.series = {QColor(0x0072b2), QColor(0xd55e00), QColor(0x009e73), QColor(0xb8619a),
                    QColor(0xc98a00), QColor(0x3fa3dc), QColor(0x1f2328), QColor(0x7f8790)};
    theme.ramp_low = QColor(0xcfe3d9);
    theme.ramp_high = QColor(0x0b6b4f);
    return theme;
}

Theme Theme::dark()
{
    Theme theme;
    theme.background = QColor(0x1b1e23);
    theme.text = QColor(0xe4e7eb);
    theme.muted = QColor(0x98a1ac);
    theme.grid = QColor(0x30353d);
    theme.right = QColor(0x4ba3e3);
    theme.wrong = QColor(0xff8a47);
    theme.neutral = QColor(0x78818c);
    theme.accent = QColor(Qt::white);
    theme.series = {QColor(0x4ba3e3), QColor(0xff8a47), QColor(0x2fc6a0), QColor(0xe59cca),
                    QColor(0xf0b93a), QColor(0x93d3ff), QColor(0xe4e7eb), QColor(0x98a1ac)};
    theme.ramp_low = QColor(0x2f4f45);
    theme.ramp_high = QColor(0x7fe3c4);
    return theme;
}

Theme Theme::paper()
{
    Theme theme = light();
    theme.text = QColor(Qt::black);
    theme.muted = QColor(0x555555);
    theme.grid = QColor(0xe2e2e2);
    theme.accent = QColor(Qt::black);
    theme.text_pixels = 13;
    return theme;
}

Theme Theme::of(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() < 128 ? dark() : light();
}

QFont Theme::font(double scale) const
{
    QFont font("sans-serif");
    font.setStyleHint(QFont::SansSerif);
    font.setPixelSize(std::max(8, static_cast<int>(std::lround(text_pixels * scale))));
    return font;
}

namespace {

Qt::PenStyle pen_style(policy::Dash dash)
{
    switch (dash) {
    case policy::Dash::solid: return Qt::SolidLine;
    case policy::Dash::dashed: return Qt::DashLine;
    case policy::Dash::dotted: return Qt::DotLine;
    case policy::Dash::dash_dot: return Qt::DashDotLine;
    case policy::Dash::dash_dot_dot: return Qt::DashDotDotLine;
    }
    return Qt::SolidLine;
}

}  // namespace

QPen policy_pen(const Theme& theme, std::string_view policy)
{
    QPen pen;
    pen.setCapStyle(Qt::FlatCap);
    pen.setJoinStyle(Qt::RoundJoin);
    if (const policy::Info* info = policy::find(policy)) {
        pen.setColor(theme.series[info->line.colour % theme.series.size()]);
        pen.setWidthF(info->line.width);
        pen.setStyle(pen_style(info->line.dash));
        return pen;
    }
    std::uint64_t key = 0;
    for (const char c : policy)
        key = mix64(key ^ static_cast<unsigned char>(c));
    pen.setColor(theme.series[key % theme.series.size()]);
    pen.setWidthF(1.6);
    return pen;
}

std::vector<QColor> precision_colours(const Theme& theme, std::size_t precisions)
{
    std::vector<QColor> colours;
    for (std::size_t i = 0; i < precisions; ++i) {
        const double t = precisions > 1 ? double(i) / double(precisions - 1) : 1.0;
        const auto mix = [t](int low, int high) { return static_cast<int>(std::lround(low + t * (high - low))); };
        colours.emplace_back(mix(theme.ramp_low.red(), theme.ramp_high.red()),
                             mix(theme.ramp_low.green(), theme.ramp_high.green()),
                             mix(theme.ramp_low.blue(), theme.ramp_high.blue()));
    }
    return colours;
}

}  // namespace exitscope::plots
