// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/flow.h"

#include <algorithm>
#include <map>

#include <qcustomplot.h>

#include "widgets/plots/canvas.h"

namespace exitscope::plots {
namespace {

using analyse::FlowLink;
using analyse::FlowNode;

constexpr double node_width = 0.045;  ///< in columns
constexpr double entry = 0.68;        ///< where the streams from the input begin
constexpr double exit_offset = 0.62;  ///< of an exit's bar from its stage's nodes
constexpr double gap = 0.025;         ///< between the nodes of a column, in shares of the samples
constexpr double exit_gap = 0.09;     ///< at least, between what goes on and what leaves
constexpr int ribbon_alpha = 165;
constexpr int highlight_alpha = 235;

/// One ribbon or bar: between the vertical segments [top, top + height] at two places, in axis coordinates. A bar runs
/// straight, a ribbon bends.
class Patch : public QCPAbstractItem {
public:
    struct Shape {
        double x0 = 0;
        double top0 = 0;
        double x1 = 0;
        double top1 = 0;
        double height = 0;
    };
    Patch(QCustomPlot* plot, const Shape& shape, const QColor& colour, int alpha, FlowPart part, std::size_t number)
        : QCPAbstractItem(plot), shape_(shape), colour_(colour), alpha_(alpha), part_(std::move(part)), number_(number)
    {
        setSelectable(false);
        setClipToAxisRect(true);
    }
    [[nodiscard]] const FlowPart& part() const { return part_; }
    [[nodiscard]] std::size_t number() const { return number_; }
    [[nodiscard]] bool highlighted() const { return highlighted_; }
    void setHighlighted(bool on) { highlighted_ = on; }
    /// Text beside the patch's end, drawn where the patch is as high as the text.
    void setLabel(const QString& label, const QFont& font, const QColor& colour)
    {
        label_ = label;
        font_ = font;
        text_colour_ = colour;
    }

    double selectTest(const QPointF& position, bool, QVariant*) const override
    {
        return path().contains(position) ? 0.0 : -1.0;
    }

protected:
    void draw(QCPPainter* painter) override
    {
        QColor fill = colour_;
        fill.setAlpha(highlighted_ ? std::max(alpha_, highlight_alpha) : alpha_);
        painter->setAntialiasing(true);
        painter->setPen(highlighted_ && alpha_ == 255 ? QPen(text_colour_, 1.5) : QPen(Qt::NoPen));
        painter->setBrush(fill);
        painter->drawPath(path());
        if (label_.isEmpty())
            return;
        const QRectF box = path().boundingRect();
        const QFontMetrics metrics(font_);
        const QRect text = metrics.boundingRect(QRect(0, 0, 1000, 1000), Qt::AlignLeft, label_);
        if (box.height() < metrics.height() - 2)
            return;
        painter->setFont(font_);
        painter->setPen(text_colour_);
        const double below = box.center().y() - text.height() / 2.0;
        painter->drawText(QRectF(box.right() + 5, below, text.width() + 8, text.height()), Qt::AlignLeft, label_);
    }

private:
    [[nodiscard]] QPainterPath path() const
    {
        const QCPAxis& x = *mParentPlot->xAxis;
        const QCPAxis& y = *mParentPlot->yAxis;
        const double left = x.coordToPixel(shape_.x0);
        const double right = x.coordToPixel(shape_.x1);
        const double middle = (left + right) / 2;
        const double top0 = y.coordToPixel(shape_.top0);
        const double top1 = y.coordToPixel(shape_.top1);
        const double bottom0 = y.coordToPixel(shape_.top0 + shape_.height);
        const double bottom1 = y.coordToPixel(shape_.top1 + shape_.height);
        QPainterPath path(QPointF(left, top0));
        path.cubicTo(QPointF(middle, top0), QPointF(middle, top1), QPointF(right, top1));
        path.lineTo(right, bottom1);
        path.cubicTo(QPointF(middle, bottom1), QPointF(middle, bottom0), QPointF(left, bottom0));
        path.closeSubpath();
        return path;
    }

    Shape shape_;
    QColor colour_;
    int alpha_;
    FlowPart part_;
    std::size_t number_;
    bool highlighted_ = false;
    QString label_;
    QFont font_;
    QColor text_colour_;
};

QString percent_text(std::size_t part, std::size_t whole)
{
    return whole == 0 ? QStringLiteral("-") : QString::number(100.0 * double(part) / double(whole), 'f', 1) + " %";
}

class Drawing {
public:
    Drawing(QCustomPlot& plot, const run::Run& run, const analyse::StageFlow& flow, const Theme& theme)
        : plot_(plot), run_(run), flow_(flow), theme_(theme), colours_(precision_colours(theme, run.precisions.size())),
          unit_(flow.samples > 0 ? 1.0 / double(flow.samples) : 0.0)
    {
        for (const FlowLink& link : flow_.links)
            second_pass_ = second_pass_ || link.to.pass > 0;
    }

    void draw()
    {
        place_nodes();
        for (const FlowLink& link : flow_.links)
            if (link.kind != FlowLink::Kind::leave)
                draw_ribbon(link);
        // what leaves starts below what goes on, so that streams do not cross
        for (std::size_t column = 0; column < columns(); ++column)
            draw_exit(column);
        for (const auto& [key, node] : nodes_)
            draw_node(node);
        draw_axis();
        draw_legend();
    }

private:
    struct Node {
        FlowNode at;
        double x = 0;
        double top = 0;
        std::size_t count = 0;
        std::size_t right = 0;
        std::size_t wrong = 0;
        std::vector<StateIndex> states;
        double filled_in = 0;  ///< height that ribbons took so far
        double filled_out = 0;
    };
    using Key = std::pair<std::size_t, std::uint32_t>;  ///< column, precision

    [[nodiscard]] std::size_t columns() const { return run_.exit_count() * (second_pass_ ? 2 : 1); }
    [[nodiscard]] std::size_t column(const FlowNode& node) const
    {
        return node.pass * run_.exit_count() + node.stage.at();
    }
    [[nodiscard]] Key key(const FlowNode& node) const { return {column(node), node.precision}; }
    [[nodiscard]] double bottom() const { return 1 + gap * double(run_.precisions.size()) + exit_gap; }
    [[nodiscard]] QString precision(const FlowNode& node) const
    {
        return QString::fromStdString(run_.precisions[node.precision].name());
    }
    [[nodiscard]] QString stage(const FlowNode& node) const
    {
        const QString name = QObject::tr("stage %1").arg(node.stage.value + 1);
        return node.pass == 0 ? name : QObject::tr("second pass, %1").arg(name);
    }

    void place_nodes()
    {
        for (const FlowLink& link : flow_.links) {
            if (link.kind == FlowLink::Kind::leave)
                continue;
            Node& node = nodes_[key(link.to)];
            node.at = link.to;
            node.count += link.count;
            node.right += link.right;
            node.wrong += link.wrong;
            node.states.insert(node.states.end(), link.states.begin(), link.states.end());
        }
        std::vector<double> top(columns(), 0.0);
        for (auto& [place, node] : nodes_) {
            std::sort(node.states.begin(), node.states.end());
            node.states.erase(std::unique(node.states.begin(), node.states.end()), node.states.end());
            node.x = double(place.first) + 1;
            node.top = top[place.first];
            top[place.first] += double(node.count) * unit_ + gap;
        }
    }

    Patch* add(const Patch::Shape& shape, const QColor& colour, int alpha, FlowPart part)
    {
        return new Patch(&plot_, shape, colour, alpha, std::move(part), patches_++);
    }

    void draw_ribbon(const FlowLink& link)
    {
        const double height = double(link.count) * unit_;
        Node& to = nodes_.at(key(link.to));
        Patch::Shape shape{entry, to.top + to.filled_in, to.x, to.top + to.filled_in, height};
        QString title = QObject::tr("%1 at %2").arg(stage(link.to), precision(link.to));
        if (link.kind != FlowLink::Kind::enter) {
            Node& from = nodes_.at(key(link.from));
            shape.x0 = from.x + node_width;
            shape.top0 = from.top + from.filled_out;
            from.filled_out += height;
            title =
                link.kind == FlowLink::Kind::escalate
                    ? QObject::tr("second pass at %1, after a first at %2")
                          .arg(precision(link.to), precision(link.from))
                    : QObject::tr("%1 at %2, after %3").arg(stage(link.to), precision(link.to), precision(link.from));
        }
        to.filled_in += height;
        add(shape, colours_[link.to.precision], ribbon_alpha,
            {title, link.count, link.right, link.wrong, link.states, std::nullopt});
    }

    /// The samples that leave after one column, right ones above wrong ones above those without a label.
    void draw_exit(std::size_t at)
    {
        std::vector<const FlowLink*> leaving;
        FlowPart all;
        for (const FlowLink& link : flow_.links) {
            if (link.kind != FlowLink::Kind::leave || column(link.from) != at)
                continue;
            leaving.push_back(&link);
            all.count += link.count;
            all.right += link.right;
            all.wrong += link.wrong;
            all.states.insert(all.states.end(), link.states.begin(), link.states.end());
        }
        if (leaving.empty())
            return;
        std::sort(all.states.begin(), all.states.end());
        const FlowNode& place = leaving.front()->from;
        const QString exit = place.pass == 0 ? QObject::tr("exit %1").arg(place.stage.value + 1)
                                             : QObject::tr("second pass, exit %1").arg(place.stage.value + 1);
        struct Share {
            std::size_t FlowPart::*of_part;
            std::size_t FlowLink::*of_link;
            std::optional<bool> good;
            QColor colour;
            QString name;
        };
        const bool labelled = run_.test.labelled();
        const Share shares[] = {
            {&FlowPart::right, &FlowLink::right, true, theme_.right,
             labelled ? QObject::tr("right") : QObject::tr("as the full model")},
            {&FlowPart::wrong, &FlowLink::wrong, false, theme_.wrong,
             labelled ? QObject::tr("wrong") : QObject::tr("other than the full model")},
        };
        const double x = double(at) + 1 + exit_offset;
        double top = bottom() - double(all.count) * unit_;
        for (const Share& share : shares) {
            const std::size_t total = all.*share.of_part;
            if (total == 0)
                continue;
            FlowPart part = all;
            part.title = QObject::tr("leave at %1, %2").arg(exit, share.name);
            part.good = share.good;
            part.count = total;
            const double bar_top = top;
            for (const FlowLink* link : leaving) {
                const std::size_t count = link->*share.of_link;
                if (count == 0)
                    continue;
                Node& from = nodes_.at(key(link->from));
                const double height = double(count) * unit_;
                FlowPart stream{QObject::tr("leave at %1 from %2, %3").arg(exit, precision(link->from), share.name),
                                count,
                                link->right,
                                link->wrong,
                                link->states,
                                share.good};
                add({from.x + node_width, from.top + from.filled_out, x, top, height}, colours_[link->from.precision],
                    ribbon_alpha, std::move(stream));
                from.filled_out += height;
                top += height;
            }
            add({x, bar_top, x + 1.6 * node_width, bar_top, double(total) * unit_}, share.colour, 255, std::move(part));
        }
        const std::size_t unlabelled = all.count - all.right - all.wrong;
        for (const FlowLink* link : unlabelled > 0 ? leaving : std::vector<const FlowLink*>()) {
            const std::size_t count = link->count - link->right - link->wrong;
            Node& from = nodes_.at(key(link->from));
            const double height = double(count) * unit_;
            add({from.x + node_width, from.top + from.filled_out, x, top, height}, theme_.neutral, ribbon_alpha,
                {QObject::tr("leave at %1 from %2, no label").arg(exit, precision(link->from)), count, 0, 0,
                 link->states, std::nullopt});
            from.filled_out += height;
            top += height;
        }
        draw_exit_label(x, exit, all);
    }

    void draw_exit_label(double x, const QString& exit, const FlowPart& all)
    {
        QString label =
            exit.left(1).toUpper() + exit.mid(1) + QStringLiteral("\n") + percent_text(all.count, flow_.samples);
        if (all.right + all.wrong > 0)
            label += QStringLiteral("\n") + (run_.test.labelled() ? QObject::tr("%1 right") : QObject::tr("%1 agree"))
                                                .arg(percent_text(all.right, all.right + all.wrong));
        auto* text = new QCPItemText(&plot_);
        text->position->setCoords(x + 1.6 * node_width, bottom());
        text->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
        text->setPadding(QMargins(4, 0, 0, 0));
        text->setTextAlignment(Qt::AlignLeft);
        text->setText(label);
        text->setFont(theme_.font(0.88));
        text->setColor(theme_.text);
        text->setSelectable(false);
    }

    void draw_node(const Node& node)
    {
        const QString title = QObject::tr("%1 at %2").arg(stage(node.at), precision(node.at));
        Patch* bar = add({node.x, node.top, node.x + node_width, node.top, double(node.count) * unit_},
                         colours_[node.at.precision], 255,
                         {title, node.count, node.right, node.wrong, node.states, std::nullopt});
        bar->setLabel(precision(node.at) + QStringLiteral("  ") + percent_text(node.count, flow_.samples),
                      theme_.font(0.85), theme_.text);
    }

    void draw_axis()
    {
        QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
        for (std::size_t c = 0; c < columns(); ++c) {
            const std::size_t stage = c % run_.exit_count() + 1;
            ticker->addTick(double(c) + 1 + node_width / 2, c < run_.exit_count()
                                                                ? QObject::tr("Stage %1").arg(stage)
                                                                : QObject::tr("2nd pass,\nstage %1").arg(stage));
        }
        plot_.xAxis->setTicker(ticker);
        plot_.xAxis->setTickLengthOut(0);
        plot_.xAxis->setBasePen(Qt::NoPen);
        plot_.xAxis->setRange(entry - 0.03, double(columns()) + 1.36);
        plot_.yAxis->setVisible(false);
        plot_.yAxis->setRange(-0.02, bottom() + 0.02);
        plot_.yAxis->setRangeReversed(true);
        for (QCPAxis* axis : {plot_.xAxis, plot_.yAxis}) {
            axis->grid()->setPen(Qt::NoPen);
            axis->grid()->setZeroLinePen(Qt::NoPen);
        }
    }

    void draw_legend()
    {
        const bool labelled = run_.test.labelled();
        const auto add = [this](const QString& name, const QColor& colour) {
            auto* bars = new QCPBars(plot_.xAxis, plot_.yAxis);
            bars->setName(name);
            bars->setBrush(colour);
            bars->setPen(Qt::NoPen);
            bars->setSelectable(QCP::stNone);
        };
        add(labelled ? QObject::tr("Right") : QObject::tr("As the full model"), theme_.right);
        add(labelled ? QObject::tr("Wrong") : QObject::tr("Other than the full model"), theme_.wrong);
        show_legend(plot_, Qt::AlignRight | Qt::AlignTop, theme_);
    }

    QCustomPlot& plot_;
    const run::Run& run_;
    const analyse::StageFlow& flow_;
    const Theme& theme_;
    std::vector<QColor> colours_;
    double unit_;
    bool second_pass_ = false;
    std::map<Key, Node> nodes_;
    std::size_t patches_ = 0;
};

Patch* patch_at(QCustomPlot& plot, const QPointF& pixel)
{
    for (int i = plot.itemCount() - 1; i >= 0; --i)
        if (auto* patch = dynamic_cast<Patch*>(plot.item(i)); patch && patch->selectTest(pixel, false, nullptr) >= 0)
            return patch;
    return nullptr;
}

}  // namespace

void draw_flow(QCustomPlot& plot, const run::Run& run, const analyse::StageFlow& flow, const QString& note,
               const Theme& theme)
{
    prepare(plot, theme);
    set_note(plot, note, theme);
    if (flow.samples == 0) {
        set_message(plot, QObject::tr("No samples"), theme);
        return;
    }
    Drawing(plot, run, flow, theme).draw();
}

std::vector<FlowPart> flow_parts(const QCustomPlot& plot)
{
    std::vector<FlowPart> parts;
    for (int i = 0; i < plot.itemCount(); ++i)
        if (const auto* patch = dynamic_cast<const Patch*>(plot.item(i)))
            parts.push_back(patch->part());
    return parts;
}

std::optional<std::size_t> flow_part_at(QCustomPlot& plot, const QPointF& pixel)
{
    const Patch* patch = patch_at(plot, pixel);
    return patch ? std::optional(patch->number()) : std::nullopt;
}

bool highlight_flow_part(QCustomPlot& plot, std::optional<std::size_t> part)
{
    bool changed = false;
    for (int i = 0; i < plot.itemCount(); ++i) {
        auto* patch = dynamic_cast<Patch*>(plot.item(i));
        if (!patch || patch->highlighted() == (part == patch->number()))
            continue;
        patch->setHighlighted(part == patch->number());
        changed = true;
    }
    return changed;
}

}  // namespace exitscope::plots
