"""The history of runs, the bin included."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from deepracer_desk.domain.ids import RunId, TrackId
from deepracer_desk.ui.runs.detail_panel import DetailPanel
from deepracer_desk.ui.runs.table_models import (
    CAR_COLUMN,
    LAPS_COLUMN,
    RACER_COLUMN,
    TRACK_COLUMN,
    RunRow,
    RunsTableModel,
)
from deepracer_desk.ui.shared.empty_page import EmptyPage
from deepracer_desk.ui.shared.row_delegate import RowDelegate
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.tables import FilterProxy, row_of, size_columns, style_table

EVERYTHING = ""


class RunsView(QWidget):
    """Signals:
    run_chosen: a RunId, empty when none is chosen.
    scope_changed: another track or state is wanted.
    timekeeping_requested: the page where runs are driven is wanted.
    """

    run_chosen = Signal(str)
    scope_changed = Signal()
    timekeeping_requested = Signal()

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self._skin = skin
        self.model = RunsTableModel()
        self.proxy = FilterProxy(self.model, (0, 1, 2, 3, 6), self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by racer, track or car"))
        self.filter.setAccessibleName(self.tr("Filter by racer, track or car"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(320)
        self.filter.textChanged.connect(self.proxy.set_text)
        self.tracks = QComboBox()
        self.tracks.setAccessibleName(self.tr("Track"))
        self.states = QComboBox()
        self.states.setAccessibleName(self.tr("State"))
        for text, state in (
            (self.tr("All runs"), EVERYTHING),
            (self.tr("Submitted"), "submitted"),
            (self.tr("In the bin"), "discarded"),
            (self.tr("Open"), "open"),
        ):
            self.states.addItem(text, state)
        for box in (self.tracks, self.states):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(self._on_scope)
        self._count = QLabel()
        self._count.setProperty("tone", "quiet")
        self.table = QTableView()
        style_table(self.table, name=self.tr("Runs"))
        self.table.setItemDelegate(RowDelegate(skin, self.table))
        self.table.setModel(self.proxy)
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.detail = DetailPanel(skin)
        self._side = QStackedWidget()
        self._lay_out()
        skin.changed.connect(self._size)
        self._size()

    def _lay_out(self) -> None:
        none = QLabel(self.tr("Choose a run to see its laps and its log."))
        none.setProperty("tone", "quiet")
        none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        none.setWordWrap(True)
        self._side.addWidget(none)
        self._side.addWidget(self.detail)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.tracks)
        top.addWidget(self.states)
        top.addWidget(self.filter, 1)
        top.addStretch(1)
        top.addWidget(self._count)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(16)
        split.addWidget(self.table)
        split.addWidget(self._side)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 4)
        split.setSizes([640, 460])
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(split, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(page)
        self._stack.addWidget(
            EmptyPage(
                self.tr("No runs yet"),
                self.tr("Every run of this event is kept here, with all that happened in it."),
                ((self.tr("Time a run"), self.timekeeping_requested.emit),),
            )
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def show_tracks(self, tracks: Sequence[tuple[str, TrackId]]) -> None:
        """Offer these tracks; the choice stays when it can."""
        chosen = self.tracks.currentData()
        self.tracks.clear()
        self.tracks.addItem(self.tr("All tracks"), EVERYTHING)
        for name, track_id in tracks:
            self.tracks.addItem(name, track_id)
        self.tracks.setCurrentIndex(max(0, self.tracks.findData(chosen)))

    def show_rows(self, rows: Sequence[RunRow], count: str, *, empty: bool) -> None:
        self.model.set_rows(rows)
        self._count.setText(count)
        self._stack.setCurrentIndex(1 if empty else 0)
        if not self.table.selectionModel().hasSelection():
            self.show_detail(there_is_one=False)

    def show_detail(self, *, there_is_one: bool) -> None:
        self._side.setCurrentIndex(1 if there_is_one else 0)

    @property
    def is_empty(self) -> bool:
        return self._stack.currentIndex() == 1

    @property
    def chosen_track(self) -> TrackId | None:
        data = self.tracks.currentData()
        return TrackId(data) if data else None

    @property
    def chosen_state(self) -> str:
        return str(self.states.currentData() or EVERYTHING)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room: the car first, then the track."""
        super().resizeEvent(event)
        width = self.width() / max(self._skin.zoom, 0.1)
        self.table.setColumnHidden(CAR_COLUMN, width < 1250)
        self.table.setColumnHidden(TRACK_COLUMN, width < 1050)
        self.table.setColumnHidden(LAPS_COLUMN, width < 950)

    @Slot(int)
    def _on_scope(self, _index: int) -> None:
        self.scope_changed.emit()

    @Slot(QItemSelection, QItemSelection)
    def _on_selection(self, _now: QItemSelection, _before: QItemSelection) -> None:
        rows = self.table.selectionModel().selectedRows()
        row = row_of(rows[0]) if rows else None
        self.run_chosen.emit(row.head.run_id if isinstance(row, RunRow) else RunId(""))

    @Slot()
    def _size(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(self._skin.row_height)
        size_columns(self.table, (108, 160, 90, 80, 88, 52, 116), stretch=RACER_COLUMN)
