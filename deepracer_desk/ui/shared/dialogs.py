"""Questions that wait beside the window; none of them stops a clock or covers one."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget


class Question(QDialog):
    """A text, fields if any, and a verb; it never blocks.

    Signals:
        agreed: the verb was pressed and nothing was wrong with the fields.
    """

    agreed = Signal()

    def __init__(
        self, parent: QWidget, title: str, text: str, verb: str, *, danger: bool = False, keep: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self._check: Callable[[], str] | None = None
        heading = QLabel(title)
        heading.setProperty("type", "heading")
        heading.setWordWrap(True)
        self._text = QLabel(text)
        self._text.setWordWrap(True)
        self._text.setVisible(bool(text))
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self._error = QLabel()
        self._error.setProperty("tone", "bad")
        self._error.setWordWrap(True)
        self._error.hide()
        self.verb_button = QPushButton(verb)
        self.verb_button.setObjectName("verb")
        self.verb_button.setProperty("kind", "danger" if danger else "primary")
        self.verb_button.clicked.connect(self._on_verb)
        keep_button = QPushButton(keep or self.tr("Leave as it is"))
        keep_button.clicked.connect(self.reject)
        keep_button.setDefault(danger)
        self.verb_button.setDefault(not danger)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(keep_button)
        buttons.addWidget(self.verb_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(self._text)
        layout.addLayout(self.body)
        layout.addWidget(self._error)
        layout.addSpacing(8)
        layout.addLayout(buttons)

    def require(self, check: Callable[[], str]) -> None:
        """Refuse the verb as long as `check` returns a sentence."""
        self._check = check

    @Slot()
    def _on_verb(self) -> None:
        sentence = self._check() if self._check else ""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        if not sentence:
            self.agreed.emit()
            self.accept()


def ask(
    parent: QWidget, title: str, text: str, verb: str, action: Callable[[], None], *, danger: bool = False
) -> Question:
    """Ask before something happens; `action` runs when the verb is pressed."""
    question = Question(parent, title, text, verb, danger=danger)
    question.agreed.connect(action)
    question.show()
    return question


class TextQuestion(Question):
    """A question answered by one line of text.

    Signals:
        answered: the text, without spaces around it.
    """

    answered = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        verb: str,
        *,
        value: str = "",
        check: Callable[[str], str] | None = None,
        danger: bool = False,
    ) -> None:
        super().__init__(parent, title, text, verb, danger=danger)
        self.line = QLineEdit(value)
        self.line.setAccessibleName(title)
        self.line.selectAll()
        self.body.addWidget(self.line)
        self.require(lambda: check(self.line.text().strip()) if check else "")
        self.agreed.connect(self._on_agreed)
        self.line.setFocus()

    @Slot()
    def _on_agreed(self) -> None:
        self.answered.emit(self.line.text().strip())


def ask_text(
    parent: QWidget,
    title: str,
    text: str,
    verb: str,
    action: Callable[[str], None],
    *,
    value: str = "",
    check: Callable[[str], str] | None = None,
    danger: bool = False,
) -> TextQuestion:
    """Ask for one line of text; `check` returns a sentence for what cannot be taken."""
    question = TextQuestion(parent, title, text, verb, value=value, check=check, danger=danger)
    question.answered.connect(action)
    question.show()
    return question
