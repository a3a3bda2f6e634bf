"""The leaderboard of a very large event: 10,000 racers with 100 laps each."""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import insert

from deepracer_desk.benchmarks.figure import Figure, Measurement, percentile
from deepracer_desk.core import Core
from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.laps import LapOutcome, LapSource
from deepracer_desk.domain.people import RACER_COLOURS, Racer
from deepracer_desk.domain.race_formats import SECOND
from deepracer_desk.domain.race_log import Armed, Ended, RunSetup, Submitted
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.ports.timing_station import StationEvent, StationEventKind
from deepracer_desk.services.changes import ChangeBus, StandingsChanged
from deepracer_desk.services.run_results import result_of
from deepracer_desk.services.standings import Standings
from deepracer_desk.storage.engine import close_engine, open_engine, writing
from deepracer_desk.storage.rows import LapRow, RunRow
from deepracer_desk.system.paths import Paths

RACERS, RUNS, LAPS = 10_000, 5, 20  # runs a racer, laps a run
OPENINGS, NEW_LAPS = 9, 100
PAGE = 50  # rows that a window shows
BATCH = 5_000  # rows written at a time
EVENT, TRACK = EventId("big"), TrackId("big-1")
DAY = datetime(2026, 5, 1, 9, tzinfo=UTC)


def leaderboard() -> list[Figure]:
    """Open a stored board and give it new laps; the baseline works out everything anew, lap by lap."""
    dice = random.Random(1)  # noqa: S311 - repeatable data
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        core = Core(Paths(Path(folder)), look_around=False)
        try:
            _fill(core, dice)
            begun = time.perf_counter()
            core.summaries.rebuild(EVENT)
            _open(core)
            anew_ms = _ms_since(begun)
            opened = [_timed_open(core) for _ in range(OPENINGS)]
            new_lap, submitted, previewed = _new_laps(core, dice)
        finally:
            core.close()
    return [
        Figure(
            area="desk",
            name="leaderboard_open",
            value=percentile(opened, 0.5),
            unit="ms",
            goal=300,
            baseline=anew_ms,
        ),
        Figure(
            area="desk",
            name="leaderboard_new_lap",
            value=percentile(new_lap, 0.99),
            unit="ms",
            goal=5,
            baseline=anew_ms,
        ),
        Figure(area="desk", name="leaderboard_submit", value=percentile(submitted, 0.5), unit="ms"),
        Figure(area="desk", name="leaderboard_preview", value=percentile(previewed, 0.5), unit="ms"),
    ]


def _open(core: Core) -> Standings:
    """Read the board from the disk and rank it, as the first look after a start does."""
    standings = Standings(core.summaries, core.setup, ChangeBus())
    standings.board(EVENT, TRACK).rows(0, PAGE)
    return standings


def _timed_open(core: Core) -> float:
    begun = time.perf_counter()
    standings = _open(core)
    taken_ms = _ms_since(begun)
    standings.close()
    return taken_ms


def _new_laps(core: Core, dice: random.Random) -> tuple[list[float], list[float], list[float]]:
    """Race one lap after another; return what each costs the board, the submission, and its preview [ms].

    The board's share is what happens between the commit and the window: the racer's summary is read, put in
    its place, and its rank and the page around it are looked up.
    """
    board_bus = ChangeBus()
    standings = Standings(core.summaries, core.setup, board_bus)
    board = standings.board(EVENT, TRACK)
    new_lap, submitted, previewed = list[float](), list[float](), list[float]()
    for index in range(NEW_LAPS):
        racer_id = _racer_id(dice.randrange(RACERS))
        run_id = _drive_lap(core, racer_id, index, dice.randrange(8_000_000, 15_000_000))
        run = core.timekeeping.run(TRACK)
        if run is None:
            raise LookupError(run_id)
        result = result_of(run, core.timekeeping.entries(run_id))
        begun = time.perf_counter()
        standings.preview(EVENT, TRACK, run_id, result)
        previewed.append(_ms_since(begun))
        begun = time.perf_counter()
        core.timekeeping.act(TRACK, Submitted())
        submitted.append(_ms_since(begun))
        change = StandingsChanged(event_id=EVENT, track_id=TRACK, racer_ids=(racer_id,))
        begun = time.perf_counter()
        board_bus.publish(change)
        place = board.position(racer_id) or 0
        board.rank(racer_id)
        standings.virtual_rank(EVENT, TRACK, run)
        board.rows(max(0, place - PAGE // 2), PAGE)
        new_lap.append(_ms_since(begun))
    standings.close()
    return new_lap, submitted, previewed


def _drive_lap(core: Core, racer_id: RacerId, index: int, lap_us: int) -> RunId:
    """Let a racer drive one lap and look at the review; return the run's id."""
    run_id = core.timekeeping.prepare(
        RunSetup(
            event_id=EVENT,
            event_name="Big",
            track_id=TRACK,
            track_name="Big",
            racer_id=racer_id,
            racer_name=racer_id,
        )
    )
    core.timekeeping.act(TRACK, Armed())
    start_us = core.clock.now_us() + SECOND
    for n, at_us in enumerate((start_us, start_us + lap_us), start=2 * index + 1):
        crossing = StationEvent(
            station_id="00000001",
            epoch=1,
            n=n,
            kind=StationEventKind.CROSSING,
            clock_id=1,
            station_us=at_us,
            host_us=at_us,
            bound_us=0,
        )
        core.timekeeping.take([crossing], TRACK)
    core.timekeeping.act(TRACK, Ended(at_us=start_us + lap_us + SECOND))
    return run_id


def _ms_since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


# --- a million laps ---------------------------------------------------------------------------------------


def _racer_id(index: int) -> RacerId:
    return RacerId(f"racer-{index:05}")


def _fill(core: Core, dice: random.Random) -> None:
    """Write the event: the laps straight into their table, because racing them would take days."""
    tracks = (EventTrack(track_id=TRACK, name="Big"),)
    core.setup.save(RacingEvent(event_id=EVENT, name="Big", tracks=tracks))
    core.people.add_all(
        [
            Racer(racer_id=_racer_id(i), name=f"Racer {i}", colour=RACER_COLOURS[i % len(RACER_COLOURS)])
            for i in range(RACERS)
        ]
    )
    engine = open_engine(core.paths.database)
    try:
        for table, rows in ((RunRow, _run_rows()), (LapRow, _lap_rows(dice))):
            while batch := list(islice(rows, BATCH)):
                with writing(engine) as session:
                    session.execute(insert(table), batch)
    finally:
        close_engine(engine)


def _run_rows() -> Iterator[dict[str, object]]:
    for index in range(RACERS * RUNS):
        racer_id = _racer_id(index // RUNS)
        yield {
            "run_id": f"run-{index:06}",
            "event_id": EVENT,
            "track_id": TRACK,
            "racer_id": racer_id,
            "racer_name": racer_id,
            "car_name": "",
            "by_proxy": False,
            "state": "submitted",
            "created_utc": DAY,
            "armed_utc": DAY,
            "best_us": None,
            "laps": LAPS,
            "first_us": index,
            "last_us": index,
        }


def _lap_rows(dice: random.Random) -> Iterator[dict[str, object]]:
    for index in range(RACERS * RUNS):
        racer_id = _racer_id(index // RUNS)
        at_us = 0
        for position in range(LAPS):
            time_us = dice.randrange(8_000_000, 15_000_000)
            at_us += time_us
            yield {
                "run_id": f"run-{index:06}",
                "ref": position + 3,
                "track_id": TRACK,
                "racer_id": racer_id,
                "racer_name": racer_id,
                "number": position + 1,
                "position": position,
                "outcome": LapOutcome.VALID if dice.random() < 0.9 else LapOutcome.OVER_RESET_LIMIT,
                "time_us": time_us,
                "start_us": at_us - time_us,
                "end_us": at_us,
                "driven_at": DAY + timedelta(seconds=index, microseconds=at_us),
                "joins": True,
                "by_proxy": False,
                "resets": 0,
                "source": LapSource.STRIP,
                "held": False,
                "car_name": "",
                "bound_us": 0,
                "flags": [],
                "reason": "",
            }


LEADERBOARD = Measurement(
    area="desk",
    figures=("leaderboard_open", "leaderboard_new_lap", "leaderboard_submit", "leaderboard_preview"),
    measure=leaderboard,
)
