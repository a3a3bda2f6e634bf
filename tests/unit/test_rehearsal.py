"""The rehearsal's cars and crew, in time that is led by hand."""

from dataclasses import replace

import pytest

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_formats import SECOND, RaceFormat
from deepracer_desk.domain.race_log import Armed, CrossingRejected, Discarded
from deepracer_desk.domain.races import RunState
from deepracer_desk.domain.virtual_driver import Chances, VirtualDriver
from deepracer_desk.ports.virtual_track import StripPass
from deepracer_desk.services.changes import ChangeBus
from deepracer_desk.services.rehearsal import TrackCrew, TrueLap, TrueRun
from deepracer_desk.services.rehearsal_event import rehearsal_event, with_stations
from deepracer_desk.services.rehearsal_report import compare
from deepracer_desk.services.run_archive import RunArchive
from deepracer_desk.services.timekeeping import Timekeeping
from tests.helpers.logs import a_setup
from tests.helpers.memory_log import HandClock, MemoryRunLog, a_crossing

NEVER = Chances(reset=0, gives_up=0, missed=0, ghost=0, missed_axle=0)
AHEAD_US = 1_000 * SECOND  # the station's clock beside the desk's


class HandStrips:
    """Strips on a clock led by hand; what is driven arrives when the time comes."""

    station_id, url = "aa", "tcp://x:1"

    def __init__(self, clock: HandClock, deliver) -> None:
        self._clock, self._deliver = clock, deliver
        self._coming: list[int] = []
        self._free_us = 0
        self._n = 0

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def kill(self) -> None: ...

    def now_us(self) -> int:
        return self._clock.us + AHEAD_US

    def drive(self, passed: StripPass) -> None:
        self._coming.append(passed.at_us - AHEAD_US)

    def go(self, until_us: int) -> None:
        """Let time pass; crossings inside the dead time are none."""
        for at_us in sorted(item for item in self._coming if item <= until_us):
            self._coming.remove(at_us)
            self._clock.us = max(self._clock.us, at_us)
            if at_us >= self._free_us:
                self._free_us = at_us + 2 * SECOND
                self._n += 1
                self._deliver(a_crossing(self._n, at_us / SECOND))
        self._clock.us = max(self._clock.us, until_us)


class Hall:
    def __init__(self, rules: RaceFormat, seed: int, hours: float, chances: Chances) -> None:
        self.clock, self.store = HandClock(SECOND), MemoryRunLog()
        self.keeping = Timekeeping(self.store, self.clock, ChangeBus())
        event = with_stations(rehearsal_event(rules), ["aa", ""])
        self.track = event.tracks[0].track_id
        self.end_us = round(hours * 3600 * SECOND)
        self.strips = HandStrips(self.clock, lambda item: self.keeping.take([item], self.track))
        racers = [Racer(racer_id=RacerId(f"r{i}"), name=f"R{i}") for i in range(3)]
        self.crew = TrackCrew(
            event=event,
            track=event.tracks[0],
            racers=racers,
            strips=self.strips,
            timekeeping=self.keeping,
            clock=self.clock,
            seed=seed,
            wait=self.wait,
            chances=chances,
            slips=0.9,
        )

    def wait(self, seconds: float) -> bool:
        self.strips.go(self.clock.us + max(1000, round(seconds * SECOND)))
        return self.clock.us > self.end_us


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "rules", [RaceFormat(time_limit_us=90 * SECOND), RaceFormat(time_limit_us=None, lap_limit=5)]
)
def test_whatever_goes_wrong_the_desk_records_what_the_cars_drove(seed: int, rules: RaceFormat) -> None:
    often = Chances(reset=0.3, gives_up=0.1, missed=0.15, ghost=0.3, missed_axle=0.1)
    hall = Hall(rules, seed, 1.5, often)
    hall.crew.run()
    done = [run for run in hall.crew.runs[:-1] if not run.discarded]  # the last one was cut off
    assert len(done) > 20
    found = compare(done, RunArchive(hall.store).run)  # type: ignore[arg-type]
    assert (found.laps_lost, found.laps_duplicated, found.odd_runs) == (0, 0, ())
    assert found.laps_driven > 100
    assert found.laps_by_hand > 0
    assert found.max_lap_error_us == 0


def test_a_crew_that_was_sent_home_leaves_arming_to_a_person_and_the_car_drives_all_the_same() -> None:
    hall = Hall(RaceFormat(time_limit_us=None, lap_limit=3), 1, 0.1, NEVER)
    hall.crew.staffed = False
    hall.keeping.prepare(replace(a_setup(), track_id=hall.track, race_format=RaceFormat(lap_limit=3)))
    hall.keeping.act(hall.track, Armed())
    hall.crew.run()
    run = hall.keeping.run(hall.track)
    assert run is not None
    assert len(run.driven) == 3
    assert run.state_at(hall.clock.us) is RunState.REVIEW


def test_a_crew_that_is_to_finish_begins_no_new_run() -> None:
    hall = Hall(RaceFormat(), 1, 1, Chances())
    hall.crew.finishing = True
    hall.crew.run()
    assert hall.crew.runs == []


def test_lost_and_doubled_laps_are_found() -> None:
    hall = Hall(RaceFormat(time_limit_us=None, lap_limit=4), 2, 0.2, NEVER)
    hall.crew.run()
    run = hall.crew.runs[0]
    read = RunArchive(hall.store).run  # type: ignore[arg-type]
    more = TrueRun(run.run_id, [*run.laps, TrueLap(0, 9 * SECOND, seen=True)])
    fewer = TrueRun(run.run_id, run.laps[1:])
    found = compare([more, fewer], read)
    assert (found.laps_lost, found.laps_duplicated, found.odd_runs) == (1, 1, (run.run_id, run.run_id))
    late = TrueRun(run.run_id, [replace_end(run.laps[0], 2000), *run.laps[1:]])
    assert compare([late], read).max_lap_error_us == 2000


def replace_end(lap: TrueLap, more_us: int) -> TrueLap:
    return TrueLap(lap.start_us, lap.end_us + more_us, lap.seen)


def test_a_driver_of_the_same_seed_drives_the_same_laps() -> None:
    one, other = VirtualDriver(7), VirtualDriver(7)
    laps = [one.next_lap() for _ in range(20)]
    assert laps == [other.next_lap() for _ in range(20)]
    assert all(6 * SECOND < lap.time_us < 40 * SECOND for lap in laps)


def test_a_wrong_key_in_a_closed_run_is_no_accident() -> None:
    hall = Hall(RaceFormat(time_limit_us=None, lap_limit=2), 3, 0.05, NEVER)
    hall.crew.run()
    assert hall.crew._act(CrossingRejected(ref=999)) is None
    assert hall.crew._act(Discarded()) is None or hall.crew.staffed
