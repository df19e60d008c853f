// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;

namespace exitscope::app {

class Prompts;

/// The name of a data set or file: typed, or chosen as a file or a folder.
class SourceEdit : public QWidget {
    Q_OBJECT
public:
    /// What the buttons offer: any data, a model, a table of labels or names, a folder.
    enum class Kind { data, model, table, folder };

    /// `name` is the line edit's object name; `accessibleName` says what the data is for.
    SourceEdit(Prompts& chooser, const QString& name, const QString& accessibleName, QWidget* parent = nullptr,
               Kind kind = Kind::data);

    /// Of a file dialog, for every kind of file that dataset::open() reads.
    [[nodiscard]] static QString dataFilter();

    [[nodiscard]] QString source() const;
    void setSource(const QString& source);
    void setHint(const QString& hint);

signals:
    void changed();
    /// The name was chosen in a dialog, not typed.
    void picked();

private:
    QLineEdit* edit_ = nullptr;
};

}  // namespace exitscope::app
