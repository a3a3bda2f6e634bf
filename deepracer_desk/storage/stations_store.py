"""Timing stations that were paired with this desk."""

from dataclasses import dataclass

from sqlalchemy import Engine, delete, select

from deepracer_desk.domain.ids import TrackId
from deepracer_desk.ports.timing_station import StationAddress
from deepracer_desk.storage.engine import reading, writing
from deepracer_desk.storage.rows import StationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedStation:
    """A line to a station that the desk keeps open.

    Attributes:
        url: as in `StationAddress`; one station may have several, for example a cable and the network.
        station_id: empty until the station said it.
        track_id: where its crossings count, None while it serves no track.
    """

    url: str
    station_id: str = ""
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
        """Add a line to a station, or put new facts in place of the old ones with the same URL."""
        with writing(self._engine) as session:
            session.merge(
                StationRow(
                    url=station.url,
                    station_id=station.station_id,
                    name=station.name,
                    track_id=station.track_id or "",
                )
            )

    def remove(self, url: str) -> None:
        """Forget a line; for one that is not there nothing happens."""
        with writing(self._engine) as session:
            session.execute(delete(StationRow).where(StationRow.url == url))

    def all(self) -> list[PairedStation]:
        """Return every paired line, by name."""
        with reading(self._engine) as session:
            return [
                PairedStation(
                    url=row.url,
                    station_id=row.station_id,
                    name=row.name,
                    track_id=TrackId(row.track_id) if row.track_id else None,
                )
                for row in session.scalars(select(StationRow).order_by(StationRow.name, StationRow.url))
            ]
