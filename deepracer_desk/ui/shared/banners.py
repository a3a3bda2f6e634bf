"""Conditions that last: a line of text each, with the button that mends it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class Severity(StrEnum):
    """How much a condition matters."""

    INFO = "info"
    WARN = "warn"
    BAD = "bad"

    @property
    def mark(self) -> str:
        return {Severity.INFO: "●", Severity.WARN: "▲", Severity.BAD: "✕"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A lasting fact that the person at the desk should know.

    Attributes:
        key: names the condition; a new one with the same key replaces it.
        verb: text of the button that mends it, empty for none.
        lasting: false adds a cross that closes the banner.
    """

    key: str
    text: str
    hint: str = ""
    severity: Severity = Severity.WARN
    verb: str = ""
    action: Callable[[], None] | None = None
    lasting: bool = True


class Conditions(QObject):
    """All conditions in force.

    Signals:
        changed: one came or went.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[str, Condition] = {}

    def all(self) -> tuple[Condition, ...]:
        return tuple(self._all.values())

    def put(self, condition: Condition) -> None:
        if self._all.get(condition.key) != condition:
            self._all[condition.key] = condition
            self.changed.emit()

    def clear(self, key: str) -> None:
        if self._all.pop(key, None) is not None:
            self.changed.emit()


class Banner(QFrame):
    """One condition on the screen."""

    def __init__(self, condition: Condition, close: Callable[[str], None]) -> None:
        super().__init__()
        self._condition = condition
        self._close = close
        self.setObjectName("banner")
        self.setProperty("band", condition.severity.value)
        self.setAccessibleName(f"{condition.text} {condition.hint}".strip())
        mark = QLabel(condition.severity.mark)
        mark.setProperty("tone", {"info": "info", "warn": "warn", "bad": "bad"}[condition.severity.value])
        text = QLabel(condition.text)
        text.setProperty("weight", "strong")
        hint = QLabel(condition.hint)
        hint.setWordWrap(True)
        for label in (text, hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.setSpacing(12)
        layout.addWidget(mark)
        layout.addWidget(text)
        layout.addWidget(hint, 1)
        if condition.verb and condition.action is not None:
            button = QPushButton(condition.verb)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._on_mend)
            layout.addWidget(button)
        if not condition.lasting:
            cross = QPushButton("✕")
            cross.setProperty("kind", "link")
            cross.setAccessibleName(self.tr("Close this message"))
            cross.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            cross.clicked.connect(self._on_close)
            layout.addWidget(cross)

    @Slot()
    def _on_mend(self) -> None:
        if self._condition.action is not None:
            self._condition.action()

    @Slot()
    def _on_close(self) -> None:
        self._close(self._condition.key)


class BannerStack(QWidget):
    """Shows the worst conditions first; it lies below the content, so that no clock moves when one comes."""

    MOST = 3  # more would take the content's place

    def __init__(self, conditions: Conditions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._conditions = conditions
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)
        conditions.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        while self._layout.count():
            item = self._layout.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        order = (Severity.BAD, Severity.WARN, Severity.INFO)
        worst = sorted(self._conditions.all(), key=lambda condition: order.index(condition.severity))
        for condition in worst[: self.MOST]:
            self._layout.addWidget(Banner(condition, self._conditions.clear))
        self.setVisible(bool(worst))
