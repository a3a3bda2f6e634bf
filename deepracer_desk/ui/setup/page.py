"""The setup page as the window sees it."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.roster import Roster
from deepracer_desk.ui.setup.presenter import SetupPresenter
from deepracer_desk.ui.setup.view import SetupView
from deepracer_desk.ui.shared.kit import Kit


class SetupPage:
    """Settles the event, its tracks, its rules and its racers."""

    icon = "setup"

    def __init__(self, kit: Kit, *, setup: EventSetup, roster: Roster) -> None:
        self.view = SetupView(kit.skin)
        self.presenter = SetupPresenter(self.view, kit, setup, roster)

    @property
    def title(self) -> str:
        return QCoreApplication.translate("Pages", "Setup")

    @property
    def widget(self) -> QWidget:
        return self.view

    def activated(self) -> None:
        """Nothing to do: changes come by themselves."""

    def deactivated(self) -> None:
        """Nothing to do: what is typed stays."""
