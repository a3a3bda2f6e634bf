"""The stations page as the window sees it."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.stations import Stations
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.stations.presenter import StationsPresenter
from deepracer_desk.ui.stations.view import StationsView


class StationsPage:
    """Shows timing stations and lets them time tracks."""

    icon = "stations"

    def __init__(self, kit: Kit, *, stations: Stations, setup: EventSetup) -> None:
        self.view = StationsView(kit.skin)
        self.presenter = StationsPresenter(self.view, kit, stations, setup)

    @property
    def title(self) -> str:
        return QCoreApplication.translate("Pages", "Stations")

    @property
    def widget(self) -> QWidget:
        return self.view

    def activated(self) -> None:
        self.presenter.activated()

    def deactivated(self) -> None:
        self.presenter.deactivated()
