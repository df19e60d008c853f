// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "widgets/samples/sample_order.h"

namespace exitscope::gui {

class Thumbnails;

/// The samples that pass the filters, in the order the user asked for; rows are positions in that order.
/// Column 0 also serves the grid (decoration and tool tip).
class SampleModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        PixmapRole = Qt::UserRole,  ///< QPixmap at the image's own size; null while it is decoded
        GoodRole,                   ///< bool, or invalid without a label
        SampleRole,                 ///< quint32, SampleIndex
    };

    explicit SampleModel(Thumbnails* thumbnails, QObject* parent = nullptr);

    /// No samples.
    void clear();
    /// Another operating point or other filters: `passing` is ascending, samples of `point`, which is decided.
    void setSamples(OperatingPointPtr point, const std::vector<SampleIndex>& passing);

    [[nodiscard]] SampleIndex sample(int row) const { return rows_[static_cast<std::size_t>(row)]; }
    [[nodiscard]] const std::vector<SampleIndex>& rows() const { return rows_; }
    /// -1 when the sample does not pass the filters.
    [[nodiscard]] int row(SampleIndex sample) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    void arrange();
    [[nodiscard]] QString display(SampleIndex sample, SampleColumn column) const;
    [[nodiscard]] QString toolTip(SampleIndex sample) const;

    OperatingPointPtr point_;
    Thumbnails* thumbnails_ = nullptr;
    std::vector<SampleIndex> passing_;  ///< ascending
    std::vector<SampleIndex> rows_;     ///< in the order shown
    std::vector<SampleIndex> next_;
    SampleColumn by_ = SampleColumn::number;
    bool descending_ = false;
};

}  // namespace exitscope::gui
