"""Brings the standings to the leaderboard page."""

from PySide6.QtCore import QObject, Signal, Slot

from deepracer_desk.domain.ids import TrackId
from deepracer_desk.domain.leaderboard import Leaderboard
from deepracer_desk.domain.race_formats import RankingMethod
from deepracer_desk.services.changes import StandingsChanged
from deepracer_desk.services.standings import Standings
from deepracer_desk.ui.leaderboard.table_models import LeaderboardTableModel
from deepracer_desk.ui.leaderboard.view import LeaderboardView
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.race_words import counted


class LeaderboardPresenter(QObject):
    """Signals:
    timekeeping_requested: the page where runs are driven is wanted.
    """

    timekeeping_requested = Signal()

    def __init__(
        self, view: LeaderboardView, model: LeaderboardTableModel, kit: Kit, standings: Standings
    ) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._standings = standings
        self._choice = kit.choice
        self._runner = kit.runner
        self._notices = kit.notices
        self._racers = kit.racers
        self._track_id = kit.choice.track_id
        view.board_chosen.connect(self._on_board_chosen)
        view.filter_typed.connect(self._on_filter_typed)
        view.timekeeping_requested.connect(self.timekeeping_requested)
        kit.choice.event_changed.connect(self._on_event_changed)
        kit.choice.track_changed.connect(self._on_track_changed)
        kit.racers.changed.connect(self._on_racers_changed)
        kit.bridge.on(StandingsChanged, self._on_standings_changed)
        self._on_event_changed()

    @Slot()
    def _on_event_changed(self) -> None:
        event = self._choice.racing_event
        tracks = [(track.name, track.track_id) for track in event.tracks] if event else []
        if self._track_id is None or self._track_id not in [track_id for _name, track_id in tracks]:
            self._track_id = self._choice.track_id
        boards: list[tuple[str, TrackId | None]] = [*tracks]
        if len(tracks) > 1:
            boards.append((self.tr("All tracks together"), None))
        self._view.show_boards(boards, self._track_id)
        self._load()

    @Slot()
    def _on_track_changed(self) -> None:
        self._track_id = self._choice.track_id
        self._on_event_changed()

    @Slot(str)
    def _on_board_chosen(self, track_id: str) -> None:
        self._track_id = TrackId(track_id) if track_id else None
        self._load()

    @Slot(str)
    def _on_filter_typed(self, text: str) -> None:
        self._model.set_text(text)
        self._show_facts()

    def _on_standings_changed(self, change: StandingsChanged) -> None:
        if change.event_id != self._choice.event_id or self._track_id not in (None, change.track_id):
            return
        if change.racer_ids and self._model.board is not None:
            self._model.refresh()  # the board is the same object, one racer of it was replaced
            self._show_facts()
        else:
            self._load()

    @Slot()
    def _on_racers_changed(self) -> None:
        self._model.refresh()

    def _load(self) -> None:
        event_id, track_id = self._choice.event_id, self._track_id
        if event_id is None:
            self._show(None)
            return

        def show(board: Leaderboard) -> None:
            if (event_id, track_id) == (self._choice.event_id, self._track_id):
                self._show(board)

        self._runner.run(lambda: self._standings.board(event_id, track_id), show, self._notices.refuse)

    def _show(self, board: Leaderboard | None) -> None:
        self._model.show_board(board)
        self._show_facts()

    def _show_facts(self) -> None:
        board = self._model.board
        total = len(board) if board else 0
        shown = self._model.rowCount()
        event = self._choice.racing_event
        rule = ""
        if event is not None:
            rules = event.race_format
            rule = (
                self.tr("The best lap ranks")
                if rules.ranking is RankingMethod.BEST_LAP
                else self.tr("The best average of {n} laps in a row ranks").format(n=rules.average_laps)
            )
        count = counted(total, self.tr("{n} racer"), self.tr("{n} racers"))
        if shown != total:
            count = self.tr("{shown} of {count}").format(shown=shown, count=count)
        self._view.show_facts(rule, count, empty=total == 0, filtered_out=total > 0 and shown == 0)
