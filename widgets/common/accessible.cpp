// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/accessible.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLabel>

namespace exitscope::gui {

void nameBox(QComboBox& box, const QString& name)
{
    box.setAccessibleName(name);
    box.setAccessibleDescription(name);  // on Linux Qt hands out the chosen entry as a box's name
    box.view()->setAccessibleName(name);
}

QComboBox* makeBox(const char* objectName, const QString& name, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(QLatin1String(objectName));
    nameBox(*box, name);
    box->setToolTip(name);
    return box;
}

void makeSelectable(QLabel& label)
{
    label.setTextInteractionFlags(Qt::TextSelectableByMouse);
    label.setFocusPolicy(Qt::NoFocus);
}

}  // namespace exitscope::gui
