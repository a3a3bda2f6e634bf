"""One run at the side of the history: its laps, its log, and what can be done about it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QTableView, QTabWidget, QVBoxLayout

from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.races import Run
from deepracer_desk.ui.runs.table_models import WHAT_COLUMN, LogRow, LogTableModel
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.lap_menu import lap_menu
from deepracer_desk.ui.shared.lap_table import (
    CAR_COLUMN,
    OUTCOME_COLUMN,
    SOURCE_COLUMN,
    LapRow,
    LapTableModel,
    lap_rows,
)
from deepracer_desk.ui.shared.row_delegate import RowDelegate
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.tables import row_of, size_columns, style_table


class DetailPanel(QFrame):
    """Signals:
    action_requested: a correction.
    split_requested, merge_requested: a lap's name.
    discard_requested, restore_requested, undo_requested, racer_requested: as the buttons say.
    """

    action_requested = Signal(object)
    split_requested = Signal(int)
    merge_requested = Signal(int)
    discard_requested = Signal()
    restore_requested = Signal()
    undo_requested = Signal()
    racer_requested = Signal()

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._skin = skin
        self._others: Sequence[Racer] = ()
        self._title = QLabel()
        self._title.setProperty("type", "heading")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._facts = QLabel()
        self._facts.setProperty("tone", "quiet")
        self._facts.setWordWrap(True)
        self.laps = LapTableModel()
        self.log = LogTableModel()
        self.lap_table = self._table(self.tr("Laps of this run"))
        self.lap_table.setModel(self.laps)
        self.lap_table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.lap_table.customContextMenuRequested.connect(self._on_menu)
        self.log_table = self._table(self.tr("Log of this run, newest first"))
        self.log_table.setModel(self.log)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.addTab(self.lap_table, self.tr("Laps"))
        self._tabs.addTab(self.log_table, self.tr("Log"))
        self._hint = QLabel(self.tr("Right-click a lap to correct it."))
        self._hint.setProperty("type", "small")
        self._hint.setProperty("tone", "quiet")
        self.undo = self._button(self.tr("Undo last"), self.undo_requested)
        self.give = self._button(self.tr("Other racer…"), self.racer_requested)
        self.restore = self._button(self.tr("Restore"), self.restore_requested)
        self.restore.setProperty("kind", "primary")
        self.discard = self._button(self.tr("Discard…"), self.discard_requested)
        self.discard.setProperty("kind", "danger")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.restore, self.undo, self.give):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.discard)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._facts)
        layout.addWidget(self._tabs, 1)
        layout.addWidget(self._hint)
        layout.addLayout(buttons)
        skin.changed.connect(self._size)
        self._size()

    def show_run(
        self, run: Run, log: Sequence[LogRow], *, state: str, facts: str, racers: Sequence[Racer]
    ) -> None:
        """Show a run.

        Args:
            run: as it is folded from its log.
            log: its entries, newest first.
            state: open, submitted or discarded.
            facts: one line under the name.
            racers: everybody a lap could be given to.
        """
        self._others = [racer for racer in racers if racer.racer_id != run.racer_id]
        self._title.setText(run.racer_name or self.tr("No racer"))
        self._facts.setText(facts)
        self.laps.set_rows(lap_rows(run, 0))
        self.log.set_rows(log)
        self.restore.setVisible(state == "discarded")
        self.discard.setVisible(state == "submitted")
        self.undo.setEnabled(run.undo_target is not None)
        self.give.setVisible(state == "submitted")
        self.give.setEnabled(bool(self._others))

    @property
    def title(self) -> str:
        return self._title.text()

    def _table(self, name: str) -> QTableView:
        table = QTableView()
        style_table(table, name=name, sortable=False)
        table.setItemDelegate(RowDelegate(self._skin, table))
        return table

    def _button(self, text: str, signal: object) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(signal)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.width() / max(self._skin.zoom, 0.1)
        self.lap_table.setColumnHidden(CAR_COLUMN, width < 500)
        self.lap_table.setColumnHidden(SOURCE_COLUMN, width < 400)

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        row = row_of(self.lap_table.indexAt(place))
        if isinstance(row, LapRow):
            menu = lap_menu(
                self,
                row.lap,
                self._others,
                act=self.action_requested.emit,
                split=self.split_requested.emit,
                merge=self.merge_requested.emit,
            )
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.lap_table.viewport().mapToGlobal(place))

    @Slot()
    def _size(self) -> None:
        for table in (self.lap_table, self.log_table):
            table.verticalHeader().setDefaultSectionSize(self._skin.row_height)
        size_columns(self.lap_table, (52, 88, 140, 62, 74, 90), stretch=OUTCOME_COLUMN)
        size_columns(self.log_table, (42, 76, 150, 90, 90), stretch=WHAT_COLUMN)


def facts_line(run: Run, track: str, when: str) -> str:
    """Return where, when and how well the run was driven."""
    best = ""
    if run.best is not None:
        text = QCoreApplication.translate("RunsTable", "best {time}")
        best = text.format(time=formats.lap_time(run.best.time_us))
    return " · ".join(part for part in (track, when, run.car_name, best) if part)
