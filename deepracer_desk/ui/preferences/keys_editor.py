"""All keys with what they do; each can be bound anew, and who has a key is told before it is taken."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QKeySequenceEdit, QLabel, QPushButton, QVBoxLayout, QWidget

from deepracer_desk.ui.shared.dialogs import Question
from deepracer_desk.ui.shared.key_bindings import DeskKey, KeyBindings, does, native_name


class KeysEditor(QWidget):
    """Signals:
    bind_requested: a DeskKey and its new sequence.
    default_requested: a DeskKey that gets its own sequences back.
    """

    bind_requested = Signal(object, QKeySequence)
    default_requested = Signal(object)

    def __init__(self, bindings: KeyBindings) -> None:
        super().__init__()
        self._bindings = bindings
        self._labels: dict[DeskKey, QLabel] = {}
        self._change: dict[DeskKey, QPushButton] = {}
        self._default: dict[DeskKey, QPushButton] = {}
        note = QLabel(self.tr("Ctrl+1 to Ctrl+9 belong to the pages."))
        note.setProperty("tone", "quiet")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for row, key in enumerate(DeskKey):
            what = QLabel(does(key))
            what.setWordWrap(True)
            self._labels[key] = QLabel()
            self._labels[key].setProperty("weight", "strong")
            change = QPushButton(self.tr("Change…"))
            change.setProperty("kind", "small")
            change.setAccessibleName(self.tr("Change the key: {what}").format(what=does(key)))
            change.clicked.connect(lambda _checked=False, chosen=key: self.ask(chosen))
            default = QPushButton(self.tr("Default"))
            default.setProperty("kind", "small")
            default.clicked.connect(lambda _checked=False, chosen=key: self.default_requested.emit(chosen))
            self._change[key], self._default[key] = change, default
            for column, part in enumerate((what, self._labels[key], change, default)):
                grid.addWidget(part, row, column)
        grid.setColumnStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(note)
        layout.addLayout(grid)
        bindings.changed.connect(self.show_keys)
        self.show_keys()

    def label(self, key: DeskKey) -> str:
        return self._labels[key].text()

    @Slot()
    def show_keys(self) -> None:
        for key in DeskKey:
            self._labels[key].setText(
                self.tr(" or ").join(self._bindings.all_labels(key)) or self.tr("No key")
            )
            self._default[key].setVisible(not self._bindings.is_default(key))

    def ask(self, key: DeskKey) -> Question:
        """Ask for the new key; say when another action has it."""
        question = Question(
            self,
            self.tr("Press the new key"),
            self.tr("{what}. A presenter or a pedal that sends a key works as well.").format(what=does(key)),
            self.tr("Use this key"),
        )
        edit = QKeySequenceEdit()
        edit.setMaximumSequenceLength(1)
        edit.setAccessibleName(self.tr("New key"))
        warning = QLabel()
        warning.setWordWrap(True)
        warning.setProperty("tone", "warn")
        question.body.addWidget(edit)
        question.body.addWidget(warning)

        def judge(sequence: QKeySequence) -> None:
            warning.setText(self._conflict(key, sequence))

        edit.keySequenceChanged.connect(judge)
        question.require(lambda: self._refusal(edit.keySequence()))
        question.agreed.connect(lambda: self.bind_requested.emit(key, edit.keySequence()))
        question.show()
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return question

    def _conflict(self, key: DeskKey, sequence: QKeySequence) -> str:
        other = self._bindings.conflict(key, sequence)
        if other is None or sequence.isEmpty():
            return ""
        return "▲ " + self.tr("{key} does this now: {what}. It will lose the key.").format(
            key=native_name(sequence), what=does(other)
        )

    def _refusal(self, sequence: QKeySequence) -> str:
        if sequence.isEmpty():
            return self.tr("Press a key first.")
        if self._bindings.is_reserved(sequence):
            return self.tr("This key belongs to the pages. Press another one.")
        return ""
