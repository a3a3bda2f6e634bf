"""Fields of forms: label above, help below, and what is wrong in words underneath."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

SECOND_US = 1_000_000
_DURATION = re.compile(r"(?:(\d{1,3}):)?(\d{1,4})(?:[.,](\d{1,6}))?")


def parse_duration(text: str) -> int | None:
    """Return a time such as 2:00, 90 or 8.25 in microseconds, None for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    minutes, seconds, fraction = match.groups(default="")
    if minutes and int(seconds) >= 60:
        return None
    whole = int(minutes or 0) * 60 + int(seconds)
    return whole * SECOND_US + int((fraction or "0").ljust(6, "0"))


def duration_text(time_us: int) -> str:
    """Return a time as people type it: 2:00, 0:04, 0:08.250 [us]."""
    seconds, rest_us = divmod(time_us, SECOND_US)
    text = f"{seconds // 60}:{seconds % 60:02d}"
    return f"{text}.{rest_us // 1000:03d}" if rest_us else text


class Field(QWidget):
    """An editor with its label, its help and its error; the error has words, never only a colour."""

    def __init__(
        self, label: str, editor: QWidget, help_text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self._label = QLabel(label)
        self._label.setBuddy(editor)
        self._label.setProperty("type", "label")
        self._help = QLabel(help_text)
        self._help.setProperty("type", "small")
        self._help.setProperty("tone", "quiet")
        self._help.setWordWrap(True)
        self._help.setVisible(bool(help_text))
        self._error = QLabel()
        self._error.setProperty("type", "small")
        self._error.setProperty("tone", "bad")
        self._error.setWordWrap(True)
        self._error.hide()
        editor.setAccessibleName(label)
        editor.setAccessibleDescription(help_text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self._label, editor, self._help, self._error):
            layout.addWidget(part)

    @property
    def error(self) -> str:
        return self._error.text()

    def set_error(self, sentence: str) -> None:
        """Say what is wrong with the field; empty when nothing is."""
        self._error.setText(f"✕ {sentence}" if sentence else "")
        self._error.setVisible(bool(sentence))

    def set_help(self, text: str) -> None:
        self._help.setText(text)
        self._help.setVisible(bool(text))


class DurationEdit(QLineEdit):
    """A time as M:SS; what was typed stays as it was typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("0:00")
        self.setMaximumWidth(140)

    def value_us(self) -> int | None:
        """Return the time [us], None when the text is none."""
        return parse_duration(self.text())

    def set_value_us(self, time_us: int) -> None:
        if self.value_us() != time_us:
            self.setText(duration_text(time_us))


class NumberEdit(QLineEdit):
    """A whole number; no wheel and no arrows that change it by accident."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaximumWidth(140)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)

    def value(self) -> int | None:
        """Return the number, None when the text is none."""
        text = self.text().strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def set_value(self, number: int) -> None:
        if self.value() != number:
            self.setText(str(number))


class Optional(QWidget):
    """A switch with an editor that counts only while the switch is on.

    Signals:
        changed: the switch or the text was changed.
    """

    changed = Signal()

    def __init__(self, on_text: str, editor: QLineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = QCheckBox(on_text)
        self.text_editor = editor
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.switch)
        layout.addWidget(editor)
        layout.addStretch(1)
        self.setFocusProxy(self.switch)
        self.switch.toggled.connect(self._on_toggled)
        editor.textEdited.connect(self._on_edited)
        self._on_toggled(on=False)

    @property
    def on(self) -> bool:
        return self.switch.isChecked()

    def set_on(self, on: bool) -> None:
        self.switch.setChecked(on)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.text_editor.setEnabled(on)
        self.changed.emit()

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        self.changed.emit()


class PickBox(QComboBox):
    """Type-to-filter selection: any part of a name finds it.

    Signals:
        picked: the data of the item that a person chose.
    """

    picked = Signal(object)

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(16)
        line = self.lineEdit()
        assert line is not None  # noqa: S101 - an editable combo box has one
        line.setPlaceholderText(placeholder)
        line.editingFinished.connect(self._on_finished)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self._shown: object = None
        self.activated.connect(self._on_activated)

    def set_items(self, items: Sequence[tuple[str, object]], current: object) -> None:
        """Offer these names; what a person is typing just now is left alone."""
        line = self.lineEdit()
        typing = line is not None and line.hasFocus() and line.isModified()
        text = line.text() if typing and line is not None else ""
        self.blockSignals(True)
        if [(self.itemText(i), self.itemData(i)) for i in range(self.count())] != list(items):
            self.clear()
            for name, data in items:
                self.addItem(name, data)
        self._shown = current
        index = next((i for i, (_name, data) in enumerate(items) if data == current), -1)
        self.setCurrentIndex(index)
        if typing and line is not None:
            line.setText(text)
            line.setModified(True)
        elif index < 0:
            self.setEditText("")
        self.blockSignals(False)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        data = self.itemData(index)
        if data != self._shown:
            self._shown = data
            self.picked.emit(data)

    @Slot()
    def _on_finished(self) -> None:
        """Take what was typed when it names one item; otherwise show the present choice again."""
        typed = self.currentText().strip().casefold()
        names = [self.itemText(i) for i in range(self.count())]
        hits = [i for i, name in enumerate(names) if name.casefold() == typed]
        if not hits and typed:
            hits = [i for i, name in enumerate(names) if typed in name.casefold()]
        if len(hits) == 1:
            self.setCurrentIndex(hits[0])
            self._on_activated(hits[0])
            return
        index = self.findData(self._shown)
        self.setCurrentIndex(index)
        if index < 0:
            self.setEditText("")
