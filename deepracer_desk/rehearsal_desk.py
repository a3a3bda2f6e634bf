"""A desk in rehearsal: its own data folder, real station programs, virtual cars and a crew."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

from deepracer_desk.adapters.rehearsal_station import RehearsalStation
from deepracer_desk.core import Core
from deepracer_desk.ports.timing_station import StationAddress
from deepracer_desk.services.rehearsal import Rehearsal, TrackCrew
from deepracer_desk.services.rehearsal_event import (
    Morning,
    rehearsal_event,
    rehearsal_racers,
    with_stations,
)
from deepracer_desk.services.rehearsal_report import RehearsalFindings, compare
from deepracer_desk.system.paths import Paths

MORNING_RUNS = 18


class RehearsalDesk:
    """Everything a rehearsal consists of, windows excepted.

    Attributes:
        core: the desk.
        crews: one a track.
    """

    def __init__(self, folder: Path, *, warp: float, seed: int) -> None:
        """Set up the event; station programs are started, nothing drives yet."""
        self.core = Core(Paths(folder), warp=warp, look_around=False)
        self._warp = warp
        self._stop = Event()
        event = rehearsal_event()
        names = [f"{track.name} strips" for track in event.tracks]
        self._strips: list[RehearsalStation] = []
        try:
            for index, name in enumerate(names, start=1):
                strips = RehearsalStation(folder / f"station-{index}", name=name, warp=warp)
                self._strips.append(strips)
                strips.start()
            event = with_stations(event, [strips.station_id for strips in self._strips])
            racers = rehearsal_racers(self.core.roster)
            if not self.core.archive.heads(event_id=event.event_id, limit=1):
                Morning(self.core.races, self.core.clock, runs=MORNING_RUNS, seed=seed).drive(
                    self.core.setup, event, racers
                )
            self.core.setup.save(event)
            self.core.setup.choose(event.event_id)
        except BaseException:
            self._end_stations()
            self.core.close()
            raise
        count = len(event.tracks)
        self._names = names
        self.rehearsal = Rehearsal(
            [
                TrackCrew(
                    event=event,
                    track=track,
                    racers=[*racers[index::count], *racers[:index]],
                    strips=strips,
                    timekeeping=self.core.timekeeping,
                    clock=self.core.clock,
                    seed=seed + index,
                    wait=self._wait,
                )
                for index, (track, strips) in enumerate(zip(event.tracks, self._strips, strict=True))
            ],
            self._strips,
            self._stop,
        )

    @property
    def crews(self) -> Sequence[TrackCrew]:
        return self.rehearsal.crews

    def start(self) -> None:
        """Listen to the stations and let the cars drive."""
        for strips, name in zip(self._strips, self._names, strict=True):
            self.core.stations.pair(StationAddress(url=strips.url, station_id=strips.station_id, name=name))
        self.core.start()
        self.rehearsal.start()

    def rest(self) -> None:
        """Let nobody drive any more; what is on its way still arrives."""
        self.rehearsal.rest()

    def findings(self) -> RehearsalFindings:
        """Compare what the cars did with what the database says."""
        return compare([run for crew in self.crews for run in crew.runs], self.core.archive.run)

    def close(self) -> None:
        self.rehearsal.stop()
        self.core.close()

    def _wait(self, seconds: float) -> bool:
        return self._stop.wait(max(0.0, seconds) / self._warp)

    def _end_stations(self) -> None:
        for strips in self._strips:
            strips.stop()
