"""A page with nothing on it yet: what belongs here, why it is empty, and what fills it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyPage(QWidget):
    """Title, one sentence or two, and the buttons; the first one is the primary action."""

    def __init__(
        self,
        title: str,
        text: str,
        actions: Sequence[tuple[str, Callable[[], None]]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("emptyPage")
        self._title = QLabel(title)
        self._title.setProperty("type", "heading")
        self._text = QLabel(text)
        self._text.setProperty("tone", "quiet")
        self._text.setWordWrap(True)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setFixedWidth(460)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        for index, (verb, action) in enumerate(actions):
            button = QPushButton(verb)
            if index == 0:
                button.setProperty("kind", "primary")
            button.clicked.connect(action)
            buttons.addWidget(button)
        buttons.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._text)
        middle.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.addWidget(self._title)
        layout.addLayout(middle)
        layout.addSpacing(8)
        layout.addLayout(buttons)
        layout.addStretch(3)

    def say(self, title: str, text: str) -> None:
        """Tell something else, when the reason for the emptiness changed."""
        self._title.setText(title)
        self._text.setText(text)
