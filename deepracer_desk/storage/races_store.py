"""Runs: their logs, which are the truth, and what follows from them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import cast

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from deepracer_desk.domain.errors import StorageError
from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.race_log import Armed, Configured, Crossing, Entry, RunSetup
from deepracer_desk.domain.run_head import HeadState, RunHead
from deepracer_desk.domain.run_result import RunResult, StoredLap
from deepracer_desk.ports.timing_station import StationEvent
from deepracer_desk.storage.engine import reading, writing
from deepracer_desk.storage.entry_codec import decode_action, encode_action
from deepracer_desk.storage.result_rows import replace_result, stored_laps
from deepracer_desk.storage.rows import RunEntryRow, RunRow
from deepracer_desk.storage.station_event_rows import EventKey, insert_events, key_of, known_keys, positions

NO_RESULTS: Mapping[RunId, RunResult] = MappingProxyType({})


def _now_utc() -> datetime:
    return datetime.now(UTC)


class RacesStore:
    """Reads and writes runs, on any thread; a write that returned is on the disk."""

    def __init__(self, engine: Engine, *, utc: Callable[[], datetime] = _now_utc) -> None:
        self._engine = engine
        self._utc = utc  # when station events came in, for reports

    # --- writing ------------------------------------------------------------------------------------

    def create_run(self, run_id: RunId, entry: Entry) -> None:
        """Begin a run's log with the entry that settles it.

        Raises:
            StorageError: the run exists, or its event, track or racer does not; nothing was written.
            ValueError: the entry settles nothing, or is not the first.
        """
        if not isinstance(entry.action, Configured) or entry.seq != 1:
            raise ValueError(f"Entry {entry.seq} cannot begin a log.")
        with writing(self._engine) as session:
            head = RunRow(
                run_id=run_id,
                by_proxy=False,
                state="open",
                created_utc=entry.utc,
                armed_utc=None,
                best_us=None,
                laps=0,
                first_us=entry.moment_us,
                last_us=entry.moment_us,
            )
            _settle(head, entry.action.setup)
            session.add(head)
            session.flush()
            _insert_entries(session, run_id, [entry])

    def append(self, run_id: RunId, entries: Sequence[Entry], result: RunResult | None = None) -> None:
        """Add entries to a log, and what the run came to by them, in one transaction.

        Raises:
            StorageError: the entries do not follow the last one stored, or the run does not exist; nothing
                was written.
        """
        with writing(self._engine) as session:
            _append(session, run_id, entries, result)

    def store_crossings(
        self,
        events: Sequence[StationEvent],
        entries: Mapping[RunId, Sequence[Entry]],
        results: Mapping[RunId, RunResult] = NO_RESULTS,
    ) -> None:
        """Store what stations sent together with the entries that follow from it, in one transaction.

        Events that are stored already, or repeated within `events`, are passed over.

        Raises:
            StorageError: an entry does not follow, or tells a crossing that was stored before; nothing was
                written, so nothing may be acknowledged.
        """
        with writing(self._engine) as session:
            by_key = {key_of(event): event for event in events}
            known = known_keys(session, by_key)
            for run_entries in entries.values():
                _refuse_doubled(run_entries, known)
            insert_events(session, [event for key, event in by_key.items() if key not in known], self._utc())
            for run_id in {**entries, **results}:
                _append(session, run_id, entries.get(run_id, ()), results.get(run_id))

    # --- reading ------------------------------------------------------------------------------------

    def known_events(self, keys: Sequence[EventKey]) -> set[EventKey]:
        """Return those (station, epoch, n) that are stored."""
        with reading(self._engine) as session:
            return known_keys(session, keys)

    def positions(self, station_id: str) -> dict[int, int]:
        """Return, per epoch, the highest number that is stored without a gap before it."""
        with reading(self._engine) as session:
            return positions(session, station_id)

    def entries(self, run_id: RunId) -> list[Entry]:
        """Return a run's log in order, empty when there is no such run.

        Raises:
            NewerDataError: a newer version of the desk wrote into it.
            DamagedDataError: an entry makes no sense.
        """
        query = (
            select(
                RunEntryRow.seq,
                RunEntryRow.at_us,
                RunEntryRow.utc,
                RunEntryRow.source,
                RunEntryRow.who,
                RunEntryRow.kind,
                RunEntryRow.payload,
            )
            .where(RunEntryRow.run_id == run_id)
            .order_by(RunEntryRow.seq)
        )
        with reading(self._engine) as session:
            return [
                Entry(
                    seq=seq, at_us=at_us, utc=utc, source=source, who=who, action=decode_action(kind, payload)
                )
                for seq, at_us, utc, source, who, kind, payload in session.execute(query)
            ]

    def heads(
        self,
        *,
        event_id: EventId | None = None,
        track_id: TrackId | None = None,
        open_only: bool = False,
        states: Sequence[HeadState] | None = None,
        limit: int | None = None,
    ) -> list[RunHead]:
        """Return runs, the newest first."""
        query = select(RunRow).order_by(RunRow.first_us.desc(), RunRow.run_id.desc())
        if event_id is not None:
            query = query.where(RunRow.event_id == event_id)
        if track_id is not None:
            query = query.where(RunRow.track_id == track_id)
        if open_only:
            query = query.where(RunRow.state == "open")
        if states is not None:
            query = query.where(RunRow.state.in_(states))
        if limit is not None:
            query = query.limit(limit)
        with reading(self._engine) as session:
            return [_head(row) for row in session.scalars(query)]

    def head(self, run_id: RunId) -> RunHead | None:
        """Return a run at a glance, None when there is no such run."""
        with reading(self._engine) as session:
            row = session.get(RunRow, run_id)
            return None if row is None else _head(row)

    def laps(self, run_id: RunId) -> tuple[StoredLap, ...]:
        """Return the lap list of a submitted run, empty for any other."""
        with reading(self._engine) as session:
            return stored_laps(session, run_id)


def _append(session: Session, run_id: RunId, entries: Sequence[Entry], result: RunResult | None) -> None:
    head = session.get(RunRow, run_id)
    if head is None:
        raise StorageError(f"The run {run_id} is not in the data.", hint="Open the list of runs again.")
    if entries:
        last = session.scalar(select(func.max(RunEntryRow.seq)).where(RunEntryRow.run_id == run_id)) or 0
        if [entry.seq for entry in entries] != list(range(last + 1, last + 1 + len(entries))):
            raise StorageError(
                f"The log of run {run_id} has {last} lines; line {entries[0].seq} does not follow.",
                hint="Open the run again; somebody else changed it.",
            )
        _insert_entries(session, run_id, entries)
        _move_head(head, entries)
    if result is not None:
        replace_result(session, head, result)


def _insert_entries(session: Session, run_id: RunId, entries: Sequence[Entry]) -> None:
    rows = list[dict[str, object]]()
    for entry in entries:
        kind, payload = encode_action(entry.action)
        rows.append(
            {
                "run_id": run_id,
                "seq": entry.seq,
                "at_us": entry.at_us,
                "utc": entry.utc,
                "source": entry.source,
                "who": entry.who,
                "kind": kind,
                "payload": payload,
            }
        )
    session.execute(insert(RunEntryRow), rows)


def _move_head(head: RunRow, entries: Sequence[Entry]) -> None:
    for entry in entries:
        head.last_us = max(head.last_us, entry.moment_us)
        if isinstance(entry.action, Armed) and head.armed_utc is None:
            head.armed_utc = entry.utc
        if isinstance(entry.action, Configured):
            _settle(head, entry.action.setup)


def _settle(head: RunRow, setup: RunSetup) -> None:
    head.event_id = setup.event_id or None
    head.track_id = setup.track_id or None
    head.racer_id = setup.racer_id
    head.racer_name = setup.racer_name
    head.car_name = setup.car_name
    head.by_proxy = setup.by_proxy


def _refuse_doubled(entries: Sequence[Entry], known: set[EventKey]) -> None:
    for entry in entries:
        action = entry.action
        if isinstance(action, Crossing) and (action.station_id, action.epoch, action.n) in known:
            raise StorageError(
                f"Crossing {action.n} of station {action.station_id} is stored already.",
                hint="Nothing is lost; the station sends it again.",
            )


def _head(row: RunRow) -> RunHead:
    return RunHead(
        run_id=RunId(row.run_id),
        event_id=EventId(row.event_id or ""),
        track_id=TrackId(row.track_id or ""),
        racer_id=None if row.racer_id is None else RacerId(row.racer_id),
        racer_name=row.racer_name,
        car_name=row.car_name,
        state=cast("HeadState", row.state),
        started_utc=row.armed_utc or row.created_utc,
        created_utc=row.created_utc,
        best_us=row.best_us,
        laps=row.laps,
        first_us=row.first_us,
        last_us=row.last_us,
        by_proxy=row.by_proxy,
    )
