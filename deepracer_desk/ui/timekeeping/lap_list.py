"""The lap list with its corrections: each within two clicks, each undone with one key."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_log import CrossingAccepted, CrossingRejected
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.lap_menu import lap_menu
from deepracer_desk.ui.shared.lap_table import (
    CAR_COLUMN,
    OUTCOME_COLUMN,
    SOURCE_COLUMN,
    LapRow,
    LapTableModel,
)
from deepracer_desk.ui.shared.race_words import outcome_word
from deepracer_desk.ui.shared.row_delegate import RowDelegate
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.tables import row_of, size_columns, style_table


class LapList(QFrame):
    """Signals:
    action_requested: a correction of one passage.
    split_requested, merge_requested: the lap's name.
    """

    action_requested = Signal(object)
    split_requested = Signal(int)
    merge_requested = Signal(int)

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._skin = skin
        self._racers: Sequence[Racer] = ()
        self._own: object = None
        self._title = QLabel(self.tr("Laps"))
        self._title.setProperty("type", "label")
        self._count = QLabel()
        self._count.setProperty("tone", "quiet")
        self.model = LapTableModel()
        self.table = QTableView()
        self.table.setObjectName("laps")
        style_table(self.table, name=self.tr("Laps, newest first"), sortable=False)
        self.table.setItemDelegate(RowDelegate(skin, self.table))
        self.table.setModel(self.model)
        self.table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._on_menu)
        self._size()
        skin.changed.connect(self._size)
        self._empty = QLabel(
            self.tr("The first lap appears here when the car crosses the line a second time.")
        )
        self._empty.setProperty("tone", "quiet")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        top = QHBoxLayout()
        top.setContentsMargins(16, 8, 16, 4)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 4, 1, 8)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.table, 1)
        self.table.hide()

    def show_rows(
        self, rows: Sequence[LapRow], summary: str, racers: Sequence[Racer], own_racer_id: object
    ) -> None:
        """Show these passages, newest first.

        Args:
            rows: the passages.
            summary: counts, for the head of the list.
            racers: who a lap can be given to.
            own_racer_id: the run's own racer, who is left out there.
        """
        self._racers = racers
        self._own = own_racer_id
        held_before = self._held_rows()
        self.model.set_rows(rows)
        self._count.setText(summary)
        self.table.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        if held_before or self._held_rows():
            self._put_buttons()

    def menu_for(self, row: LapRow) -> QMenu:
        """Return the corrections that this passage offers."""
        return lap_menu(
            self,
            row.lap,
            [racer for racer in self._racers if racer.racer_id != self._own],
            act=self.action_requested.emit,
            split=self.split_requested.emit,
            merge=self.merge_requested.emit,
        )

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        index: QModelIndex = self.table.indexAt(place)
        row = row_of(index)
        if isinstance(row, LapRow):
            menu = self.menu_for(row)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.table.viewport().mapToGlobal(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room: the car first, then the source; both are in the tool tip."""
        super().resizeEvent(event)
        width = self.width() / max(self._skin.zoom, 0.1)
        self.table.setColumnHidden(CAR_COLUMN, width < 500)
        self.table.setColumnHidden(SOURCE_COLUMN, width < 400)

    def _held_rows(self) -> list[int]:
        return [number for number, row in enumerate(self.model.rows) if row.lap.held]

    def _put_buttons(self) -> None:
        """Lay Accept and Reject over what is held; the rest of such a row says nothing that is needed."""
        self.table.clearSpans()
        last = self.model.columnCount() - 1
        for number, row in enumerate(self.model.rows):
            index = self.model.index(number, OUTCOME_COLUMN)
            self.table.setIndexWidget(index, None)  # type: ignore[arg-type] - removes it
            if row.lap.held:
                self.table.setSpan(number, OUTCOME_COLUMN, 1, last - OUTCOME_COLUMN + 1)
                self.table.setIndexWidget(index, self._decision(row))

    def _decision(self, row: LapRow) -> QWidget:
        lap = row.lap
        box = QWidget()
        box.setAutoFillBackground(True)
        layout = QHBoxLayout(box)
        layout.setContentsMargins(2, 2, 6, 3)
        layout.setSpacing(6)
        word = QLabel(f"{row.mark} {outcome_word(lap)}")
        word.setProperty("tone", "warn")
        layout.addWidget(word)
        layout.addStretch(1)
        time = formats.lap_time(lap.time_us)
        for text, name, action in (
            (self.tr("Accept"), self.tr("Accept the passage of {time}"), CrossingAccepted(ref=lap.ref)),
            (self.tr("Reject"), self.tr("Reject the passage of {time}"), CrossingRejected(ref=lap.ref)),
        ):
            button = QPushButton(text)
            button.setProperty("kind", "small")
            button.setAccessibleName(name.format(time=time))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, chosen=action: self.action_requested.emit(chosen))
            layout.addWidget(button)
        return box

    @Slot()
    def _size(self) -> None:
        size_columns(self.table, (52, 88, 140, 62, 74, 90), stretch=OUTCOME_COLUMN)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.verticalHeader().setDefaultSectionSize(self._skin.row_height)
