"""The runs page as the window sees it."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from deepracer_desk.services.run_archive import RunArchive
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.ui.runs.presenter import RunsPresenter
from deepracer_desk.ui.runs.view import RunsView
from deepracer_desk.ui.shared.kit import Kit


class RunsPage:
    """Shows and corrects the runs of the event."""

    icon = "runs"

    def __init__(self, kit: Kit, *, archive: RunArchive, timekeeping: Timekeeping) -> None:
        self.view = RunsView(kit.skin)
        self.presenter = RunsPresenter(self.view, kit, archive, timekeeping)

    @property
    def title(self) -> str:
        return QCoreApplication.translate("Pages", "Runs")

    @property
    def widget(self) -> QWidget:
        return self.view

    def activated(self) -> None:
        self.presenter.activated()

    def deactivated(self) -> None:
        self.presenter.deactivated()
