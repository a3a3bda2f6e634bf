"""The mapping between a station's clock and the desk's stays within its bound, and within a millisecond."""

import random
from collections.abc import Callable

import pytest

from deepracer_desk.adapters.drt1_clock import ClockMapping, StationClocks, sample_of

SECOND = 1_000_000


def ping(
    mapping: ClockMapping, at_us: int, clock: Callable[[float], int], way_us: Callable[[], float]
) -> None:
    """Answer one ping: `clock` gives station time for desk time, `way_us` the time of one direction."""
    reach_us = at_us + way_us()
    answer_us = reach_us + 100
    back_us = answer_us + way_us()
    sample = sample_of(at_us, clock(reach_us), clock(answer_us), int(back_us))
    assert sample is not None
    mapping.add(sample)


@pytest.mark.parametrize("ppm", [-100, -40, 0, 40, 100])
@pytest.mark.parametrize(
    ("base_us", "tail_us", "limit_us"),
    [(500, 300, 1000), (200, 200, 1000), (1500, 3000, 4000)],
    ids=["wire", "lan", "busy wifi"],
)
def test_ten_minutes_of_drift_and_jitter_cost_less_than_a_millisecond_on_a_cable(
    ppm: int, base_us: int, tail_us: int, limit_us: int
) -> None:
    chance = random.Random(ppm + base_us)
    mapping = ClockMapping()

    def clock(host_us: float) -> int:
        return int(host_us * (1 + ppm / 1e6)) + 12_345_678_901

    worst_us = 0
    at_us = 5 * SECOND
    for count in range(600):
        ping(mapping, at_us, clock, lambda: base_us + chance.expovariate(1 / tail_us))
        at_us += 20_000 if count < 8 else SECOND
        if count > 8:
            event_us = at_us - chance.randrange(SECOND)
            host_us, bound_us = mapping.host_us(clock(event_us))
            assert abs(host_us - event_us) <= bound_us
            worst_us = max(worst_us, abs(host_us - event_us))
    assert worst_us < limit_us
    assert mapping.drift * 1e6 == pytest.approx(ppm, abs=12)


def test_a_stamp_from_an_outage_of_ten_minutes_has_an_honest_bound() -> None:
    mapping = ClockMapping()

    def clock(host_us: float) -> int:
        return int(host_us * 1.00004)

    for at_us in range(1_000 * SECOND, 1_005 * SECOND, SECOND):
        ping(mapping, at_us, clock, lambda: 300)
    host_us, bound_us = mapping.host_us(clock(400 * SECOND))
    error_us = abs(host_us - 400 * SECOND)
    assert error_us == pytest.approx(24_000, rel=0.05)
    assert error_us <= bound_us <= 61_000


def test_once_the_drift_is_known_old_stamps_are_placed_well() -> None:
    mapping = ClockMapping()

    def clock(host_us: float) -> int:
        return int(host_us * 1.00004)

    for at_us in range(0, 600 * SECOND, SECOND):
        ping(mapping, at_us, clock, lambda: 300)
    host_us, bound_us = mapping.host_us(clock(10 * SECOND))
    assert abs(host_us - 10 * SECOND) < 1000 < bound_us


def test_the_desk_sleeping_between_two_pings_moves_no_stamp() -> None:
    mapping = ClockMapping()
    for at_us in (0, SECOND, 3_600 * SECOND):
        ping(mapping, at_us, lambda host_us: int(host_us) + 7, lambda: 200)
    assert mapping.host_us(3_600 * SECOND + 7)[0] == pytest.approx(3_600 * SECOND, abs=2)


def test_without_an_answered_ping_there_is_no_time() -> None:
    with pytest.raises(LookupError):
        ClockMapping().host_us(5)


def test_stamps_that_contradict_each_other_are_no_sample() -> None:
    assert sample_of(100, 50, 40, 200) is None
    assert sample_of(200, 50, 60, 100) is None
    assert sample_of(100, 0, 500, 200) is None


def test_every_run_of_a_clock_has_a_mapping_of_its_own() -> None:
    clocks = StationClocks()
    ping(clocks.mapping(1), 0, lambda host_us: int(host_us) + 1_000, lambda: 100)
    ping(clocks.mapping(2), 0, lambda host_us: int(host_us) + 9_000, lambda: 100)
    first, second = clocks.known(1), clocks.known(2)
    assert first is not None
    assert second is not None
    assert (first.host_us(1_000)[0], second.host_us(9_000)[0]) == (0, 0)
    assert clocks.known(3) is None
