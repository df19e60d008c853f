// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_export.h"

#include <algorithm>
#include <cctype>
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
#include "widgets/plots/canvas.h"

namespace exitscope::plots {
namespace {

constexpr int largest_side = 20000;  ///< pixels; 1.6 GB of bitmap at most

void paint_vectors(QCustomPlot& plot, QPaintDevice& device, const ExportSize& size)
{
    QCPPainter painter(&device);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setWindow(0, 0, size.width, size.height);
    plot.toPainter(&painter, size.width, size.height);
}

QByteArray png(QCustomPlot& plot, const ExportSize& size)
{
    const double scale = size.dpi / 96.0;
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

/// SVG of Qt 6.4 knows no clipping: what is drawn beyond the axes is covered by the ground instead, while this object
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
    generator.setSize(QSize(size.width, size.height));
    generator.setViewBox(QRect(0, 0, size.width, size.height));
    generator.setResolution(96);
    generator.setTitle("Exitscope");
    generator.setDescription({});
    paint_vectors(plot, generator, size);
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
    writer.setPageSize(
        QPageSize(QSizeF(0.75 * size.width, 0.75 * size.height), QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    paint_vectors(plot, writer, size);
    return bytes;
}

}  // namespace

Expected<void> export_plot(QCustomPlot& plot, const std::filesystem::path& path, const ExportSize& size)
{
    if (size.width < 16 || size.height < 16 || size.dpi < 10 ||
        std::max(size.width, size.height) * (size.dpi / 96.0) > largest_side)
        return fail(ErrorCode::usage, path.string(),
                    "cannot draw " + std::to_string(size.width) + " x " + std::to_string(size.height) + " at " +
                        std::to_string(size.dpi) + " dpi");
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
    QByteArray bytes;
    if (ending == ".png")
        bytes = png(plot, size);
    else if (ending == ".svg")
        bytes = svg(plot, size);
    else if (ending == ".pdf")
        bytes = pdf(plot, size);
    else
        return fail(ErrorCode::usage, path.string(), "plots are written as .png, .svg or .pdf");
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
