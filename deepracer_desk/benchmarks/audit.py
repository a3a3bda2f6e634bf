"""What the database holds of the crossings that virtual cars made, read past the desk's own services."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from deepracer_desk.domain.ids import RunId
from deepracer_desk.domain.laps import LapFlag, LapOutcome
from deepracer_desk.domain.race_log import Crossing, Entry, Redone, Undone
from deepracer_desk.domain.races import fold
from deepracer_desk.ports.timing_station import StationEventKind
from deepracer_desk.services.rehearsal import TrueRun
from deepracer_desk.storage.engine import close_engine, open_engine, reading
from deepracer_desk.storage.races_store import RacesStore
from deepracer_desk.storage.rows import RunRow, StationEventRow

# A lap with one of these has a time that the strips did not measure alone.
NOT_THE_STRIPS = frozenset(
    {LapFlag.PAUSED, LapFlag.ESTIMATED, LapFlag.ACROSS_RESTART, LapFlag.MIXED_CLOCKS, LapFlag.RETIMED}
)
# A crossing as the strips stamped it: station, stamp [us of the station's clock].
Stamp = tuple[str, int]
# The same record of a station's journal: station, epoch, number.
Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Everything about crossings in a data folder.

    Attributes:
        keys: per crossing that a station delivered, its stamp.
        logs: all runs' logs.
    """

    keys: Mapping[Key, Stamp]
    logs: Mapping[RunId, Sequence[Entry]]

    @property
    def stored(self) -> Counter[Stamp]:
        """How often each stamp was stored; a record that came again under another number counts twice."""
        return Counter(self.keys.values())

    @property
    def logged(self) -> Counter[Stamp]:
        """How often each stamp stands in a log, over all runs."""
        return Counter(stamp for entries in self.logs.values() for stamp in _stamps(entries).values())


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingFindings:
    """Differences between cars and database; all are to be empty.

    Attributes:
        lost: cars that the strips must have seen, and that are not stored.
        doubled: stored or logged more than once.
        invented: stored, and no car was there.
        unlogged: stored while their run was open, and not in its log.
    """

    lost: frozenset[Stamp]
    doubled: frozenset[Stamp]
    invented: frozenset[Stamp]
    unlogged: frozenset[Stamp] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LapFindings:
    """Differences between the laps that cars drove and those that the logs fold to, matched by stamp.

    Attributes:
        driven: laps of the cars in runs that were not thrown away.
        lost: no lap in the log ends with that crossing.
        doubled: laps in the log that no car drove, or that stand there twice.
        measured: laps whose time is the strips' alone: no pause and no second clock in them.
        worst_us: largest difference of their times [us].
        undone: actions that were taken back.
        left_over: runs that look different with what was undone than without it ever having been done.
    """

    driven: int
    lost: int
    doubled: int
    measured: int
    worst_us: int
    undone: int
    left_over: int


def read(database: Path) -> Records:
    """Read what is on the disk; a desk may be writing."""
    engine = open_engine(database)
    try:
        with reading(engine) as session:
            found = session.execute(
                select(
                    StationEventRow.station_id,
                    StationEventRow.epoch,
                    StationEventRow.n,
                    StationEventRow.station_us,
                ).where(StationEventRow.kind == StationEventKind.CROSSING)
            )
            keys = {(station, epoch, n): (station, us) for station, epoch, n, us in found}
            run_ids = [RunId(item) for item in session.scalars(select(RunRow.run_id))]
        store = RacesStore(engine)
        return Records(keys=keys, logs={run_id: store.entries(run_id) for run_id in run_ids})
    finally:
        close_engine(engine)


def compare_crossings(
    records: Records, *, sure: Iterable[Stamp], unsure: Iterable[Stamp], in_runs: bool = False
) -> CrossingFindings:
    """Compare crossings with the cars.

    Args:
        records: what the desk has.
        sure: cars that the strips must have seen.
        unsure: cars that they may have seen: the station died with them, or they hid behind another car.
        in_runs: every car crossed in an armed run.
    """
    certain, possible = frozenset(sure), frozenset(unsure)
    stored, logged = records.stored, records.logged
    return CrossingFindings(
        lost=frozenset(certain - stored.keys()),
        doubled=frozenset(stamp for many in (stored, logged) for stamp, count in many.items() if count > 1),
        invented=frozenset(stored.keys() | logged.keys()) - certain - possible,
        unlogged=frozenset((certain & stored.keys()) - logged.keys()) if in_runs else frozenset(),
    )


def compare_laps(records: Records, truth: Sequence[TrueRun], station_of: Mapping[RunId, str]) -> LapFindings:
    """Compare laps with what the cars drove, by the stamps of the crossings that end them."""
    driven = lost = doubled = measured = worst_us = undone = left_over = 0
    for true_run in truth:
        entries = records.logs.get(true_run.run_id, ())
        run = fold(entries)
        taken_back = [entry for entry in entries if isinstance(entry.action, Undone)]
        undone += len(taken_back)
        left_over += bool(taken_back) and outcome(entries) != outcome(without_undone(entries))
        if true_run.discarded:
            continue
        stamps = _stamps(entries)
        times = {(station_of[true_run.run_id], lap.end_us): lap.time_us for lap in true_run.laps}
        driven += len(times)
        met = Counter[Stamp]()
        for lap in run.driven:
            if lap.outcome is LapOutcome.DID_NOT_FINISH:
                continue
            stamp = stamps.get(lap.ref)
            if stamp is None or stamp not in times:
                doubled += 1
                continue
            met[stamp] += 1
            if not lap.flags & NOT_THE_STRIPS:
                measured += 1
                worst_us = max(worst_us, abs(lap.time_us - times[stamp]))
        doubled += sum(count - 1 for count in met.values())
        lost += len(times.keys() - met.keys())
    return LapFindings(
        driven=driven,
        lost=lost,
        doubled=doubled,
        measured=measured,
        worst_us=worst_us,
        undone=undone,
        left_over=left_over,
    )


def without_undone(entries: Sequence[Entry]) -> list[Entry]:
    """Return the log as if nothing that stayed undone had ever been done, nor been taken back."""
    gone = set[int]()
    for entry in entries:
        if isinstance(entry.action, Undone):
            gone.add(entry.action.target)
        elif isinstance(entry.action, Redone):
            gone.discard(entry.action.target)
    return [
        entry for entry in entries if entry.seq not in gone and not isinstance(entry.action, Undone | Redone)
    ]


def outcome(entries: Sequence[Entry]) -> object:
    """Return all that people see of a run; a log's own numbering left out."""
    run = fold(entries)
    return (run.laps, run.resets, run.best, run.best_average, run.ended_us, run.submitted, run.discarded)


def _stamps(entries: Sequence[Entry]) -> dict[int, Stamp]:
    """Return the stamps of a log's crossings by their sequence number."""
    return {
        entry.seq: (entry.action.station_id, entry.action.station_us)
        for entry in entries
        if isinstance(entry.action, Crossing)
    }
