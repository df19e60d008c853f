// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QComboBox;
class QLabel;
class QString;
class QWidget;

namespace exitscope::gui {

/// Sets the accessible name of a combo box and of the list that it opens.
void nameBox(QComboBox& box, const QString& name);

/// A combo box with an object name; `name` is its accessible name and its tool tip.
[[nodiscard]] QComboBox* makeBox(const char* objectName, const QString& name, QWidget* parent);

/// Lets the mouse select and copy a label's text without making the label a stop of the Tab key.
void makeSelectable(QLabel& label);

}  // namespace exitscope::gui
