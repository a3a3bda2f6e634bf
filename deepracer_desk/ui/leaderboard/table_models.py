"""The leaderboard as a table that asks the board only for the rows it shows."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.leaderboard import BoardRow, Leaderboard
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.racer_directory import RacerDirectory
from deepracer_desk.ui.shared.tables import CENTRE, RIGHT, Column, cell

Index = QModelIndex | QPersistentModelIndex
BLOCK = 64  # rows asked for at a time
BLOCKS_KEPT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A line of the board with the name and the colour of its racer."""

    row: BoardRow
    name: str
    country: str
    colour: str


def movement(places: int) -> str:
    """Return places won or lost with their mark."""
    if not places:
        return ""
    return f"▲ {places}" if places > 0 else f"▼ {-places}"


def _movement_tone(row: ShownRow) -> str:
    return "good" if row.row.moved > 0 else "bad"


def _rank_tone(row: ShownRow) -> str:
    return {1: "gold", 2: "silver", 3: "bronze"}.get(row.row.rank or 0, "text")


def _tr(text: str) -> str:
    return QCoreApplication.translate("LeaderboardTable", text)


NAME_COLUMN = 2
COLUMNS: tuple[Column[ShownRow], ...] = (
    Column(
        "Rank",
        lambda item: str(item.row.rank) if item.row.rank else "–",
        align=RIGHT,
        tone=_rank_tone,
        strong=lambda item: (item.row.rank or 99) <= 3,
    ),
    Column("Moved", lambda item: movement(item.row.moved), align=CENTRE, tone=_movement_tone),
    Column(
        "Racer",
        lambda item: item.name,
        colour=lambda item: item.colour,
        tip=lambda item: item.name,
        strong=lambda item: item.row.rank == 1,
    ),
    Column("Country", lambda item: item.country, align=CENTRE, tone=lambda _item: "quiet"),
    Column(
        "Best",
        lambda item: (
            _tr("Did not finish")
            if item.row.best_us is None
            else formats.lap_time(item.row.best_us) + ("*" if item.row.by_proxy else "")
        ),
        align=RIGHT,
        strong=lambda item: item.row.best_us is not None,
        tone=lambda item: "text" if item.row.best_us is not None else "quiet",
        tip=lambda item: _tr("* driven by proxy") if item.row.by_proxy else "",
    ),
    Column("Gap", lambda item: formats.gap(item.row.gap_us) if item.row.gap_us else "", align=RIGHT),
    Column(
        "Second",
        lambda item: formats.lap_time(item.row.second_us),
        align=RIGHT,
        tone=lambda _item: "quiet",
    ),
    Column(
        "Mean", lambda item: formats.lap_time(item.row.summary.mean_us), align=RIGHT, tone=lambda _i: "quiet"
    ),
    Column(
        "Laps",
        lambda item: f"{item.row.summary.valid_laps} / {item.row.summary.driven_laps}",
        align=RIGHT,
        tip=lambda _item: _tr("valid / driven"),
    ),
    Column("Runs", lambda item: str(item.row.summary.runs), align=RIGHT),
)


class LeaderboardTableModel(QAbstractTableModel):
    """Lines of a board; 10,000 of them cost no more than those on the screen."""

    def __init__(self, racers: RacerDirectory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._racers = racers
        self._board: Leaderboard | None = None
        self._matches: list[int] | None = None  # board lines that pass the filter, None for all
        self._words: tuple[str, ...] = ()
        self._count = 0
        self._blocks: dict[int, list[BoardRow]] = {}

    @property
    def board(self) -> Leaderboard | None:
        return self._board

    def show_board(self, board: Leaderboard | None) -> None:
        """Show another board, or another state of everything."""
        self.beginResetModel()
        self._board = board
        self._take()
        self.endResetModel()

    def refresh(self) -> None:
        """Show the same board after single racers changed; the list keeps its place."""
        before = self._count
        self._blocks.clear()
        matches, count = self._matched()
        if count == before:
            self._matches = matches
            if count:
                self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(COLUMNS) - 1))
        elif count > before:
            self.beginInsertRows(QModelIndex(), before, count - 1)
            self._matches, self._count = matches, count
            self.endInsertRows()
            self._all_changed()
        else:
            self.beginRemoveRows(QModelIndex(), count, before - 1)
            self._matches, self._count = matches, count
            self.endRemoveRows()
            self._all_changed()

    def set_text(self, text: str) -> None:
        """Keep only racers whose name or country has every word of `text`."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self.beginResetModel()
            self._words = words
            self._take()
            self.endResetModel()

    def line_of(self, racer_id: RacerId) -> int | None:
        """Return the line in which a racer is shown, or None."""
        position = self._board.position(racer_id) if self._board else None
        if position is None or self._matches is None:
            return position
        return self._matches.index(position) if position in self._matches else None

    def row_at(self, line: int) -> ShownRow:
        position = line if self._matches is None else self._matches[line]
        row = self._block(position // BLOCK)[position % BLOCK]
        racer = self._racers.get(row.racer_id)
        return ShownRow(
            row=row,
            name=self._racers.name(row.racer_id),
            country=racer.country if racer else "",
            colour=racer.colour if racer else "",
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= self._count:
            return None
        return cell(COLUMNS[index.column()], self.row_at(index.row()), role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate("LeaderboardTable", COLUMNS[section].title)
        return COLUMNS[section].align if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _all_changed(self) -> None:
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, len(COLUMNS) - 1))

    def _take(self) -> None:
        self._blocks.clear()
        self._matches, self._count = self._matched()

    def _matched(self) -> tuple[list[int] | None, int]:
        board = self._board
        if board is None:
            return None, 0
        if not self._words:
            return None, len(board)
        wanted = self._filter()
        lines = (board.position(racer.racer_id) for racer in self._racers.all() if wanted(racer.racer_id))
        found = sorted(line for line in lines if line is not None)
        return found, len(found)

    def _filter(self) -> Callable[[RacerId], bool]:
        def wanted(racer_id: RacerId) -> bool:
            racer = self._racers.get(racer_id)
            text = f"{racer.name} {racer.country}".casefold() if racer else ""
            return all(word in text for word in self._words)

        return wanted

    def _block(self, number: int) -> list[BoardRow]:
        if number not in self._blocks:
            while len(self._blocks) >= BLOCKS_KEPT:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[number] = self._board.rows(number * BLOCK, BLOCK) if self._board else []
        return self._blocks[number]
