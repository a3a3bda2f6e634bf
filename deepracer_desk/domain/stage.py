"""What the stage shows: a picture of the state of a track, never a memory of its own."""

from dataclasses import dataclass
from enum import StrEnum

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.laps import Lap, LapOutcome
from deepracer_desk.domain.races import Run, RunState

FLASH_US = 3_000_000  # a lap stays lit so long
RESULT_US = 9_000_000  # a finish card stays so long
CELEBRATION_US = 8_000_000


class StagePhase(StrEnum):
    """Scenes of the stage."""

    IDLE = "idle"  # standings
    UP_NEXT = "up_next"  # a racer is settled, nothing moves yet
    LIVE = "live"
    RESULT = "result"  # the finish card of the last run
    CELEBRATION = "celebration"  # the last run took the lead
    PODIUM = "podium"


class LapMark(StrEnum):
    """What a lap is worth, with the symbol that says so without colour."""

    BEST_OF_EVENT = "★"
    BEST_OF_RUN = "▲"
    VALID = "●"
    INVALID = "✕"
    HELD = "◌"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRacer:
    """A racer as the audience sees one."""

    racer_id: RacerId | None
    name: str
    initials: str
    country: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One line of the board; `rank` None is a racer who did not finish."""

    racer: StageRacer
    rank: int | None
    best_us: int | None
    gap_us: int | None
    by_proxy: bool = False
    moved: int = 0
    laps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LapFlash:
    """The last lap, while it is news."""

    lap: Lap
    mark: LapMark
    since_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRun:
    """The run on the track."""

    racer: StageRacer
    run: Run
    best_us: int | None
    virtual_rank: int | None
    leader_us: int | None
    by_average: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishCard:
    """What a run came to.

    Attributes:
        spread_us: slowest minus fastest valid lap, None with fewer than two.
        took_lead: the racer leads now and did not before.
    """

    racer: StageRacer
    rank: int | None
    before: int | None
    best_us: int | None
    gap_us: int | None
    laps: int
    valid_laps: int
    spread_us: int | None
    since_us: int
    took_lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """Everything the stage shows."""

    phase: StagePhase
    title: str
    subtitle: str = ""
    footer: str = ""
    link: str = ""
    by_average: int = 0  # laps of the window that ranks, 0 when the best lap does
    rows: tuple[StageRow, ...] = ()
    live: LiveRun | None = None
    flash: LapFlash | None = None
    card: FinishCard | None = None
    podium_since_us: int = 0
    rehearsal: bool = False


def stage_phase(
    run: Run | None, now_us: int, *, card: FinishCard | None, podium: bool, show_cards: bool = True
) -> StagePhase:
    """Return the scene: the podium when it is asked for, a result for a few seconds, else what the track
    does.

    A racer who starts while a result is shown takes the stage at once: nothing that moves is hidden.
    """
    if podium:
        return StagePhase.PODIUM
    state = run.state_at(now_us) if run else RunState.IDLE
    if state in (RunState.RUNNING, RunState.TIME_UP, RunState.PAUSED):
        return StagePhase.LIVE
    if card is not None and show_cards and now_us - card.since_us < RESULT_US:
        celebrating = card.took_lead and now_us - card.since_us < CELEBRATION_US
        return StagePhase.CELEBRATION if celebrating else StagePhase.RESULT
    if state in (RunState.CONFIGURED, RunState.ARMED):
        return StagePhase.UP_NEXT
    return StagePhase.LIVE if state is RunState.REVIEW else StagePhase.IDLE


def mark_of(lap: Lap, run: Run, leader_us: int | None) -> LapMark:
    """Return what a lap is worth beside the run's and the event's best."""
    if lap.held:
        return LapMark.HELD
    if lap.outcome is not LapOutcome.VALID:
        return LapMark.INVALID
    if leader_us is None or lap.time_us <= leader_us:
        best = run.best
        if best is None or lap.time_us <= best.time_us:
            return LapMark.BEST_OF_EVENT
    return LapMark.BEST_OF_RUN if run.best is not None and run.best.ref == lap.ref else LapMark.VALID
