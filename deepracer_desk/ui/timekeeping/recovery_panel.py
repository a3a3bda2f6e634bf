"""A run that was going on when the desk stopped: its clock has not stood, and a decision is wanted."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from deepracer_desk.services.recovery import RecoveredRun, RecoveryChoice
from deepracer_desk.ui.shared.race_words import counted


class RecoveryPanel(QWidget):
    """Signals:
    chosen: a RecoveryChoice.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setProperty("type", "heading")
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setProperty("tone", "quiet")
        self.buttons: dict[RecoveryChoice, QPushButton] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for row, (choice, verb, help_text) in enumerate(
            (
                (
                    RecoveryChoice.RESUME_CLOCK,
                    self.tr("Let the clock run"),
                    self.tr("The car drove on. The time away counts."),
                ),
                (
                    RecoveryChoice.RESUME_PAUSED,
                    self.tr("Pause from then"),
                    self.tr("The car stood. The clock stands since the desk was last alive."),
                ),
                (
                    RecoveryChoice.REVIEW,
                    self.tr("End and review"),
                    self.tr("The run is over since then. Check its laps and submit."),
                ),
                (
                    RecoveryChoice.DISCARD,
                    self.tr("Discard"),
                    self.tr("The run goes into the bin and can be restored."),
                ),
            )
        ):
            button = QPushButton(verb)
            button.setProperty("size", "touch")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if choice is RecoveryChoice.RESUME_CLOCK:
                button.setProperty("kind", "primary")
            if choice is RecoveryChoice.DISCARD:
                button.setProperty("kind", "danger")
            button.clicked.connect(lambda _checked=False, wanted=choice: self.chosen.emit(wanted))
            text = QLabel(help_text)
            text.setWordWrap(True)
            grid.addWidget(button, row, 0)
            grid.addWidget(text, row, 1)
            self.buttons[choice] = button
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._text)
        layout.addWidget(self._note)
        layout.addLayout(grid)
        layout.addStretch(1)

    def show_run(self, recovered: RecoveredRun) -> None:
        seconds = recovered.away_us // 1_000_000
        if seconds < 120:
            away = counted(seconds, self.tr("1 second"), self.tr("{n} seconds"))
        else:
            away = self.tr("{n} minutes").format(n=seconds // 60)
        self._text.setText(
            self.tr("The run of {racer} was going on when the desk stopped, {away} ago.").format(
                racer=recovered.run.racer_name, away=away
            )
        )
        restarted = self.tr("The computer was restarted: the time away rests on its wall clock.")
        self._note.setText(
            restarted if recovered.clock_restarted else self.tr("No crossing that was recorded is lost.")
        )
