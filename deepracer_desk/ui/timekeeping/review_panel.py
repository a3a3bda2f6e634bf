"""After the run: what it would change, what is still open, and what becomes of it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from deepracer_desk.ui.shared.dialogs import ask
from deepracer_desk.ui.shared.key_bindings import DeskKey, KeyBindings
from deepracer_desk.ui.shared.race_words import counted
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.timekeeping.drive_panel import BigButton


class ReviewPanel(QWidget):
    """Signals:
    submit_requested: the result counts; asked back first while passages are held.
    discard_requested, continue_requested: as the buttons say.
    """

    submit_requested = Signal()
    discard_requested = Signal()
    continue_requested = Signal()

    def __init__(self, skin: Skin, bindings: KeyBindings) -> None:
        super().__init__()
        self._bindings = bindings
        self._held = 0
        self._has_laps = False
        self._rank = QLabel()
        self._rank.setProperty("type", "title")
        self._result = QLabel()
        self._result.setWordWrap(True)
        self._open = QLabel()
        self._open.setProperty("tone", "warn")
        self._open.setWordWrap(True)
        self.submit = BigButton(skin, primary=True)
        self.submit.clicked.connect(self.request_submit)
        self.go_on = QPushButton()
        self.discard = QPushButton()
        self.discard.setProperty("kind", "danger")
        for button, signal in ((self.go_on, self.continue_requested), (self.discard, self.discard_requested)):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("size", "touch")
            button.clicked.connect(signal)
        small = QHBoxLayout()
        small.setSpacing(8)
        small.addWidget(self.go_on)
        small.addStretch(1)
        small.addWidget(self.discard)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._rank)
        layout.addWidget(self._result)
        layout.addWidget(self._open)
        layout.addSpacing(4)
        layout.addWidget(self.submit)
        layout.addLayout(small)
        layout.addStretch(1)
        bindings.changed.connect(self._write_keys)
        self._write_keys()

    @property
    def rank_text(self) -> str:
        return self._rank.text()

    @property
    def open_text(self) -> str:
        return self._open.text()

    def show_result(self, result: str, *, held: int, has_laps: bool, resumable: bool) -> None:
        """Show the run's own result and what is open about it."""
        self._held = held
        self._has_laps = has_laps
        self._result.setText(result)
        if not has_laps:
            self._open.setText(self.tr("There is no lap to submit. Discard the run, or go on."))
        elif held:
            self._open.setText(
                "◌ "
                + counted(
                    held,
                    self.tr("1 passage is held: accept or reject it in the list."),
                    self.tr("{n} passages are held: accept or reject each in the list."),
                )
            )
        self._open.setVisible(bool(held) or not has_laps)
        self.submit.setEnabled(has_laps)
        self.go_on.setVisible(resumable)

    def show_rank(self, text: str) -> None:
        self._rank.setText(text)

    @Slot()
    def request_submit(self) -> None:
        """Submit, or ask first when something is still held."""
        if not self._has_laps:
            return
        if not self._held:
            self.submit_requested.emit()
            return
        ask(
            self,
            counted(
                self._held,
                self.tr("Submit with 1 passage not decided?"),
                self.tr("Submit with {n} passages not decided?"),
            ),
            self.tr("They count as no laps. They can be accepted later in Runs, with a reason."),
            self.tr("Submit as it is"),
            self.submit_requested.emit,
        )

    @Slot()
    def _write_keys(self) -> None:
        self.submit.show_text(self.tr("Submit"), self._bindings.label(DeskKey.SUBMIT))
        self.go_on.setText(self.tr("Go on driving"))
        key = self._bindings.label(DeskKey.DISCARD)
        self.discard.setText(self.tr("Discard   {key}").format(key=key))
        self.discard.setToolTip(self.tr("The run stays in the bin and can be restored."))
