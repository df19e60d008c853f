// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QCoreApplication>
#include <QObject>

#include "app/docks.h"
#include "widgets/view/view.h"

class QAction;

namespace exitscope::gui {
class Thumbnails;
}

namespace exitscope::app {

class Exporter;
class Session;

/// What a view may need besides operating points. Both outlive it.
struct ViewContext {
    Session& session;
    gui::Thumbnails& thumbnails;
};

/// One view of the window: everything that the window has to know of it.
struct ViewEntry {
    QString title;     ///< of the dock and of its entries in the menus
    const char* dock;  ///< the dock's object name
    std::function<gui::View*(const ViewContext& context, QWidget* parent)> make;
    Docks::Place place = {};
};

/// A view that is made from its parent alone: operating points and filters are all it knows of the session.
template <class View>
[[nodiscard]] ViewEntry viewEntry(const QString& title, const char* dock)
{
    return {title, dock, [](const ViewContext&, QWidget* parent) { return new View(parent); }};
}

/// The same with an object that does the view's work in the session, made as Tasks(session, view) and owned by the
/// view.
template <class View, class Tasks>
[[nodiscard]] ViewEntry viewEntry(const QString& title, const char* dock)
{
    return {title, dock, [](const ViewContext& context, QWidget* parent) {
                auto* view = new View(parent);
                new Tasks(context.session, *view);
                return view;
            }};
}

/// The views of the program, in the order of their tabs, menu entries and keys. A new view is its own files and a line
/// here.
[[nodiscard]] std::vector<ViewEntry> standardViews();

/// Gives every view a dock, menu entries, a key, and export, copy and print of its plots and tables; hands it the
/// operating points of the session and hands its filters back.
class Views : public QObject {
    Q_OBJECT
public:
    /// `docks` and `exporter` outlive this object.
    Views(const std::vector<ViewEntry>& entries, const ViewContext& context, Docks& docks, Exporter& exporter,
          QWidget* parent);

    /// For the menu View: shows and hides a view.
    [[nodiscard]] const QList<QAction*>& toggles() const { return toggles_; }
    /// For the menu Analysis: brings a view of the top area to the front, with Ctrl and its number up to 9.
    [[nodiscard]] const QList<QAction*>& goTos() const { return goTos_; }
    /// The plot with the focus, or the first that can be seen; that of the first view with a plot where none can.
    [[nodiscard]] gui::Plot* plotInFront() const;
    /// The view of a type; null where there is none.
    template <class View>
    [[nodiscard]] View* find() const
    {
        for (gui::View* view : views_)
            if (auto* found = qobject_cast<View*>(view))
                return found;
        return nullptr;
    }

private:
    void add(const ViewEntry& entry, const ViewContext& context, Docks& docks, Exporter& exporter, QWidget* parent);
    void addGoTo(QDockWidget& dock);

    std::vector<gui::View*> views_;
    QList<QAction*> toggles_;
    QList<QAction*> goTos_;
};

}  // namespace exitscope::app
