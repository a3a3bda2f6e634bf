"""Works out what the stage shows of one track, from the state of the desk at the moment it is asked."""

from collections.abc import Callable
from threading import RLock

from deepracer_desk.domain.ids import RacerId, TrackId
from deepracer_desk.domain.leaderboard import BoardRow, Leaderboard
from deepracer_desk.domain.people import RACER_COLOURS, Racer
from deepracer_desk.domain.race_formats import RankingMethod
from deepracer_desk.domain.races import Run
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.domain.stage import (
    FLASH_US,
    FinishCard,
    LapFlash,
    LiveRun,
    StagePhase,
    StageRacer,
    StageRow,
    StageView,
    mark_of,
    stage_phase,
)
from deepracer_desk.ports.clock import Clock
from deepracer_desk.services.changes import ChangeBus, RunChanged, StandingsChanged
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.roster import Roster
from deepracer_desk.services.standings import Standings
from deepracer_desk.services.timekeeping import Timekeeping

COMBINED = TrackId("")  # the board over all tracks


class Stage:
    """One stage.

    Attributes:
        track_id: the track on show; COMBINED shows the board over all tracks and no live run.
        show_cards: finish cards and celebrations are wanted.
        rehearsal: the stage says so.
    """

    def __init__(
        self,
        *,
        timekeeping: Timekeeping,
        standings: Standings,
        roster: Roster,
        setup: EventSetup,
        clock: Clock,
        bus: ChangeBus,
    ) -> None:
        self.track_id = COMBINED
        self.show_cards = True
        self.show_link = True
        self.rehearsal = False
        self._timekeeping = timekeeping
        self._standings = standings
        self._roster = roster
        self._setup = setup
        self._clock = clock
        self._podium_us: int | None = None
        self._flash: dict[TrackId, LapFlash] = {}
        self._cards: dict[TrackId, FinishCard] = {}
        self._ranks: dict[TrackId, dict[RacerId, int | None]] = {}
        self._rows: dict[TrackId, tuple[StageRow, ...]] = {}
        self._lock = RLock()
        self._unsubscribe: tuple[Callable[[], None], ...] = (bus.subscribe(self._on_change),)

    def close(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    def show_podium(self, wanted: bool) -> None:
        """Begin the podium from its start, or end it."""
        self._podium_us = self._clock.now_us() if wanted else None

    @property
    def podium_shown(self) -> bool:
        return self._podium_us is not None

    def view(self) -> StageView:
        """Return what is to be seen now."""
        with self._lock:
            event = self._setup.current()
            if event is None:
                return StageView(phase=StagePhase.IDLE, title="DeepRacer Desk", rehearsal=self.rehearsal)
            track = next((item for item in event.tracks if item.track_id == self.track_id), None)
            now_us = self._clock.now_us()
            run = self._timekeeping.run(self.track_id) if track else None
            card = self._cards.get(self.track_id)
            phase = stage_phase(
                run, now_us, card=card, podium=self._podium_us is not None, show_cards=self.show_cards
            )
            flash = self._flash.get(self.track_id)
            by_average = event.race_format.ranking is RankingMethod.BEST_AVERAGE
            return StageView(
                phase=phase,
                title=(track.title or track.name) if track else event.name,
                subtitle=event.name if track else "All tracks",
                footer=track.footer if track else "",
                link=event.link if self.show_link else "",
                by_average=event.race_format.average_laps if by_average else 0,
                rows=self._board_rows(event),
                live=self._live(event, run) if run is not None and run.setup is not None else None,
                flash=flash if flash and now_us - flash.since_us < FLASH_US else None,
                card=card if phase in (StagePhase.RESULT, StagePhase.CELEBRATION) else None,
                podium_since_us=self._podium_us or 0,
                rehearsal=self.rehearsal,
            )

    # --- inside -------------------------------------------------------------------------------------

    def _board(self, event: RacingEvent, track_id: TrackId) -> Leaderboard:
        return self._standings.board(event.event_id, track_id or None)

    def _board_rows(self, event: RacingEvent) -> tuple[StageRow, ...]:
        if self.track_id not in self._rows:
            rows = self._board(event, self.track_id).rows()
            self._rows[self.track_id] = tuple(self._row(row) for row in rows)
        return self._rows[self.track_id]

    def _row(self, row: BoardRow) -> StageRow:
        return StageRow(
            racer=self._racer(row.racer_id, ""),
            rank=row.rank,
            best_us=row.best_us,
            gap_us=row.gap_us,
            by_proxy=row.by_proxy,
            moved=row.moved,
            laps=row.summary.valid_laps,
        )

    def _racer(self, racer_id: RacerId | None, name: str) -> StageRacer:
        known = self._roster.get(racer_id) if racer_id else None
        if known is None:
            known = Racer(racer_id=racer_id or RacerId(""), name=name or "–", colour=RACER_COLOURS[4])
        return StageRacer(
            racer_id=racer_id,
            name=known.name,
            initials=known.initials,
            country=known.country,
            colour=known.colour,
        )

    def _live(self, event: RacingEvent, run: Run) -> LiveRun:
        board = self._board(event, self.track_id)
        return LiveRun(
            racer=self._racer(run.racer_id, run.racer_name),
            run=run,
            best_us=run.ranking_us,
            virtual_rank=self._standings.virtual_rank(event.event_id, self.track_id, run),
            leader_us=board.leader_us,
            by_average=run.rules.ranking is RankingMethod.BEST_AVERAGE,
        )

    def _on_change(self, change: object) -> None:
        with self._lock:
            if isinstance(change, RunChanged):
                self._on_run(change)
            elif isinstance(change, StandingsChanged):
                self._rows.clear()
                self._on_standings(change)
            else:
                self._rows.clear()

    def _on_run(self, change: RunChanged) -> None:
        event = self._setup.current()
        if event is None:
            return
        if change.new_laps and not change.run.submitted:
            leader_us = self._board(event, change.track_id).leader_us
            lap = change.new_laps[-1]
            self._flash[change.track_id] = LapFlash(
                lap=lap, mark=mark_of(lap, change.run, leader_us), since_us=self._clock.now_us()
            )
        if change.run.submitted and change.run.racer_id is not None:
            board = self._board(event, change.track_id)
            self._ranks.setdefault(change.track_id, {})[change.run.racer_id] = board.rank(change.run.racer_id)
        elif change.track_id in self._cards and not change.run.discarded:
            del self._cards[change.track_id]  # a new run: the old result is no news any more

    def _on_standings(self, change: StandingsChanged) -> None:
        event = self._setup.current()
        run = self._timekeeping.run(change.track_id)
        if event is None or run is None or run.racer_id is None or not run.submitted:
            return
        if run.racer_id not in change.racer_ids:
            return
        board = self._board(event, change.track_id)
        rank = board.rank(run.racer_id)
        before = self._ranks.setdefault(change.track_id, {}).pop(run.racer_id, None)
        best_us, leader_us = run.ranking_us, board.leader_us
        valid = [lap.time_us for lap in run.own_laps if lap.valid]
        self._cards[change.track_id] = FinishCard(
            racer=self._racer(run.racer_id, run.racer_name),
            rank=rank,
            before=before,
            best_us=best_us,
            gap_us=None if best_us is None or leader_us is None else best_us - leader_us,
            laps=len(run.own_laps),
            valid_laps=len(valid),
            spread_us=max(valid) - min(valid) if len(valid) > 1 else None,
            since_us=self._clock.now_us(),
            took_lead=rank == 1 and before != 1,
        )
