"""Station events: each is stored once, and how far each journal is stored without a gap."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from deepracer_desk.ports.timing_station import StationEvent
from deepracer_desk.storage.rows import StationEventRow, StationPositionRow

EventKey = tuple[str, int, int]  # station id, epoch, n
CHUNK = 500  # numbers asked for at a time

_E = StationEventRow


def key_of(event: StationEvent) -> EventKey:
    """Return what names a station event for ever."""
    return (event.station_id, event.epoch, event.n)


def known_keys(session: Session, keys: Iterable[EventKey]) -> set[EventKey]:
    """Return those of the keys that are stored."""
    journals = defaultdict[tuple[str, int], set[int]](set)
    for station_id, epoch, n in keys:
        journals[station_id, epoch].add(n)
    known = set[EventKey]()
    for (station_id, epoch), wanted in journals.items():
        numbers = sorted(wanted)
        for start in range(0, len(numbers), CHUNK):
            found = session.scalars(
                select(_E.n).where(
                    _E.station_id == station_id,
                    _E.epoch == epoch,
                    _E.n.in_(numbers[start : start + CHUNK]),
                )
            )
            known.update((station_id, epoch, n) for n in found)
    return known


def insert_events(session: Session, events: Sequence[StationEvent], received_utc: datetime) -> None:
    """Store events that are not stored yet, and move the positions on."""
    if not events:
        return
    session.execute(insert(StationEventRow), [_values(event, received_utc) for event in events])
    numbers = defaultdict[tuple[str, int], list[int]](list)
    for event in events:
        numbers[event.station_id, event.epoch].append(event.n)
    for (station_id, epoch), new in numbers.items():
        _move_position(session, station_id, epoch, min(new))


def positions(session: Session, station_id: str) -> dict[int, int]:
    """Return, per epoch, the last number of the gapless row that begins with the first one stored."""
    found = session.execute(
        select(StationPositionRow.epoch, StationPositionRow.last_n).where(
            StationPositionRow.station_id == station_id
        )
    )
    return {row.epoch: row.last_n for row in found}


def _move_position(session: Session, station_id: str, epoch: int, lowest: int) -> None:
    row = session.get(StationPositionRow, (station_id, epoch))
    if row is None:
        row = StationPositionRow(station_id=station_id, epoch=epoch, first_n=lowest, last_n=lowest)
        session.add(row)
    elif lowest < row.first_n:
        row.first_n = row.last_n = lowest
    # Stops at the first gap, so that a lasting gap does not make every later event dear.
    after = session.scalars(
        select(_E.n)
        .where(_E.station_id == station_id, _E.epoch == epoch, _E.n > row.last_n)
        .order_by(_E.n)
        .execution_options(yield_per=CHUNK)
    )
    last = row.last_n
    for n in after:
        if n != last + 1:
            break
        last = n
    after.close()
    row.last_n = last


def _values(event: StationEvent, received_utc: datetime) -> dict[str, object]:
    return {
        "station_id": event.station_id,
        "epoch": event.epoch,
        "n": event.n,
        "kind": event.kind,
        "clock_id": event.clock_id,
        "station_us": event.station_us,
        "host_us": event.host_us,
        "bound_us": event.bound_us,
        "sensor": event.sensor,
        "simulated": event.simulated,
        "raw": dict(event.raw),
        "received_utc": received_utc,
    }
