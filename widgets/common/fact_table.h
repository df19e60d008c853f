// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QAbstractTableModel>
#include <QTableView>

namespace exitscope::gui {

/// One cell of a small table: what it shows and what it sorts by.
struct Fact {
    QString text;
    double value = 0;
    bool number = false;  ///< right-aligned and sorted by `value`
};
[[nodiscard]] Fact fact(const QString& text);
[[nodiscard]] Fact fact(const QString& text, double value);

/// A table of facts that were computed elsewhere. Rows are sorted by a permutation; source rows keep their numbers.
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
    int sortColumn_ = -1;  ///< -1 = as given
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
    /// `row` counts as given to setFacts().
    void picked(int row);
    /// The same with the column that was clicked or is current.
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
