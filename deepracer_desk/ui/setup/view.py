"""The setup page: which event, and all that is settled before it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from deepracer_desk.domain.ids import EventId
from deepracer_desk.domain.people import NAME_LIMIT
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.ui.setup.event_editor import EventEditor
from deepracer_desk.ui.setup.format_editor import FormatEditor
from deepracer_desk.ui.setup.racers_editor import RacersEditor
from deepracer_desk.ui.shared.dialogs import ask, ask_text
from deepracer_desk.ui.shared.empty_page import EmptyPage
from deepracer_desk.ui.shared.skin import Skin

FORM_PX = 640  # width of a form; longer lines are hard to read


class SetupView(QWidget):
    """Signals:
    event_chosen: an EventId.
    event_wanted: name of a new event.
    event_removal_requested: an EventId.
    """

    event_chosen = Signal(str)
    event_wanted = Signal(str)
    event_removal_requested = Signal(str)

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self.events = QComboBox()
        self.events.setAccessibleName(self.tr("Current event"))
        self.events.setMinimumContentsLength(24)
        self.events.activated.connect(self._on_event)
        self.new = QPushButton(self.tr("New event…"))
        self.new.clicked.connect(self.ask_event)
        self.remove = QPushButton(self.tr("Remove an event…"))
        self.remove.clicked.connect(self._on_remove)
        self.event_form = EventEditor()
        self.format = FormatEditor()
        self.racers = RacersEditor(skin)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(_form(self.event_form, skin), self.tr("Event and tracks"))
        self.tabs.addTab(_form(self.format, skin), self.tr("Race format"))
        racers = QWidget()
        inner = QVBoxLayout(racers)
        inner.setContentsMargins(0, 16, 0, 0)
        inner.addWidget(self.racers)
        self.tabs.addTab(racers, self.tr("Racers"))
        top = QHBoxLayout()
        top.setSpacing(12)
        label = QLabel(self.tr("Current event"))
        label.setProperty("tone", "quiet")
        top.addWidget(label)
        top.addWidget(self.events)
        top.addWidget(self.new)
        top.addStretch(1)
        top.addWidget(self.remove)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.tabs, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(page)
        self._stack.addWidget(
            EmptyPage(
                self.tr("No event yet"),
                self.tr("An event is a day at a venue: its tracks, its rules, its racers."),
                ((self.tr("Create an event"), self.ask_event),),
            )
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        self._others: Sequence[RacingEvent] = ()

    def show_events(self, events: Sequence[RacingEvent], current: RacingEvent | None) -> None:
        """Offer these events; without a current one the page says how to begin."""
        self.events.clear()
        for event in events:
            day = f"  ({event.day.isoformat()})" if event.day else ""
            self.events.addItem(f"{event.name}{day}", event.event_id)
        self.events.setCurrentIndex(self.events.findData(current.event_id) if current else -1)
        self._others = [event for event in events if current is None or event.event_id != current.event_id]
        self.remove.setVisible(bool(self._others))
        self._stack.setCurrentIndex(0 if current else 1)

    @property
    def is_empty(self) -> bool:
        return self._stack.currentIndex() == 1

    @Slot()
    def ask_event(self) -> None:
        """Ask for the name of a new event."""
        ask_text(
            self,
            self.tr("New event"),
            self.tr("It starts with one track and common rules; change both afterwards."),
            self.tr("Create event"),
            self.event_wanted.emit,
            check=lambda name: (
                "" if name and len(name) <= NAME_LIMIT else self.tr("Write a name of up to 64 characters.")
            ),
        )

    @Slot(int)
    def _on_event(self, index: int) -> None:
        self.event_chosen.emit(EventId(self.events.itemData(index)))

    @Slot()
    def _on_remove(self) -> None:
        names = {event.name: event for event in self._others}
        box = QComboBox()
        box.addItems(list(names))
        box.setAccessibleName(self.tr("Event"))
        question = ask(
            self,
            self.tr("Remove which event?"),
            self.tr("Its tracks and rules go; runs stay in the history. The current event is not offered."),
            self.tr("Remove"),
            lambda: self.event_removal_requested.emit(names[box.currentText()].event_id),
            danger=True,
        )
        question.body.addWidget(box)


def _form(editor: QWidget, skin: Skin) -> QScrollArea:
    """Put a form into a column that scrolls."""
    editor.setMaximumWidth(skin.px(FORM_PX))
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(4, 16, 16, 16)
    layout.addWidget(editor, 1)
    layout.addStretch(0)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(holder)
    return area
