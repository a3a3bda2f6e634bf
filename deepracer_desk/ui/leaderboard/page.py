"""The leaderboard page as the window sees it."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from deepracer_desk.services.standings import Standings
from deepracer_desk.ui.leaderboard.presenter import LeaderboardPresenter
from deepracer_desk.ui.leaderboard.table_models import LeaderboardTableModel
from deepracer_desk.ui.leaderboard.view import LeaderboardView
from deepracer_desk.ui.shared.kit import Kit


class LeaderboardPage:
    """Ranks the racers of a track, or of all tracks together."""

    icon = "board"

    def __init__(self, kit: Kit, *, standings: Standings) -> None:
        self.model = LeaderboardTableModel(kit.racers)
        self.view = LeaderboardView(kit.skin, self.model)
        self.model.setParent(self.view)
        self.presenter = LeaderboardPresenter(self.view, self.model, kit, standings)

    @property
    def title(self) -> str:
        return QCoreApplication.translate("Pages", "Leaderboard")

    @property
    def widget(self) -> QWidget:
        return self.view

    def activated(self) -> None:
        """Let the arrow keys move through the list; the board is kept current while it is hidden."""
        self.view.table.setFocus()

    def deactivated(self) -> None:
        """Nothing to do."""
