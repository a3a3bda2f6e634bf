"""Questions about one lap that need more than a click: its time, and whose it is."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from deepracer_desk.domain.laps import Lap
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_log import Action, LapMoved, LapRetimed
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.dialogs import Question, TextQuestion, ask_text
from deepracer_desk.ui.shared.form_fields import PickBox, parse_duration


def _tr(text: str) -> str:
    return QCoreApplication.translate("LapQuestions", text)


def lap_name(lap: Lap) -> str:
    """Return how people call the lap: its number, else its time."""
    return _tr("lap {n}").format(n=lap.number) if lap.number else formats.lap_time(lap.time_us)


def ask_time(parent: QWidget, lap: Lap, act: Callable[[Action], None]) -> TextQuestion:
    """Ask for the lap's time and hand over the correction."""

    def check(text: str) -> str:
        return "" if parse_duration(text) else _tr("Write minutes and seconds, for example 0:08.250.")

    def use(text: str) -> None:
        act(LapRetimed(ref=lap.ref, time_us=parse_duration(text) or 0))

    return ask_text(
        parent,
        _tr("Set the time of {lap}").format(lap=lap_name(lap)),
        _tr("The time that was measured stays in the log."),
        _tr("Set the time"),
        use,
        value=formats.lap_time(lap.time_us),
        check=check,
    )


def ask_racer(parent: QWidget, lap: Lap, racers: Sequence[Racer], act: Callable[[Action], None]) -> Question:
    """Ask who drove the lap and hand over the correction."""
    question = Question(
        parent,
        _tr("Who drove {lap}?").format(lap=lap_name(lap)),
        _tr("The lap counts for that racer, outside any average."),
        _tr("Give the lap"),
    )
    box = PickBox(_tr("Type a name"))
    box.set_items([(racer.name, racer.racer_id) for racer in racers], None)
    box.setAccessibleName(_tr("Racer"))
    question.body.addWidget(box)

    def chosen() -> Racer | None:
        return next((racer for racer in racers if racer.racer_id == box.currentData()), None)

    def give() -> None:
        racer = chosen()
        if racer is not None:
            act(LapMoved(ref=lap.ref, racer_id=racer.racer_id, racer_name=racer.name))

    question.require(lambda: "" if chosen() else _tr("Choose a racer of the list."))
    question.agreed.connect(give)
    question.show()
    box.setFocus()
    return question
