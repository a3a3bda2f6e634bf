"""The corrections of one passage, as a menu."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from deepracer_desk.domain.laps import Lap
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_log import (
    Action,
    CrossingAccepted,
    CrossingRejected,
    LapDropped,
    LapJudged,
    LapResetsSet,
)
from deepracer_desk.ui.shared.lap_questions import ask_racer, ask_time


def _tr(text: str) -> str:
    return QCoreApplication.translate("LapMenu", text)


def lap_menu(
    parent: QWidget,
    lap: Lap,
    others: Sequence[Racer],
    *,
    act: Callable[[Action], None],
    split: Callable[[int], None],
    merge: Callable[[int], None],
) -> QMenu:
    """Return the corrections that a passage offers.

    Args:
        parent: owner of the menu and of the questions it asks.
        lap: the passage.
        others: racers to whom it can be given.
        act: called with a correction.
        split: called with the name of a lap that was two.
        merge: called with the name of a lap that goes on in the next one.
    """
    menu = QMenu(parent)

    def add(text: str, action: Action) -> None:
        menu.addAction(text).triggered.connect(lambda: act(action))

    ref = lap.ref
    if not lap.outcome.is_lap:
        add(_tr("Accept: it counts"), CrossingAccepted(ref=ref))
        if lap.held:
            add(_tr("Reject: it was none"), CrossingRejected(ref=ref))
        return menu
    if lap.valid:
        add(_tr("Not valid"), LapJudged(ref=ref, valid=False))
    else:
        add(_tr("Valid"), LapJudged(ref=ref, valid=True))
    if lap.number is not None:
        add(_tr("Drop: the time is given to nobody"), LapDropped(ref=ref))
        add(_tr("False trigger: the time goes to the next lap"), CrossingRejected(ref=ref))
        menu.addSeparator()
        menu.addAction(_tr("Split into two laps")).triggered.connect(lambda: split(ref))
        menu.addAction(_tr("Merge with the next lap")).triggered.connect(lambda: merge(ref))
        menu.addSeparator()
        add(_tr("One reset more"), LapResetsSet(ref=ref, resets=lap.resets + 1))
        if lap.resets:
            add(_tr("One reset less"), LapResetsSet(ref=ref, resets=lap.resets - 1))
        menu.addSeparator()
    menu.addAction(_tr("Set the time…")).triggered.connect(lambda: ask_time(parent, lap, act))
    give = menu.addAction(_tr("Give to another racer…"))
    give.setEnabled(bool(others))
    give.triggered.connect(lambda: ask_racer(parent, lap, others, act))
    return menu
