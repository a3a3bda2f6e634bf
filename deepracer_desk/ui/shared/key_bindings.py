"""The keys of the desk: what each does, what it is called, and how people change it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

log = logging.getLogger(__name__)


class KeyScope(StrEnum):
    """Where a key acts."""

    TIMEKEEPING = "timekeeping"
    EVERYWHERE = "everywhere"


class DeskKey(StrEnum):
    """Everything that can be done with a key; the values are the names in the settings file."""

    PRIMARY = "primary"
    PAUSE = "pause"
    LAP = "lap"
    RESET = "reset"
    RESET_BACK = "reset_back"
    TOGGLE_VALID = "toggle_valid"
    DROP = "drop"
    FALSE_TRIGGER = "false_trigger"
    ACCEPT = "accept"
    DID_NOT_FINISH = "did_not_finish"
    END = "end"
    SUBMIT = "submit"
    DISCARD = "discard"
    UNDO = "undo"
    REDO = "redo"
    PROJECTOR = "projector"
    PROJECTOR_SCREEN = "projector_screen"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """What is known of a key without the settings; `does` is a source string, translated when shown."""

    does: str
    defaults: str
    scope: KeyScope = KeyScope.TIMEKEEPING


FACTS: Mapping[DeskKey, KeyFacts] = MappingProxyType(
    {
        DeskKey.PRIMARY: KeyFacts(does="Arm, start, pause or go on", defaults="Space; Q"),
        DeskKey.PAUSE: KeyFacts(does="Pause or go on", defaults="P; W"),
        DeskKey.LAP: KeyFacts(does="Lap: the car crossed the line", defaults="Return; Enter; E"),
        DeskKey.RESET: KeyFacts(does="Reset: the car was put back on the track", defaults="R"),
        DeskKey.RESET_BACK: KeyFacts(does="Take one reset back", defaults="Shift+R"),
        DeskKey.TOGGLE_VALID: KeyFacts(does="Last lap valid or not", defaults="X"),
        DeskKey.DROP: KeyFacts(does="Drop the last lap", defaults="D"),
        DeskKey.FALSE_TRIGGER: KeyFacts(
            does="False trigger: the last crossing was none; its time goes to the running lap", defaults="F"
        ),
        DeskKey.ACCEPT: KeyFacts(does="Accept the newest passage that is held", defaults="A"),
        DeskKey.DID_NOT_FINISH: KeyFacts(does="The lap is given up", defaults="N"),
        DeskKey.END: KeyFacts(does="End the run (press twice)", defaults="Esc"),
        DeskKey.SUBMIT: KeyFacts(does="Submit the run", defaults="Ctrl+Return; Ctrl+Enter"),
        DeskKey.DISCARD: KeyFacts(does="Put the run into the bin", defaults="Ctrl+Backspace"),
        DeskKey.UNDO: KeyFacts(does="Undo", defaults="Ctrl+Z"),
        DeskKey.REDO: KeyFacts(does="Redo", defaults="Ctrl+Shift+Z"),
        DeskKey.PROJECTOR: KeyFacts(does="Projector on or off", defaults="F11", scope=KeyScope.EVERYWHERE),
        DeskKey.PROJECTOR_SCREEN: KeyFacts(
            does="Choose the projector's screen", defaults="Ctrl+F11", scope=KeyScope.EVERYWHERE
        ),
        DeskKey.HELP: KeyFacts(does="Show all keys", defaults="F1; ?", scope=KeyScope.EVERYWHERE),
    }
)
# Keys that no action may take: they are the pages' own.
PAGE_KEYS = tuple(f"Ctrl+{number}" for number in range(1, 10))


def does(key: DeskKey) -> str:
    """Return what the key does, in the language of the screen."""
    return QCoreApplication.translate("DeskKey", FACTS[key].does)


class KeyBindings(QObject):
    """Which keys do what, with the changes people made.

    Signals:
        changed: a key was bound anew.
    """

    changed = Signal()

    def __init__(self, overrides: Mapping[str, str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._overrides = dict(overrides or {})

    def sequences(self, key: DeskKey) -> list[QKeySequence]:
        """Return the key's sequences, the one to print first; empty when it has none."""
        text = self._overrides.get(key.value, FACTS[key].defaults)
        found = QKeySequence.listFromString(text, QKeySequence.SequenceFormat.PortableText)
        return [sequence for sequence in found if not sequence.isEmpty()]

    def label(self, key: DeskKey) -> str:
        """Return how the key is called on this keyboard, for buttons and tables; empty without one."""
        sequences = self.sequences(key)
        return native_name(sequences[0]) if sequences else ""

    def all_labels(self, key: DeskKey) -> tuple[str, ...]:
        """Return the names of all sequences of a key, without repeating one."""
        return tuple(dict.fromkeys(native_name(item) for item in self.sequences(key)))

    def is_default(self, key: DeskKey) -> bool:
        return key.value not in self._overrides

    def conflict(self, key: DeskKey, sequence: QKeySequence) -> DeskKey | None:
        """Return the other key that has this sequence, or None."""
        for other in DeskKey:
            if other is not key and sequence in self.sequences(other):
                return other
        return None

    def is_reserved(self, sequence: QKeySequence) -> bool:
        """Tell whether the sequence belongs to the pages."""
        return sequence.toString(QKeySequence.SequenceFormat.PortableText) in PAGE_KEYS

    def bind(self, key: DeskKey, sequence: QKeySequence) -> None:
        """Give the key this one sequence, and take it from whichever other had it."""
        other = self.conflict(key, sequence)
        if other is not None:
            left = [item for item in self.sequences(other) if item != sequence]
            self._set(other, left)
        self._set(key, [sequence] if not sequence.isEmpty() else [])
        self.changed.emit()

    def restore_default(self, key: DeskKey) -> None:
        """Give the key its default sequences back, except those that another key was given."""
        wanted = QKeySequence.listFromString(FACTS[key].defaults, QKeySequence.SequenceFormat.PortableText)
        self._set(key, [item for item in wanted if self.conflict(key, item) is None])
        self.changed.emit()

    def overrides(self) -> dict[str, str]:
        """Return what differs from the defaults, for the settings file."""
        return dict(self._overrides)

    def _set(self, key: DeskKey, sequences: list[QKeySequence]) -> None:
        text = QKeySequence.listToString(sequences, QKeySequence.SequenceFormat.PortableText)
        if text == FACTS[key].defaults:
            self._overrides.pop(key.value, None)
        else:
            self._overrides[key.value] = text


def native_name(sequence: QKeySequence) -> str:
    """Return a sequence as people call it; both Enter keys are the same to them."""
    text = sequence.toString(QKeySequence.SequenceFormat.NativeText)
    return text.replace("Return", "Enter")


def types_text(widget: QWidget | None) -> bool:
    """Tell whether keys belong to this widget because a person types into it."""
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    return isinstance(widget, QAbstractSpinBox | QComboBox)


def takes(widget: QWidget | None, sequence: QKeySequence) -> bool:
    """Tell whether a focused widget needs this sequence for itself.

    While a person types it needs all of them; a button that was reached with Tab needs the space bar.
    """
    if isinstance(widget, QAbstractButton):
        return sequence == QKeySequence(Qt.Key.Key_Space)
    return types_text(widget)


class KeyShortcuts(QObject):
    """Lets keys act while a page is shown and nobody types; held keys do not repeat.

    The sequences follow the bindings. Qt keeps a shortcut silent while the page it belongs to is hidden.
    """

    def __init__(self, page: QWidget, bindings: KeyBindings, *, while_typing: bool = False) -> None:
        super().__init__(page)
        self._page = page
        self._bindings = bindings
        self._actions: dict[DeskKey, Callable[[], None]] = {}
        self._shortcuts: list[QShortcut] = []
        self._while_typing = while_typing
        bindings.changed.connect(self._rebind)
        application = QApplication.instance()
        if isinstance(application, QApplication) and not while_typing:
            application.focusChanged.connect(self._on_focus_changed)

    def on(self, key: DeskKey, action: Callable[[], None]) -> None:
        """Call `action` inside the key event itself, so that it may read the clock."""
        self._actions[key] = action
        self._add(key)

    def _add(self, key: DeskKey) -> None:
        for sequence in self._bindings.sequences(key):
            shortcut = QShortcut(sequence, self._page)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.setEnabled(self._while_typing or not takes(QApplication.focusWidget(), sequence))
            activated: SignalInstance = shortcut.activated
            activated.connect(self._actions[key])
            self._shortcuts.append(shortcut)

    @Slot()
    def _rebind(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts.clear()
        for key in self._actions:
            self._add(key)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(not takes(new, shortcut.key()))
