"""Dots that tell how the desk is; each explains itself when it is clicked."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget


class HealthLevel(StrEnum):
    """How a part of the desk is; each has its own shape."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    NONE = "quiet"  # there is none, and none is needed

    @property
    def mark(self) -> str:
        return {"good": "●", "warn": "▲", "bad": "✕", "quiet": "○"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFact:
    """The state of one part.

    Attributes:
        key: names the part; a new fact with the same key replaces the old.
        name: one word for the strip.
        text, hint: what is so, and what to do about it.
    """

    key: str
    name: str
    level: HealthLevel
    text: str
    hint: str = ""


class HealthStrip(QWidget):
    """One button a part, in the order in which they were named first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._facts: dict[str, HealthFact] = {}
        self._buttons: dict[str, QToolButton] = {}
        self._marks: dict[str, QLabel] = {}
        self._card: QFrame | None = None

    def show_fact(self, fact: HealthFact) -> None:
        if self._facts.get(fact.key) == fact:
            return
        self._facts[fact.key] = fact
        if fact.key not in self._buttons:
            self._add(fact.key)
        mark, button = self._marks[fact.key], self._buttons[fact.key]
        mark.setText(fact.level.mark)
        mark.setProperty("tone", fact.level.value)
        mark.style().unpolish(mark)
        mark.style().polish(mark)
        button.setText(fact.name)
        button.setAccessibleName(f"{fact.name}: {fact.text}")
        button.setToolTip(fact.text)

    def fact(self, key: str) -> HealthFact | None:
        return self._facts.get(key)

    def button(self, key: str) -> QToolButton:
        return self._buttons[key]

    @property
    def explained(self) -> str:
        """What the open explanation says, empty when none is open."""
        card = self._card
        if card is None or not card.isVisible():
            return ""
        return " ".join(label.text() for label in card.findChildren(QLabel))

    def _add(self, key: str) -> None:
        mark = QLabel()
        button = QToolButton()
        button.setObjectName("healthButton")
        button.setProperty("kind", "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._explain(key))
        self._layout.addWidget(mark)
        self._layout.addWidget(button)
        self._layout.addSpacing(12)
        self._marks[key], self._buttons[key] = mark, button

    @Slot()
    def _explain(self, key: str) -> None:
        fact = self._facts[key]
        if self._card is not None:
            self._card.close()
            self._card.deleteLater()
        card = QFrame(self, Qt.WindowType.Popup)
        card.setProperty("card", "true")
        card.setObjectName("healthCard")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(6)
        title = QLabel(f"{fact.level.mark} {fact.name}")
        title.setProperty("type", "heading")
        layout.addWidget(title)
        for text in filter(None, (fact.text, fact.hint)):
            label = QLabel(text)
            label.setWordWrap(True)
            layout.addWidget(label)
        card.setFixedWidth(340)
        card.adjustSize()
        button = self._buttons[key]
        corner = button.mapToGlobal(QPoint(button.width() - card.width(), button.height() + 6))
        card.move(corner)
        card.show()
        self._card = card
