"""Timing stations that were paired with this desk."""

from dataclasses import dataclass

from sqlalchemy import Engine, delete, select

from deepracer_desk.domain.ids import TrackId
from deepracer_desk.ports.timing_station import StationAddress
from deepracer_desk.storage.engine import reading, writing
from deepracer_desk.storage.rows import StationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedStation:
    """A station that this desk listens to.

    Attributes:
        url: where it was last reached, as in `StationAddress`.
        track_id: where its crossings count, None when the event says it.
    """

    station_id: str
    url: str
    name: str = ""
    track_id: TrackId | None = None

    @property
    def address(self) -> StationAddress:
        return StationAddress(url=self.url, station_id=self.station_id, name=self.name)


class StationsStore:
    """Reads and writes paired stations, on any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, station: PairedStation) -> None:
        """Add a station, or put new facts in place of the old ones."""
        with writing(self._engine) as session:
            session.merge(
                StationRow(
                    station_id=station.station_id,
                    url=station.url,
                    name=station.name,
                    track_id=station.track_id or "",
                )
            )

    def remove(self, station_id: str) -> None:
        """Forget a station; for one that is not there nothing happens. Its events stay."""
        with writing(self._engine) as session:
            session.execute(delete(StationRow).where(StationRow.station_id == station_id))

    def all(self) -> list[PairedStation]:
        """Return every paired station, by name."""
        query = select(StationRow).order_by(StationRow.name, StationRow.station_id)
        with reading(self._engine) as session:
            return [
                PairedStation(
                    station_id=row.station_id,
                    url=row.url,
                    name=row.name,
                    track_id=TrackId(row.track_id) if row.track_id else None,
                )
                for row in session.scalars(query)
            ]
