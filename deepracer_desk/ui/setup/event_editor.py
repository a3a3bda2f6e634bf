"""The event itself: its name, its day, its link, and its tracks."""

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from deepracer_desk.domain.people import NAME_LIMIT
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.ui.shared.form_fields import Field


class TrackLine(QWidget):
    """One track: its name, the heading of its board, and the way out."""

    removed = Signal(object)
    changed = Signal()

    def __init__(self, track: EventTrack, number: int) -> None:
        super().__init__()
        self.track = track
        self.name = QLineEdit(track.name)
        self.name.setMaxLength(NAME_LIMIT)
        self.name.setAccessibleName(self.tr("Name of track {n}").format(n=number))
        self.name.setPlaceholderText(self.tr("Name"))
        self.heading = QLineEdit(track.title)
        self.heading.setMaxLength(NAME_LIMIT)
        self.heading.setPlaceholderText(self.tr("Heading of its board (optional)"))
        self.heading.setAccessibleName(self.tr("Heading of track {n}").format(n=number))
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setAccessibleName(self.tr("Remove track {n}").format(n=number))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.name, 2)
        layout.addWidget(self.heading, 3)
        layout.addWidget(self.remove)
        self.name.textEdited.connect(self._on_edited)
        self.heading.textEdited.connect(self._on_edited)
        self.remove.clicked.connect(self._on_remove)

    def value(self) -> EventTrack:
        name = self.name.text().strip()
        return replace(self.track, name=name, title=self.heading.text().strip())

    @Slot()
    def _on_edited(self, _text: str = "") -> None:
        self.changed.emit()

    @Slot()
    def _on_remove(self) -> None:
        self.removed.emit(self)


class EventEditor(QWidget):
    """Signals:
    save_requested: the event as it is typed.
    track_wanted: one more line, please.
    changed: something was typed.
    """

    save_requested = Signal(object)
    track_wanted = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._event: RacingEvent | None = None
        self._lines: list[TrackLine] = []
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.day = QLineEdit()
        self.day.setPlaceholderText("2026-05-01")
        self.day.setMaximumWidth(160)
        self.link = QLineEdit()
        self.link.setPlaceholderText("https://")
        self._name_field = Field(self.tr("Name of the event"), self.name)
        self._day_field = Field(self.tr("Day"), self.day, self.tr("Year, month and day. Optional."))
        self._link_field = Field(
            self.tr("Link"), self.link, self.tr("The projector shows it as a QR code. Optional.")
        )
        self._tracks = QVBoxLayout()
        self._tracks.setSpacing(8)
        self._track_error = QLabel()
        self._track_error.setProperty("tone", "bad")
        self._track_error.hide()
        heading = QLabel(self.tr("Tracks"))
        heading.setProperty("type", "label")
        self.add_track = QPushButton(self.tr("Add track"))
        self.add_track.clicked.connect(self.track_wanted)
        self.save = QPushButton(self.tr("Save event"))
        self.save.setProperty("kind", "primary")
        self.save.clicked.connect(self._on_save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._name_field)
        layout.addWidget(self._day_field)
        layout.addWidget(self._link_field)
        layout.addWidget(heading)
        layout.addLayout(self._tracks)
        layout.addWidget(self._track_error)
        layout.addWidget(self.add_track, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.save)
        layout.addStretch(1)
        for line in (self.name, self.day, self.link):
            line.textEdited.connect(self._on_edited)

    @property
    def lines(self) -> tuple[TrackLine, ...]:
        return tuple(self._lines)

    @property
    def errors(self) -> str:
        """Everything that is said to be wrong."""
        parts = (self._name_field.error, self._day_field.error, self._track_error.text())
        return " ".join(part for part in parts if part)

    def show_event(self, event: RacingEvent) -> None:
        """Show an event; everything typed before is replaced."""
        self._event = event
        self.name.setText(event.name)
        self.day.setText(event.day.isoformat() if event.day else "")
        self.link.setText(event.link)
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines.clear()
        for track in event.tracks:
            self.put_track(track)
        self._check()

    def put_track(self, track: EventTrack) -> None:
        """Add a line for one more track."""
        line = TrackLine(track, len(self._lines) + 1)
        line.removed.connect(self._on_removed)
        line.changed.connect(self._on_edited)
        self._lines.append(line)
        self._tracks.addWidget(line)
        self._allow_removal()
        self.changed.emit()

    def _allow_removal(self) -> None:
        for line in self._lines:
            line.remove.setEnabled(len(self._lines) > 1)

    @Slot(object)
    def _on_removed(self, line: TrackLine) -> None:
        self._lines.remove(line)
        line.hide()
        line.deleteLater()
        self._allow_removal()
        self._on_edited()

    @Slot()
    def _on_edited(self, _text: str = "") -> None:
        self._check()
        self.changed.emit()

    @Slot()
    def _on_save(self) -> None:
        event = self._event
        if event is None or not self._check():
            return
        self.save_requested.emit(
            replace(
                event,
                name=self.name.text().strip(),
                day=self._day(),
                link=self.link.text().strip(),
                tracks=tuple(line.value() for line in self._lines),
            )
        )

    def _day(self) -> date | None:
        text = self.day.text().strip()
        return date.fromisoformat(text) if text else None

    def _check(self) -> bool:
        named = bool(self.name.text().strip())
        self._name_field.set_error("" if named else self.tr("An event needs a name."))
        try:
            self._day()
        except ValueError:
            self._day_field.set_error(self.tr("Write the day as year-month-day, for example 2026-05-01."))
        else:
            self._day_field.set_error("")
        names = [line.value().name.casefold() for line in self._lines]
        if not all(names):
            wrong = self.tr("Every track needs a name.")
        elif len(set(names)) < len(names):
            wrong = self.tr("Two tracks have the same name.")
        else:
            wrong = ""
        self._track_error.setText(f"✕ {wrong}" if wrong else "")
        self._track_error.setVisible(bool(wrong))
        good = not self.errors
        self.save.setEnabled(good)
        return good
