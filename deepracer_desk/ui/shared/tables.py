"""Tables: columns as data, models that change row by row, filter-as-you-type, one look."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1  # comparable value
ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 2  # the domain object of the row
COLOUR_ROLE = int(Qt.ItemDataRole.UserRole) + 3  # a racer's colour, drawn as a bar before the text
TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 4  # role of the text colour in the theme
STRONG_ROLE = int(Qt.ItemDataRole.UserRole) + 5  # true for bold text

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
NEVER = 2**53  # sorts what has no number to the end; exact as a double


@dataclass(frozen=True)
class Column(Generic[T]):
    """How one attribute of a row is shown and sorted.

    Attributes:
        title: source string, translated when it is shown.
        sort_key: a number or a text; None sorts by the shown text.
        colour: a racer's colour, or nothing.
        tone: name of a text colour of the theme, or nothing.
    """

    title: str
    text: Callable[[T], str]
    sort_key: Callable[[T], int | float | str] | None = None
    align: Qt.AlignmentFlag = LEFT
    colour: Callable[[T], str] | None = None
    tone: Callable[[T], str] | None = None
    strong: Callable[[T], bool] | None = None
    tip: Callable[[T], str] | None = None


def cell(column: Column[T], row: T, role: int) -> object:  # noqa: PLR0911 - one line a role
    """Return what a column says of a row in a role of Qt, or None."""
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        case Qt.ItemDataRole.TextAlignmentRole:
            return column.align
        case Qt.ItemDataRole.ToolTipRole:
            return column.tip(row) if column.tip else None
        case _ if role == SORT_ROLE:
            return column.sort_key(row) if column.sort_key else column.text(row).casefold()
        case _ if role == ROW_ROLE:
            return row
        case _ if role == COLOUR_ROLE:
            return column.colour(row) if column.colour else None
        case _ if role == TONE_ROLE:
            return column.tone(row) if column.tone else None
        case _ if role == STRONG_ROLE:
            return column.strong(row) if column.strong else None
        case _:
            return None


class RowsTableModel(QAbstractTableModel, Generic[T]):
    """Read-only view of immutable rows; `set_rows` announces only what differs, so lists keep their place."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        key: Callable[[T], Hashable],
        *,
        context: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._context = context
        self._rows: list[T] = []

    @property
    def rows(self) -> tuple[T, ...]:
        return tuple(self._rows)

    def row_at(self, number: int) -> T:
        return self._rows[number]

    def number_of(self, key: Hashable) -> int | None:
        """Return the line of the row with this key, or None."""
        return next((number for number, row in enumerate(self._rows) if self._key(row) == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        return cell(self._columns[index.column()], self._rows[index.row()], role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate(self._context, self._columns[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._columns[section].align
        return None

    def set_rows(self, rows: Sequence[T]) -> None:
        """Show these rows: those that left are removed, new ones inserted, changed ones repainted."""
        new = list(rows)
        new_keys = [self._key(row) for row in new]
        wanted = set(new_keys)
        for first, last in _spans([i for i, row in enumerate(self._rows) if self._key(row) not in wanted]):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
        kept = {self._key(row) for row in self._rows}
        if [self._key(row) for row in self._rows] != [key for key in new_keys if key in kept]:
            self.beginResetModel()  # the order itself changed
            self._rows = new
            self.endResetModel()
            return
        for first, last in reversed(_spans([i for i, key in enumerate(new_keys) if key not in kept])):
            self.beginInsertRows(QModelIndex(), first, last)
            self._rows[first:first] = new[first : last + 1]
            self.endInsertRows()
        right = len(self._columns) - 1
        for first, last in _spans([i for i, row in enumerate(new) if row != self._rows[i]]):
            self._rows[first : last + 1] = new[first : last + 1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, right))


def _spans(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return runs of consecutive numbers, the last run first: removing one does not move the others."""
    spans = list[tuple[int, int]]()
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans[::-1]


class FilterProxy(QSortFilterProxyModel):
    """Sorts by `SORT_ROLE` and keeps the rows in which every word that was typed occurs."""

    def __init__(
        self, source: QAbstractItemModel, columns: Sequence[int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._searched = tuple(columns)
        self._words: tuple[str, ...] = ()
        self.setSortRole(SORT_ROLE)
        self.setSortLocaleAware(True)
        self.setDynamicSortFilter(True)
        self.setSourceModel(source)

    @Slot(str)
    def set_text(self, text: str) -> None:
        """Show only rows that have all words of `text`."""
        self.beginFilterChange()
        self._words = tuple(text.casefold().split())
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        if not self._words:
            return True
        model = self.sourceModel()
        text = " ".join(
            str(model.index(source_row, column, source_parent).data()) for column in self._searched
        ).casefold()
        return all(word in text for word in self._words)


def row_of(index: Index) -> object:
    """Return the domain object behind a cell, also through a proxy; None for no cell."""
    return index.data(ROW_ROLE) if index.isValid() else None


def style_table(table: QTableView, *, name: str, sortable: bool = True) -> None:
    """Give a table the look and the manners of all tables of the desk."""
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setAlternatingRowColors(False)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsMovable(False)
    header.setMinimumSectionSize(32)
    table.setSortingEnabled(sortable)


def size_columns(table: QTableView, widths: Sequence[int], *, stretch: int) -> None:
    """Set fixed widths [px at 100 %, in the font's scale], and let one column take what is left."""
    header = table.horizontalHeader()
    factor = table.fontMetrics().height() / 18  # line height of the body font at 100 %
    for column, width in enumerate(widths):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(column, round(width * factor))
    header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)


def select_row(table: QTableView, number: int) -> None:
    """Select a line and make it visible."""
    table.selectRow(number)
    table.scrollTo(table.model().index(number, 0))
