// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include "core/network/dataset/dataset.h"

class QDoubleSpinBox;
class QGridLayout;
class QRadioButton;

namespace exitscope::app {

class Prompts;
class ReadingForm;
class SourceEdit;

/// The data to fit on and to test on.
struct DataRequest {
    bool together = true;
    QString whole;             ///< together: a source with both splits, or one to be split
    double fitFraction = 0.5;  ///< together, when the source has no splits of its own
    QString fit;
    QString test;

    [[nodiscard]] bool complete() const { return together ? !whole.isEmpty() : !fit.isEmpty() && !test.isEmpty(); }
    friend bool operator==(const DataRequest&, const DataRequest&) = default;
};

/// One source or two, as files, folders or names such as fashion-mnist:test.
class DataForm : public QWidget {
    Q_OBJECT
public:
    DataForm(Prompts& chooser, const DataRequest& start, const dataset::OpenOptions& reading,
             QWidget* parent = nullptr);

    [[nodiscard]] DataRequest request() const;
    [[nodiscard]] dataset::OpenOptions reading() const;

signals:
    void changed();

private:
    SourceEdit* makeSource(const QString& name, const QString& accessibleName, QGridLayout* grid, int row,
                           QWidget* label);

    Prompts& chooser_;
    QRadioButton* together_ = nullptr;
    QRadioButton* apart_ = nullptr;
    SourceEdit* whole_ = nullptr;
    SourceEdit* fit_ = nullptr;
    SourceEdit* test_ = nullptr;
    QDoubleSpinBox* fraction_ = nullptr;
    ReadingForm* reading_ = nullptr;
};

}  // namespace exitscope::app
