"""The leaderboard page: one table, a filter, and which board it is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from deepracer_desk.domain.ids import TrackId
from deepracer_desk.ui.leaderboard.table_models import NAME_COLUMN, LeaderboardTableModel
from deepracer_desk.ui.shared.empty_page import EmptyPage
from deepracer_desk.ui.shared.row_delegate import RowDelegate
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.tables import size_columns, style_table

COMBINED = ""  # data of the entry that shows all tracks together


class LeaderboardView(QWidget):
    """Signals:
    board_chosen: a track's id, empty for all tracks together.
    filter_typed: what was typed above the table.
    timekeeping_requested: the page where runs are driven is wanted.
    """

    board_chosen = Signal(str)
    filter_typed = Signal(str)
    timekeeping_requested = Signal()

    def __init__(self, skin: Skin, model: LeaderboardTableModel) -> None:
        super().__init__()
        self._skin = skin
        self.boards = QComboBox()
        self.boards.setAccessibleName(self.tr("Board"))
        self.boards.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.boards.activated.connect(self._on_board)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by name or country"))
        self.filter.setAccessibleName(self.tr("Filter by name or country"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(320)
        self.filter.textChanged.connect(self.filter_typed)
        self._rule = QLabel()
        self._rule.setProperty("tone", "quiet")
        self._count = QLabel()
        self._count.setProperty("tone", "quiet")
        self.table = QTableView()
        style_table(self.table, name=self.tr("Leaderboard"), sortable=False)
        self.table.setItemDelegate(RowDelegate(skin, self.table))
        self.table.setModel(model)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.boards)
        top.addWidget(self.filter, 1)
        top.addWidget(self._rule)
        top.addStretch(1)
        top.addWidget(self._count)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        self._no_match = QLabel(self.tr("Nobody on this board matches the filter."))
        self._no_match.setProperty("tone", "quiet")
        self._no_match.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._no_match.hide()
        layout.addWidget(self._no_match, 1)
        self._empty = EmptyPage(
            self.tr("No results yet"),
            self.tr("Racers appear here as soon as their first run is submitted."),
            ((self.tr("Time a run"), self.timekeeping_requested.emit),),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(page)
        self._stack.addWidget(self._empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        skin.changed.connect(self._size)
        self._size()

    def show_boards(self, boards: Sequence[tuple[str, TrackId | None]], chosen: TrackId | None) -> None:
        """Offer these boards."""
        self.boards.clear()
        for name, track_id in boards:
            self.boards.addItem(name, track_id or COMBINED)
        self.boards.setCurrentIndex(max(0, self.boards.findData(chosen or COMBINED)))

    def show_facts(self, rule: str, count: str, *, empty: bool, filtered_out: bool) -> None:
        """Say how the board ranks and how many are on it."""
        self._rule.setText(rule)
        self._count.setText(count)
        self._stack.setCurrentIndex(1 if empty else 0)
        self.table.setVisible(not filtered_out)
        self._no_match.setVisible(filtered_out)

    @property
    def count_text(self) -> str:
        return self._count.text()

    @property
    def is_empty(self) -> bool:
        return self._stack.currentIndex() == 1

    @Slot(int)
    def _on_board(self, index: int) -> None:
        self.board_chosen.emit(str(self.boards.itemData(index)))

    @Slot()
    def _size(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(self._skin.row_height)
        size_columns(self.table, (58, 74, 200, 82, 118, 92, 92, 92, 84, 62), stretch=NAME_COLUMN)
