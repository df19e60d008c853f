// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QAbstractTableModel>
#include <QTableView>

namespace exitscope::gui {

/// One cell of a small table: its text and the value by which it is sorted.
struct Fact {
    QString text;
    double value = 0;
    bool number = false;  ///< right-aligned and sorted by `value`
};
[[nodiscard]] Fact fact(const QString& text);
[[nodiscard]] Fact fact(const QString& text, double value);

/// A table of precomputed facts. Sorting uses a permutation, so that row numbers refer to the rows as set.
class FactModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Every row has as many cells as there are headers.
    void set(const QStringList& headers, std::vector<std::vector<Fact>> rows);
    [[nodiscard]] int source(int row) const { return static_cast<int>(order_[static_cast<std::size_t>(row)]); }
    [[nodiscard]] QString csv() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    [[nodiscard]] const Fact& at(int row, int column) const
    {
        return rows_[order_[static_cast<std::size_t>(row)]][static_cast<std::size_t>(column)];
    }
    void arrange();

    QStringList headers_;
    std::vector<std::vector<Fact>> rows_;
    std::vector<std::size_t> order_;
    int sortColumn_ = -1;  ///< -1 = not sorted
    Qt::SortOrder sortOrder_ = Qt::AscendingOrder;
};

/// The numbers behind a drawing. Enter, or a click, picks a row; Ctrl+C copies the selected rows, or all, as text that
/// spreadsheets read; the context menu exports CSV.
class FactTable : public QTableView {
    Q_OBJECT
public:
    FactTable(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    void setFacts(const QStringList& headers, std::vector<std::vector<Fact>> rows);
    [[nodiscard]] FactModel& model() const { return *model_; }

signals:
    /// `row` is the position in the rows of setFacts(), whatever the sorting.
    void picked(int row);
    /// Emitted together with picked(); `column` is the one clicked, or the current one.
    void cellPicked(int row, int column);
    void exportRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void pick(const QModelIndex& index);
    void copy() const;

    FactModel* model_ = nullptr;
};

}  // namespace exitscope::gui
