"""Short messages at the foot of the window: what happened, and the chance to undo it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from deepracer_desk.domain.errors import DeskError

UNDO_MS = 8_000  # time to reach for the mouse
NOTE_MS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """One message.

    Attributes:
        verb: text of the button, empty for none.
        action: what the button does.
        bad: what was asked for did not happen.
    """

    text: str
    verb: str = ""
    action: Callable[[], None] | None = None
    bad: bool = False


class Notices(QObject):
    """The one door for short messages.

    Signals:
        told: a toast to show now.
        broke: an exception that is nobody's fault at the desk.
    """

    told = Signal(object)
    broke = Signal(object)

    def tell(self, text: str, *, verb: str = "", action: Callable[[], None] | None = None) -> None:
        """Say what happened, with a button that takes it back or goes there."""
        self.told.emit(Toast(text=text, verb=verb, action=action))

    @Slot(object)
    def refuse(self, error: Exception) -> None:
        """Say why something did not happen; what is no known failure goes to the crash report."""
        if isinstance(error, DeskError):
            parts = (sentence(str(error)), sentence(error.hint))
            self.told.emit(Toast(text=" ".join(parts).strip(), bad=True))
        else:
            self.broke.emit(error)


def sentence(text: str) -> str:
    """Return a sentence of the inner layers in the language in force."""
    return QCoreApplication.translate("Sentences", text) if text else ""


class ToastLine(QWidget):
    """Shows the newest toast for a while; it has its place, so nothing moves when one comes."""

    def __init__(self, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._mark = QLabel()
        self._text = QLabel()
        self._text.setObjectName("toastText")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton()
        self._button.setObjectName("toastButton")
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setProperty("kind", "link")
        self._button.clicked.connect(self._on_clicked)
        self._action: Callable[[], None] | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._mark)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        notices.told.connect(self.show_toast)
        self.clear()

    @property
    def text(self) -> str:
        """What is said now, empty when nothing is."""
        return self._text.text()

    @Slot(object)
    def show_toast(self, toast: Toast) -> None:
        self._mark.setText("✕" if toast.bad else "✓")
        self._mark.setProperty("tone", "bad" if toast.bad else "good")
        self._mark.style().polish(self._mark)
        self._text.setText(toast.text)
        self._text.setToolTip(toast.text)
        self._action = toast.action
        self._button.setText(toast.verb)
        self._button.setVisible(bool(toast.verb))
        self._timer.start(UNDO_MS if toast.verb else NOTE_MS)

    @Slot()
    def clear(self) -> None:
        self._mark.clear()
        self._text.clear()
        self._text.setToolTip("")
        self._button.hide()
        self._action = None

    @Slot()
    def _on_clicked(self) -> None:
        action = self._action
        self.clear()
        if action is not None:
            action()
