// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QComboBox;
class QLabel;
class QString;

namespace exitscope::gui {

/// Names a box and the list that it opens.
void nameBox(QComboBox& box, const QString& name);

/// Lets the mouse select and copy a label's text without making the label a stop of the Tab key.
void makeSelectable(QLabel& label);

}  // namespace exitscope::gui
