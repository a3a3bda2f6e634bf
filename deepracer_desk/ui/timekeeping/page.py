"""The time-keeping page as the window sees it."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from deepracer_desk.services.recovery import Recovery
from deepracer_desk.services.roster import Roster
from deepracer_desk.services.standings import Standings
from deepracer_desk.services.stations import Stations
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.timekeeping.presenter import TimekeepingPresenter
from deepracer_desk.ui.timekeeping.view import TimekeepingView


class TimekeepingPage:
    """Times the runs of the chosen track."""

    icon = "timer"

    def __init__(
        self,
        kit: Kit,
        *,
        timekeeping: Timekeeping,
        standings: Standings,
        roster: Roster,
        recovery: Recovery,
        stations: Stations,
    ) -> None:
        self.view = TimekeepingView(kit.skin, kit.bindings)
        self.presenter = TimekeepingPresenter(
            self.view,
            kit,
            timekeeping=timekeeping,
            standings=standings,
            roster=roster,
            recovery=recovery,
            stations=stations,
        )

    @property
    def title(self) -> str:
        return QCoreApplication.translate("Pages", "Time-keeping")

    @property
    def widget(self) -> QWidget:
        return self.view

    def activated(self) -> None:
        self.presenter.activated()

    def deactivated(self) -> None:
        self.presenter.deactivated()
