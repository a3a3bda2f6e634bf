"""The leaderboard of a very large event: 10,000 racers with 100 laps each."""

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deepracer_desk.benchmarks.figure import Figure
from deepracer_desk.core import Core
from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.laps import LapOutcome
from deepracer_desk.domain.leaderboard import BoardRow, Leaderboard, RankedLap, Summary, summarise
from deepracer_desk.domain.people import RACER_COLOURS, Racer
from deepracer_desk.domain.race_formats import RankingMethod
from deepracer_desk.domain.race_log import Configured, Entry, RunSetup, Source
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.domain.run_result import RunResult, StoredLap
from deepracer_desk.system.paths import Paths

RACERS, LAPS = 10_000, 100
EVENT, TRACK = EventId("big"), TrackId("big-1")
DAY = datetime(2026, 5, 1, 9, tzinfo=UTC)


def leaderboard() -> list[Figure]:
    """Open a stored board and give it one new lap; the baseline ranks a million laps anew."""
    rng = random.Random(1)  # noqa: S311 - repeatable data
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        core = Core(Paths(Path(folder)), look_around=False)
        try:
            _fill(core, rng)
            board, rows = _open(core)
            opened = list[float]()
            for _ in range(5):
                begun = time.perf_counter()
                board, rows = _open(core)
                opened.append((time.perf_counter() - begun) * 1000)
            updates = list[float]()
            for _ in range(200):
                racer = rows[rng.randrange(50)].racer_id
                better = summarise(racer, _laps(racer, rng, 3), window=3)
                begun = time.perf_counter()
                board.replace(better)
                board.rank(racer)
                board.rows(0, 50)
                updates.append((time.perf_counter() - begun) * 1000)
        finally:
            core.close()
    begun = time.perf_counter()
    anew: list[Summary] = []
    for index in range(RACERS):
        racer = RacerId(f"r{index}")
        anew.append(summarise(racer, _laps(racer, rng, LAPS), window=3))
    Leaderboard(RankingMethod.BEST_LAP, anew).rows(0, 50)
    plain_ms = (time.perf_counter() - begun) * 1000
    return [
        Figure(
            area="desk",
            name="leaderboard_open",
            value=sorted(opened)[2],
            unit="ms",
            goal=300,
            baseline=plain_ms,
        ),
        Figure(
            area="desk",
            name="leaderboard_new_lap",
            value=sorted(updates)[198],
            unit="ms",
            goal=5,
            baseline=plain_ms,
        ),
    ]


def _open(core: Core) -> tuple[Leaderboard, list[BoardRow]]:
    """Read the board from the disk, rank it, and return it with its first page."""
    board = Leaderboard(RankingMethod.BEST_LAP, core.summaries.summaries(EVENT, TRACK))
    return board, board.rows(0, 50)


def _laps(racer: RacerId, rng: random.Random, count: int) -> list[RankedLap]:
    return [
        RankedLap(
            run_id=RunId(f"{racer}-{i // 10}"),
            position=i % 10,
            time_us=rng.randrange(8_000_000, 15_000_000),
            valid=i % 9 != 0,
            driven_at=DAY + timedelta(seconds=i),
        )
        for i in range(count)
    ]


def _fill(core: Core, rng: random.Random) -> None:
    """Store the event through the desk's own stores; laps as few as a summary needs, to keep it short."""
    tracks = (EventTrack(track_id=TRACK, name="Big"),)
    core.setup.save(RacingEvent(event_id=EVENT, name="Big", tracks=tracks))
    core.people.add_all(
        [
            Racer(racer_id=RacerId(f"r{i}"), name=f"Racer {i}", colour=RACER_COLOURS[i % 8])
            for i in range(RACERS)
        ]
    )
    for index in range(RACERS):
        _store_run(core, RacerId(f"r{index}"), rng)


def _store_run(core: Core, racer_id: RacerId, rng: random.Random) -> None:
    setup = RunSetup(
        event_id=EVENT,
        event_name="Big",
        track_id=TRACK,
        track_name="Big",
        racer_id=racer_id,
        racer_name=racer_id,
    )
    run_id = RunId(f"run-{racer_id}")
    entry = Entry(seq=1, at_us=1, utc=DAY, source=Source.OPERATOR, action=Configured(setup=setup))
    core.races.create_run(run_id, entry)
    laps = tuple(
        StoredLap(
            ref=i + 2,
            number=i + 1,
            position=i,
            outcome=LapOutcome.VALID,
            time_us=rng.randrange(8_000_000, 15_000_000),
            start_us=0,
            end_us=1,
            driven_at=DAY,
            racer_id=racer_id,
        )
        for i in range(3)
    )
    core.races.append(run_id, [], RunResult(state="submitted", racer_id=racer_id, laps=laps))
