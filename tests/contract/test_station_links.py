"""Every way to reach a timing station keeps the same promises."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from deepracer_desk.adapters.fakes.fake_station import FakeStation
from deepracer_desk.adapters.fakes.station_ledger import StationLedger
from deepracer_desk.adapters.station_links import open_link
from deepracer_desk.adapters.station_serial import SerialStationLink
from deepracer_desk.ports.timing_station import LinkState, StationLink
from tests.helpers.stations import RunningClock, StationProgram, Wire

CLOCK = RunningClock()


class Bench(Protocol):
    """A station with a way to press its strips."""

    def link(self) -> StationLink:
        """Return a new link to the station."""
        ...

    def cross(self) -> int:
        """Press strip 0 now; return the desk time."""
        ...

    def hide(self) -> None:
        """Let the station be out of reach."""
        ...

    def show(self) -> None:
        """Let it be in reach again."""
        ...


class FakeBench:
    def __init__(self) -> None:
        self.station = FakeStation(CLOCK)

    def link(self) -> StationLink:
        return self.station

    def cross(self) -> int:
        at_us = CLOCK.now_us()
        self.station.cross(at_us)
        return at_us

    def hide(self) -> None:
        self.station.go_silent()

    def show(self) -> None:
        self.station.speak_again()

    def close(self) -> None:
        self.station.stop()


class ProgramBench:
    """A real program; its clock is this computer's, so desk time is station time."""

    def __init__(self, folder: Path, *, wired: bool) -> None:
        self.wire = Wire() if wired else None
        extra = ("--serial", self.wire.station_end) if self.wire is not None else ()
        settings = folder / "station.json"
        settings.write_text('{"filter": {"lockout_us": 300000, "quiet_us": 20000}}', encoding="utf-8")
        self.program = StationProgram(folder / "data", "--config", str(settings), *extra).start()
        self._last_us = 0

    def link(self) -> StationLink:
        if self.wire is None:
            return open_link(self.program.url, CLOCK)
        wire = self.wire
        return SerialStationLink(f"serial://{wire.desk_end}", CLOCK, candidates=lambda: [wire.desk_end])

    def cross(self) -> int:
        self._last_us = max(self.program.now_us(), self._last_us + 400_000)
        self.program.cross(self._last_us, speed_mps=4)
        return self._last_us

    def hide(self) -> None:
        if self.wire is not None:
            self.wire.unplug()
        else:
            self.program.kill()

    def show(self) -> None:
        if self.wire is not None:
            self.wire.plug()
        else:
            self.program.start()

    def close(self) -> None:
        self.program.close()
        if self.wire is not None:
            self.wire.close()


@pytest.fixture(params=["fake", "tcp", "serial"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made = FakeBench() if request.param == "fake" else ProgramBench(tmp_path, wired=request.param == "serial")
    yield made
    made.close()


@pytest.fixture
def ledger() -> StationLedger:
    return StationLedger()


@pytest.fixture
def started(bench: Bench, ledger: StationLedger) -> Iterator[StationLink]:
    link = bench.link()
    link.start(ledger)
    assert ledger.wait(is_live, 3)
    yield link
    link.stop()


def is_live(ledger: StationLedger) -> bool:
    return ledger.health is not None and ledger.health.link is LinkState.LIVE


def has_unacknowledged(ledger: StationLedger) -> bool:
    return ledger.health is not None and ledger.health.unacknowledged > 0


def has_crossings(count: int) -> Callable[[StationLedger], bool]:
    return lambda ledger: len(ledger.crossings) >= count


def test_a_crossing_arrives_once_with_its_time_and_strip(
    bench: Bench, started: StationLink, ledger: StationLedger
) -> None:
    at_us = bench.cross()
    assert ledger.wait(has_crossings(1), 2)
    crossing = ledger.crossings[0]
    assert crossing.sensor == 0
    assert abs(crossing.host_us - at_us) <= crossing.bound_us
    assert crossing.bound_us < 10_000
    assert crossing.raw["t"] == "x"
    assert (ledger.doubled, ledger.disordered) == (0, 0)


def test_a_test_crossing_is_marked_as_simulated(started: StationLink, ledger: StationLedger) -> None:
    started.test_crossing()
    assert ledger.wait(has_crossings(1), 2)
    assert ledger.crossings[0].simulated


def test_the_state_is_told_every_second_and_names_the_station(
    started: StationLink, ledger: StationLedger
) -> None:
    before = len(ledger.healths)
    assert ledger.wait(lambda now: len(now.healths) > before, 1)
    health = ledger.health
    assert health is not None
    assert len(health.station_id) == 8
    assert health.name
    assert health.carrier
    assert health.heard_us is not None
    assert health.offset_us is not None
    assert health.problems == ()


def test_crossings_made_out_of_reach_arrive_later_with_their_own_times(
    bench: Bench, started: StationLink, ledger: StationLedger
) -> None:
    bench.cross()
    assert ledger.wait(has_crossings(1), 2)
    if isinstance(bench, ProgramBench) and bench.wire is None:
        at_us = bench.cross()
        wait_for_station_clock(bench.program, at_us + 60_000)
        bench.hide()
    else:
        bench.hide()
        at_us = bench.cross()
    bench.show()
    assert ledger.wait(has_crossings(2), 4)
    crossing = ledger.crossings[1]
    assert abs(crossing.host_us - at_us) <= crossing.bound_us
    assert (ledger.doubled, ledger.disordered) == (0, 0)


@pytest.mark.slow
@pytest.mark.usefixtures("expected_warnings")
def test_a_sink_that_refuses_gets_the_crossing_again_and_the_state_says_so(
    bench: Bench, started: StationLink, ledger: StationLedger
) -> None:
    ledger.refuse = disk_is_full
    bench.cross()
    assert ledger.wait(lambda now: bool(now.health and "disk is full" in "".join(now.health.problems)), 3)
    assert ledger.crossings == []
    assert ledger.wait(has_unacknowledged, 2), "an acknowledgement came before the crossing was stored"
    ledger.refuse = None
    assert ledger.wait(has_crossings(1), 4)
    assert ledger.wait(lambda now: not has_unacknowledged(now), 3)
    assert ledger.wait(lambda now: now.health is not None and now.health.problems == (), 2)
    assert (ledger.doubled, ledger.disordered) == (0, 0)


def test_a_second_link_goes_on_where_the_first_one_stopped(bench: Bench, ledger: StationLedger) -> None:
    if isinstance(bench, FakeBench):
        pytest.skip("a fake station is its own only link")
    first, second = bench.link(), bench.link()
    first.start(ledger)
    bench.cross()
    assert ledger.wait(has_crossings(1), 3)
    first.stop()
    bench.cross()
    second.start(ledger)
    assert ledger.wait(has_crossings(2), 3)
    second.stop()
    assert (ledger.doubled, ledger.disordered) == (0, 0)


def test_starting_and_stopping_twice_is_like_once_and_stopping_is_quick(
    bench: Bench, ledger: StationLedger
) -> None:
    link = bench.link()
    link.start(ledger)
    link.start(ledger)
    assert ledger.wait(is_live, 3)
    begin_s = time.monotonic()
    link.stop()
    link.stop()
    assert time.monotonic() - begin_s < 2
    told = len(ledger.healths)
    bench.cross()
    assert not ledger.wait(has_crossings(1), 0.2)
    assert len(ledger.healths) == told


def test_a_link_that_was_never_started_can_be_stopped(bench: Bench) -> None:
    bench.link().stop()


def disk_is_full() -> None:
    raise OSError("disk is full")


def wait_for_station_clock(program: StationProgram, until_us: int) -> None:
    """The filter closes a pass 20 ms after its last edge; only a recorded crossing survives a kill."""
    while program.now_us() < until_us:
        pass
