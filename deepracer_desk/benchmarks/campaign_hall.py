"""The place of a campaign: a desk that can be killed, stations that can be, and bad cables in between."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from deepracer_desk.adapters.rehearsal_station import RehearsalStation
from deepracer_desk.benchmarks.audit import Records, Stamp, read
from deepracer_desk.benchmarks.cables import Cables
from deepracer_desk.benchmarks.desk_child import KillableDesk
from deepracer_desk.core import Core
from deepracer_desk.domain.ids import TrackId
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.ports.timing_station import StationAddress
from deepracer_desk.services.rehearsal_event import rehearsal_event, rehearsal_racers
from deepracer_desk.system.paths import Paths

SETTLE_S = 30.0  # what is on its way when the last car is home arrives within this
LATEST_REVIVAL_S = 1.0  # somebody looks at a dead desk so soon


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A station's death, from before the kill until it was ready again [s, monotonic]."""

    begun_s: float
    ended_s: float


class CampaignHall:
    """Sets everything up, kills what it is told to, and takes everything down.

    Attributes:
        event, racers: what is raced.
        stations: one a track.
        starting: one lock a station, held while it starts.
        outages: per station.
    """

    def __init__(
        self,
        folder: Path,
        *,
        tracks: int,
        warp: float,
        seed: int,
        race_format: RaceFormat,
        extra: Sequence[str] = (),
    ) -> None:
        self.warp = warp
        self._folder = folder
        self.stations = [
            RehearsalStation(folder / f"station-{number}", name=f"Strips {number}", warp=warp, extra=extra)
            for number in range(1, tracks + 1)
        ]
        self.starting = [threading.Lock() for _ in self.stations]
        self.outages: list[list[Outage]] = [[] for _ in self.stations]
        self._close: list[Callable[[], None]] = []
        try:
            for station in self.stations:
                self._close.append(station.stop)
                station.start()
            self.cables = Cables(self.stations, seed=seed)
            self.cables.start()
            self._close.append(self.cables.close)
            self.event, self.racers = self._set_up(race_format)
            self.desk = KillableDesk(folder / "desk", warp)
            self._close.append(self.desk.stop)
        except BaseException:
            self.close()
            raise

    @property
    def database(self) -> Path:
        return Paths(self._folder / "desk").database

    @property
    def station_kills(self) -> int:
        return sum(map(len, self.outages))

    def kill_station(self, number: int) -> None:
        """End a station's program as a power cut would, and start it on the same data."""
        station = self.stations[number]
        begun_s = time.monotonic()
        station.kill()
        with self.starting[number]:
            station.start()
        self.outages[number].append(Outage(begun_s=begun_s, ended_s=time.monotonic()))

    def kill_desk(self, dice: random.Random) -> bool:
        """Kill the desk and let somebody notice a little later; false when it was not at work."""
        if not self.desk.kill():
            return False
        time.sleep(dice.uniform(0.0, LATEST_REVIVAL_S))
        self.desk.now_us()
        return True

    def settled(self, sure: frozenset[Stamp]) -> Records:
        """Mend the cables, wait until everything that must arrive is stored, and return what is."""
        self.cables.mend()
        self.desk.now_us()
        end_s = time.monotonic() + SETTLE_S
        while True:
            records = read(self.database)
            if sure <= records.stored.keys() or time.monotonic() > end_s:
                return records
            time.sleep(0.5)

    def close(self) -> None:
        for close in reversed(self._close):
            close()
        self._close.clear()

    def _set_up(self, race_format: RaceFormat) -> tuple[RacingEvent, list[Racer]]:
        core = Core(Paths(self._folder / "desk"), warp=self.warp, look_around=False)
        try:
            tracks = tuple(
                EventTrack(
                    track_id=TrackId(f"track-{number}"),
                    name=f"Track {number}",
                    station_id=station.station_id,
                )
                for number, station in enumerate(self.stations, start=1)
            )
            event = replace(rehearsal_event(race_format), tracks=tracks)
            core.setup.save(event)
            core.setup.choose(event.event_id)
            racers = rehearsal_racers(core.roster)
            for station, url in zip(self.stations, self.cables.urls, strict=True):
                core.stations.pair(StationAddress(url=url, station_id=station.station_id, name="campaign"))
        finally:
            core.stations.stop()
            core.close()
        return event, racers
