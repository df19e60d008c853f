// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/filters.h"

#include <utility>

#include <QUndoCommand>

#include "core/analysis/query/predicate.h"

namespace exitscope::app {

class Filters::Step : public QUndoCommand {
public:
    Step(Filters& filters, gui::FilterStack before, gui::FilterStack after, const QString& what)
        : QUndoCommand(what), filters_(filters), before_(std::move(before)), after_(std::move(after))
    {
    }
    void undo() override { filters_.apply(before_); }
    void redo() override { filters_.apply(after_); }

private:
    Filters& filters_;
    gui::FilterStack before_;
    gui::FilterStack after_;
};

Filters::Filters(QObject* parent) : QObject(parent), point_(std::make_shared<const gui::OperatingPoint>()) {}

Expected<std::size_t> Filters::countMatching(const std::string& search) const
{
    if (!point_->decided())
        return fail(ErrorCode::usage, {}, "nothing is decided yet");
    const Expected<query::Predicate> predicate = query::Predicate::bind(search, *point_->run);
    if (!predicate)
        return tl::unexpected<Error>(predicate.error());
    std::vector<SampleIndex> matching = passing_;
    predicate->keep(point_->rows(), matching);
    return matching.size();
}

void Filters::setRun(const gui::OperatingPointPtr& point, const std::vector<gui::Filter>* filters)
{
    if (filters) {
        stack_ = {};
        for (const gui::Filter& filter : *filters)
            stack_ = stack_.with(filter);
    }
    stack_ = stack_.fitting(*point->run);
    passing_.clear();
    undo_.clear();
    point_ = point;
}

void Filters::setPoint(const gui::OperatingPointPtr& point, const std::optional<std::vector<SampleIndex>>& changed)
{
    if (point->run && point->run != point_->run)
        stack_ = stack_.fitting(*point->run);
    point_ = point;
    if (!point_->decided())
        return;
    if (changed)
        stack_.applyAgain(*point_, *changed, passing_);
    else
        stack_.apply(*point_, passing_);
}

void Filters::add(const std::vector<gui::Filter>& filters)
{
    gui::FilterStack stack = stack_;
    for (const gui::Filter& filter : filters)
        stack = stack.with(filter);
    if (point_->run)
        change(stack.fitting(*point_->run), tr("add filter"));
}

void Filters::remove(std::size_t position)
{
    change(stack_.without(position), tr("remove filter"));
}

void Filters::clear()
{
    change({}, tr("clear filters"));
}

void Filters::change(const gui::FilterStack& stack, const QString& what)
{
    if (stack != stack_)
        undo_.push(new Step(*this, stack_, stack, what));
}

void Filters::apply(const gui::FilterStack& stack)
{
    stack_ = point_->run ? stack.fitting(*point_->run) : stack;
    if (point_->decided())
        stack_.apply(*point_, passing_);
    emit changed();
    if (point_->decided())
        emit passingChanged();
}

}  // namespace exitscope::app
