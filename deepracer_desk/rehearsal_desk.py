"""A desk in rehearsal: its own data folder, real station programs, virtual cars and a crew."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

from deepracer_desk.adapters.rehearsal_station import RehearsalStation
from deepracer_desk.core import Core
from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.leaderboard import RankedLap
from deepracer_desk.domain.race_log import Discarded
from deepracer_desk.domain.races import fold
from deepracer_desk.ports.timing_station import StationAddress
from deepracer_desk.services.recovery import RecoveryChoice
from deepracer_desk.services.rehearsal import Rehearsal, TrackCrew
from deepracer_desk.services.rehearsal_event import (
    Morning,
    rehearsal_event,
    rehearsal_racers,
    with_stations,
)
from deepracer_desk.services.rehearsal_report import RehearsalFindings, compare
from deepracer_desk.services.run_results import ranked_laps_of, result_of
from deepracer_desk.system.paths import Paths

MORNING_RUNS = 18


class RehearsalDesk:
    """Everything a rehearsal consists of, windows excepted.

    Attributes:
        core: the desk.
        event: what is rehearsed.
        warp: how much faster than life it goes.
        crews: one a track.
    """

    def __init__(self, folder: Path, *, warp: float, seed: int) -> None:
        """Set up the event; station programs are started, nothing drives yet."""
        self.core = Core(Paths(folder), warp=warp, look_around=False)
        self.warp = warp
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
        self.event = event
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

    def settle_recovered(self) -> None:
        """End the runs of a rehearsal that was cut off: its cars are not where they were."""
        for recovered in self.core.recovery.pending():
            self.core.recovery.settle(recovered.run_id, RecoveryChoice.DISCARD)
        for opened in self.core.timekeeping.open_logs():
            self.core.timekeeping.settle(opened.run_id, Discarded(reason="the rehearsal was cut off"))

    def leave_recovered_to_a_person(self) -> None:
        """Send the crew of every track home on which a run was cut off: a person decides about it."""
        tracks = {opened.track_id for opened in self.core.timekeeping.open_logs()}
        for crew in self.crews:
            crew.staffed = crew.track_id not in tracks

    def finish(self) -> None:
        """Let the runs that are going on come to their end, then let nobody drive any more."""
        self.rehearsal.finish()

    def laps_from_logs(self, track_id: str) -> dict[RacerId, list[RankedLap]]:
        """Return all ranked laps of a track by racer, read from the logs of submitted runs alone."""
        found = dict[RacerId, list[RankedLap]]()
        for head in self.core.archive.heads(
            event_id=self.event.event_id, states=("submitted",), limit=100_000
        ):
            if head.track_id != track_id:
                continue
            entries = self.core.archive.entries(head.run_id)
            run = fold(entries)
            if run.racer_id is not None and run.submitted:
                result = result_of(run, entries)
                found.setdefault(run.racer_id, []).extend(ranked_laps_of(head.run_id, result))
        return found

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
        return self._stop.wait(max(0.0, seconds) / self.warp)

    def _end_stations(self) -> None:
        for strips in self._strips:
            strips.stop()
