// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QStringList>
#include <QWidget>

#include "widgets/common/operating_point.h"

namespace exitscope::gui {

/// Class probabilities at the exits on one sample's way: rows are the likeliest classes, columns the exits.
struct ClassProbabilities {
    std::vector<std::uint32_t> classes;      ///< rows, the answer first
    std::vector<StateIndex> states;          ///< columns
    std::vector<std::vector<float>> values;  ///< [row][column]
    std::int32_t label = -1;
};
/// At most `rows` classes, by their largest probability on the path, the answer first and the label always among them.
/// Empty when the run keeps no full probabilities.
[[nodiscard]] ClassProbabilities classProbabilities(const OperatingPoint& point, SampleIndex sample, std::size_t rows);

class ClassBars : public QWidget {
    Q_OBJECT
public:
    explicit ClassBars(QWidget* parent = nullptr);

    void setProbabilities(ClassProbabilities probabilities, const run::Run& run);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ClassProbabilities shown_;
    QStringList names_;
    QStringList columns_;
};

}  // namespace exitscope::gui
