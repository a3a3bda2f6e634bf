"""What is settled before a run: who drives, with which car, by which rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.people import NAME_LIMIT, Racer
from deepracer_desk.ui.shared.dialogs import ask_text
from deepracer_desk.ui.shared.form_fields import Field, PickBox
from deepracer_desk.ui.shared.key_bindings import DeskKey, KeyBindings
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.timekeeping.drive_panel import BigButton


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupChoice:
    """What a person settled."""

    racer_id: RacerId | None
    car_name: str
    by_proxy: bool


class SetupPanel(QWidget):
    """Signals:
    choice_changed: a SetupChoice.
    arm_requested: make it ready to start.
    racer_wanted: name of a racer who is not on the list yet.
    """

    choice_changed = Signal(object)
    arm_requested = Signal()
    racer_wanted = Signal(str)

    def __init__(self, skin: Skin, bindings: KeyBindings) -> None:
        super().__init__()
        self._bindings = bindings
        self._choice = SetupChoice(racer_id=None, car_name="", by_proxy=False)
        self.racer = PickBox(self.tr("Type a name"))
        self.racer.picked.connect(self._on_racer_picked)
        self.new_racer = QPushButton(self.tr("New racer…"))
        self.new_racer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.new_racer.clicked.connect(self._on_new_racer)
        self.car = QLineEdit()
        self.car.setMaxLength(NAME_LIMIT)
        self.car.setPlaceholderText(self.tr("Optional"))
        self.car.editingFinished.connect(self._emit)
        self.car.returnPressed.connect(self.car.clearFocus)
        self.proxy = QCheckBox(self.tr("Driven by proxy"))
        self.proxy.setToolTip(self.tr("Somebody else drives for this racer."))
        self.proxy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.proxy.toggled.connect(self._emit)
        self._rules = QLabel()
        self._rules.setWordWrap(True)
        self._runs = QLabel()
        self._runs.setProperty("tone", "quiet")
        self._missing = QLabel()
        self._missing.setProperty("tone", "warn")
        self._missing.setWordWrap(True)
        self.arm = BigButton(skin, primary=True)
        self.arm.clicked.connect(self.arm_requested)
        self._lay_out()
        bindings.changed.connect(self._write_key)
        self._write_key()

    def _lay_out(self) -> None:
        who = QHBoxLayout()
        who.setSpacing(8)
        who.addWidget(self.racer, 1)
        who.addWidget(self.new_racer)
        racer_box = QWidget()
        racer_box.setLayout(who)
        who.setContentsMargins(0, 0, 0, 0)
        racer_field = Field(self.tr("Racer"), racer_box)
        self.racer.setAccessibleName(self.tr("Racer"))
        racer_box.setFocusProxy(self.racer)
        fields = QGridLayout()
        fields.setHorizontalSpacing(16)
        fields.setVerticalSpacing(8)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.addWidget(racer_field, 0, 0)
        fields.addWidget(Field(self.tr("Car"), self.car), 0, 1)
        fields.addWidget(self._runs, 1, 0)
        fields.addWidget(self.proxy, 1, 1)
        fields.setColumnStretch(0, 3)
        fields.setColumnStretch(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(fields)
        layout.addWidget(self.arm)
        layout.addWidget(self._missing)
        layout.addWidget(self._rules)
        layout.addStretch(1)

    def show_choice(self, choice: SetupChoice, racers: Sequence[Racer]) -> None:
        """Show what is settled; what is being typed just now stays."""
        self._choice = choice
        self.racer.set_items([(racer.name, racer.racer_id) for racer in racers], choice.racer_id)
        if not self.car.hasFocus():
            self.car.setText(choice.car_name)
        self.proxy.blockSignals(True)
        self.proxy.setChecked(choice.by_proxy)
        self.proxy.blockSignals(False)

    def show_facts(self, rules: str, runs: str, missing: Sequence[str]) -> None:
        """Show the rules in a sentence, the runs so far, and what keeps the run from being armed."""
        self._rules.setText(rules)
        self._runs.setText(runs)
        self._missing.setText(" ".join(missing))
        self._missing.setVisible(bool(missing))
        self.arm.setEnabled(not missing)

    @property
    def missing(self) -> str:
        return self._missing.text()

    @Slot(object)
    def _on_racer_picked(self, racer_id: RacerId) -> None:
        self._choice = SetupChoice(
            racer_id=racer_id, car_name=self.car.text().strip(), by_proxy=self.proxy.isChecked()
        )
        self.choice_changed.emit(self._choice)
        parent = self.parentWidget()
        if parent is not None:  # the keys act again at once
            self.racer.clearFocus()
            line = self.racer.lineEdit()
            if line is not None:
                line.clearFocus()

    @Slot()
    def _emit(self) -> None:
        choice = SetupChoice(
            racer_id=self._choice.racer_id,
            car_name=self.car.text().strip(),
            by_proxy=self.proxy.isChecked(),
        )
        if choice != self._choice:
            self._choice = choice
            self.choice_changed.emit(choice)

    @Slot()
    def _on_new_racer(self) -> None:
        def check(name: str) -> str:
            if not name:
                return self.tr("Write a name.")
            if len(name) > NAME_LIMIT:
                return self.tr("A name has at most {n} characters.").format(n=NAME_LIMIT)
            return ""

        ask_text(
            self,
            self.tr("New racer"),
            self.tr("Colour and country can be chosen in Setup."),
            self.tr("Add racer"),
            self.racer_wanted.emit,
            check=check,
        )

    @Slot()
    def _write_key(self) -> None:
        self.arm.show_text(self.tr("Arm"), self._bindings.label(DeskKey.PRIMARY))
