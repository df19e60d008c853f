// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_export.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <QBuffer>
#include <QImage>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <qcustomplot.h>

#include "core/base/file.h"
#include "core/base/text.h"
#include "widgets/plots/canvas.h"
#include "widgets/plots/plot_csv.h"

namespace exitscope::plots {
namespace {

constexpr int smallest_type = 11;    ///< pixels: below, layouts and hinting are coarse
constexpr int largest_side = 20000;  ///< pixels; 1.6 GB of bitmap at most

/// `shown` is the part of the device that the drawing fills.
void paint_vectors(QCustomPlot& plot, QPaintDevice& device, const QRect& shown, const ExportSize& size)
{
    QCPPainter painter(&device);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setWindow(0, 0, size.width, size.height);
    painter.setViewport(shown);
    plot.toPainter(&painter, size.width, size.height);
}

QByteArray png(QCustomPlot& plot, const ExportSize& size)
{
    const double scale = size.scale * size.dpi / 96.0;
    QImage image = plot.toPixmap(size.width, size.height, scale).toImage();
    const int dots_per_meter = static_cast<int>(std::lround(size.dpi / 0.0254));
    image.setDotsPerMeterX(dots_per_meter);
    image.setDotsPerMeterY(dots_per_meter);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

/// Qt 6.4 writes no clipping into SVG: parts beyond the axes are covered by the background instead, while this object
/// lives. Items that may lie outside are drawn above it.
class Cover : public QCPLayerable {
public:
    explicit Cover(QCustomPlot& plot) : QCPLayerable(&plot)
    {
        plot.addLayer(name, plot.layer("main"), QCustomPlot::limAbove);
        setLayer(name);
        for (int i = 0; i < plot.itemCount(); ++i) {
            QCPAbstractItem* item = plot.item(i);
            if (!item->clipToAxisRect() && item->layer() == plot.layer("main")) {
                item->setLayer(name);
                moved_.push_back(item);
            }
        }
    }
    ~Cover() override
    {
        for (QCPAbstractItem* item : moved_)
            item->setLayer("main");
        QCPLayer* own = layer();
        setLayer(static_cast<QCPLayer*>(nullptr));
        parentPlot()->removeLayer(own);
    }
    Cover(const Cover&) = delete;
    Cover& operator=(const Cover&) = delete;

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override
    {
        const QRect all = parentPlot()->viewport();
        const QRect inside = parentPlot()->axisRect()->rect();
        for (const QRect& beyond : QRegion(all).subtracted(inside))
            painter->fillRect(beyond, ground(*parentPlot()));
    }

private:
    static constexpr const char* name = "cover";
    std::vector<QCPAbstractItem*> moved_;
};

QByteArray svg(QCustomPlot& plot, const ExportSize& size)
{
    const Cover cover(plot);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    constexpr int fineness = 100;  // whole pixels would round sizes on paper
    const QRect view(0, 0, size.width, size.height);
    generator.setSize(QSize(static_cast<int>(std::lround(size.width * size.scale * fineness)),
                            static_cast<int>(std::lround(size.height * size.scale * fineness))));
    generator.setViewBox(view);
    generator.setResolution(96 * fineness);
    generator.setTitle("Exitscope");
    generator.setDescription({});
    paint_vectors(plot, generator, view, size);
    return bytes;
}

QByteArray pdf(QCustomPlot& plot, const ExportSize& size)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setCreator("Exitscope");
    writer.setResolution(1200);
    const double points = 0.75 * size.scale;
    writer.setPageSize(
        QPageSize(QSizeF(points * size.width, points * size.height), QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    paint_vectors(plot, writer, QRect(0, 0, writer.width(), writer.height()), size);
    return bytes;
}

}  // namespace

PaperStyle paper_style(double width_mm, double height_mm, double points, int dpi)
{
    constexpr double pixels_a_mm = 96 / 25.4;
    const double pixels = points * 96 / 72;
    PaperStyle style{Theme::paper(), {}};
    style.theme.text_pixels = std::max(smallest_type, static_cast<int>(std::lround(pixels)));
    style.theme.small_print = false;
    style.theme.legend_below = true;
    const double finer = style.theme.text_pixels / pixels;
    style.size.width = static_cast<int>(std::lround(width_mm * pixels_a_mm * finer));
    style.size.scale = width_mm * pixels_a_mm / style.size.width;
    style.size.height = static_cast<int>(std::lround(height_mm * pixels_a_mm / style.size.scale));
    style.size.dpi = dpi;
    return style;
}

Expected<void> export_plot(QCustomPlot& plot, const std::filesystem::path& path, const ExportSize& size)
{
    if (size.width < 16 || size.height < 16 || size.dpi < 10 ||
        std::max(size.width, size.height) * size.scale * (size.dpi / 96.0) > largest_side)
        return fail(ErrorCode::usage, path.string(),
                    "cannot draw " + std::to_string(size.width) + " x " + std::to_string(size.height) + " at " +
                        std::to_string(size.dpi) + " dpi");
    const std::string ending = lower(path.extension().string());
    QByteArray bytes;
    if (ending == ".png")
        bytes = png(plot, size);
    else if (ending == ".svg")
        bytes = svg(plot, size);
    else if (ending == ".pdf")
        bytes = pdf(plot, size);
    else if (ending == ".csv") {
        const Expected<std::string> csv = plot_csv(plot);
        return csv ? write_file(path, *csv) : fail(csv.error().code, path.string(), csv.error().detail);
    } else
        return fail(ErrorCode::usage, path.string(), "plots are written as .png, .svg, .pdf or .csv");
    if (bytes.isEmpty())
        return fail(ErrorCode::cannot_write, path.string(), "the drawing could not be encoded");
    return write_file(path, std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
}

QByteArray to_inline_svg(QCustomPlot& plot, const ExportSize& size)
{
    const QByteArray document = svg(plot, size);
    const qsizetype start = document.indexOf("<svg");
    return start < 0 ? QByteArray() : document.mid(start);
}

}  // namespace exitscope::plots
