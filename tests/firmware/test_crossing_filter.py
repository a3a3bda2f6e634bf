"""One pass is one crossing, whatever the strips do."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timing_firmware.car_pass import Edge, edges_of_pass
from timing_firmware.crossing_filter import (
    Alarm,
    Closed,
    CrossingFilter,
    FilterSettings,
    Finding,
    Opened,
    Suppressed,
)

SECOND = 1_000_000


def run(edges: Iterable[Edge], *, until_us: int, line: CrossingFilter | None = None) -> list[Finding]:
    """Feed edges at their times, with a look at the timers every 20 ms as the service does."""
    line = line or CrossingFilter(2)
    found: list[Finding] = []
    now_us = 0
    for edge in sorted(edges, key=lambda edge: edge.time_us):
        while now_us + 20_000 < edge.time_us:
            now_us += 20_000
            found += line.advance(now_us)
        found += line.edge(edge.sensor, edge.level, edge.time_us)
    while now_us < until_us:
        now_us += 20_000
        found += line.advance(now_us)
    return found


def of(kind: type[Finding], found: list[Finding]) -> list[Finding]:
    return [each for each in found if isinstance(each, kind)]


@pytest.mark.parametrize("speed", [0.3, 0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("sensors", [(0,), (1,), (0, 1)])
@pytest.mark.parametrize("chatter", [0, 50])
def test_a_pass_at_any_speed_over_any_strips_is_one_crossing_at_its_first_edge(
    speed: float, sensors: tuple[int, ...], chatter: int
) -> None:
    edges = edges_of_pass(SECOND, speed_mps=speed, sensors=sensors, chatter=chatter)
    found = run(edges, until_us=8 * SECOND)
    assert of(Opened, found) == [Opened(SECOND, sensors[0])]
    assert len(of(Closed, found)) == 1
    assert of(Alarm, found) == []


@settings(max_examples=150, deadline=None)
@given(
    gaps=st.lists(st.integers(10_000, 1_500_000), max_size=3),
    dwell=st.integers(200, 80_000),
    chatter=st.integers(0, 50),
    strips=st.lists(st.sampled_from([0, 1]), min_size=4, max_size=4),
)
def test_one_to_four_pulses_inside_the_lockout_are_one_crossing_and_no_edge_is_lost(
    gaps: list[int], dwell: int, chatter: int, strips: list[int]
) -> None:
    edges: list[Edge] = []
    at_us = SECOND
    for place in range(len(gaps) + 1):
        step = max(1, dwell // (2 * chatter + 2))
        for bounce in range(chatter + 1):
            edges.append(Edge(at_us + 2 * bounce * step, strips[place], 1))
            edges.append(Edge(at_us + (2 * bounce + 1) * step, strips[place], 0))
        if place < len(gaps):
            at_us += dwell + gaps[place]
        if at_us - SECOND + dwell > 1_900_000:
            break
    line = CrossingFilter(2, FilterSettings(noise_eps=1000))
    found = run(edges, until_us=8 * SECOND, line=line)
    assert of(Opened, found) == [Opened(SECOND, strips[0])]
    told = sum(each.edges for each in found if isinstance(each, Closed | Suppressed))
    assert told == len(edges)


def test_laps_are_differences_of_first_edges() -> None:
    starts = [SECOND, 9_654_321, 18_000_007]
    found = run([edge for at in starts for edge in edges_of_pass(at, sensors=(0, 1))], until_us=30 * SECOND)
    assert [each.time_us for each in of(Opened, found) if isinstance(each, Opened)] == starts


def test_a_pass_tells_its_axles_and_the_gap_that_gives_its_speed() -> None:
    found = run(edges_of_pass(SECOND, speed_mps=2.0, sensors=(0, 1), chatter=3), until_us=3 * SECOND)
    (closed,) = of(Closed, found)
    assert isinstance(closed, Closed)
    assert (closed.mask, closed.pulses, closed.axles) == (3, 4, 2)
    assert 0.165 / (closed.gap_us / 1e6) == pytest.approx(2.0, rel=0.01)
    assert not closed.slow
    missed = run(edges_of_pass(SECOND, missed_axle=True), until_us=3 * SECOND)
    (alone,) = of(Closed, missed)
    assert isinstance(alone, Closed)
    assert (alone.axles, alone.gap_us) == (1, 0)


def test_edges_in_the_lockout_are_reported_with_their_time() -> None:
    edges = edges_of_pass(SECOND) + edges_of_pass(SECOND + 800_000, sensors=(1,), missed_axle=True)
    (late,) = of(Suppressed, run(edges, until_us=8 * SECOND))
    assert isinstance(late, Suppressed)
    assert (late.time_us, late.sensor, late.edges) == (SECOND + 800_000, 1, 2)


def test_a_car_that_stops_on_the_strip_makes_one_slow_crossing_and_its_release_makes_none() -> None:
    bounces = [Edge(3_400_000 + at * 200, 0, at % 2) for at in range(21)]
    found = run([Edge(SECOND, 0, 1), *bounces], until_us=9 * SECOND)
    assert len(of(Opened, found)) == 1
    (closed,) = of(Closed, found)
    assert isinstance(closed, Closed)
    assert closed.slow


def test_short_glitches_are_ignored_when_wanted_and_presses_keep_their_first_edge() -> None:
    line = CrossingFilter(1, FilterSettings(glitch_us=500))
    glitches = [Edge(SECOND + at * 1000 + half * 100, 0, 1 - half) for at in range(20) for half in (0, 1)]
    found = run(
        [*glitches, Edge(3 * SECOND, 0, 1), Edge(3 * SECOND + 6_000, 0, 0)], until_us=6 * SECOND, line=line
    )
    assert of(Opened, found) == [Opened(3 * SECOND, 0)]


def test_a_stuck_strip_is_named_within_four_seconds_and_the_other_one_goes_on() -> None:
    line = CrossingFilter(2)
    found = run([Edge(SECOND, 0, 1)], until_us=5 * SECOND, line=line)
    (alarm,) = of(Alarm, found)
    assert isinstance(alarm, Alarm)
    assert (alarm.code, alarm.sensor) == ("stuck", 0)
    assert alarm.time_us - SECOND <= 4 * SECOND
    assert line.alarms == (("stuck", 0),)
    found = []
    for edge in edges_of_pass(6 * SECOND, sensors=(1,)):
        found += line.edge(edge.sensor, edge.level, edge.time_us)
    assert of(Opened, found) == [Opened(6 * SECOND, 1)]
    line.edge(0, 0, 9 * SECOND)
    assert [each.code for each in line.advance(10 * SECOND) if isinstance(each, Alarm)] == ["stuck_end"]
    assert line.alarms == ()


def test_noise_is_named_within_four_seconds_and_the_other_strip_goes_on() -> None:
    noise = [Edge(SECOND + at * 500, 0, 1 - at % 2) for at in range(2 * 9_000)]
    passes = edges_of_pass(7 * SECOND, sensors=(1,))
    line = CrossingFilter(2)
    found = run([*noise, *passes], until_us=14 * SECOND, line=line)
    alarms = [each for each in found if isinstance(each, Alarm)]
    assert [(alarm.code, alarm.sensor) for alarm in alarms] == [("noise", 0), ("noise_end", 0)]
    assert alarms[0].time_us - SECOND <= 4 * SECOND
    assert Opened(7 * SECOND, 1) in found
    assert len(of(Opened, found)) == 2  # the first noisy edge cannot be told from a car


def test_a_strip_that_sees_no_pass_that_the_other_one_sees_is_named() -> None:
    edges = [edge for lap in range(1, 12) for edge in edges_of_pass(lap * 5 * SECOND, sensors=(0,))]
    line = CrossingFilter(2)
    assert of(Alarm, run(edges, until_us=60 * SECOND, line=line)) == [Alarm(50 * SECOND, 1, "silent", 10)]
    back = run(edges_of_pass(70 * SECOND, sensors=(0, 1)), until_us=75 * SECOND, line=line)
    assert [each.code for each in back if isinstance(each, Alarm)] == ["silent_end"]


def test_a_strip_that_is_pressed_at_the_start_makes_no_crossing() -> None:
    line = CrossingFilter(2)
    line.begin(0, 1, 0)
    bounces = [Edge(SECOND + at * 200, 0, at % 2) for at in range(11)]
    assert of(Opened, run(bounces, until_us=5 * SECOND, line=line)) == []
    later = run(edges_of_pass(6 * SECOND), until_us=8 * SECOND, line=line)
    assert of(Opened, later) == [Opened(6 * SECOND, 0)]


def test_the_result_does_not_depend_on_how_often_the_timers_are_looked_at() -> None:
    chance = random.Random(5)
    edges = [
        edge
        for lap in range(20)
        for edge in edges_of_pass(
            lap * 3 * SECOND + chance.randrange(500_000), speed_mps=chance.uniform(0.4, 4), chatter=lap
        )
    ]
    often = run(edges, until_us=70 * SECOND)
    seldom, line = [], CrossingFilter(2)
    for edge in edges:
        seldom += line.edge(edge.sensor, edge.level, edge.time_us)
    seldom += line.advance(70 * SECOND)
    assert [each for each in seldom if not isinstance(each, Alarm)] == [
        each for each in often if not isinstance(each, Alarm)
    ]


def test_a_setting_out_of_range_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="lockout_us is 5; it must be 200000 to 15000000"):
        FilterSettings().changed({"lockout_us": 5})
    with pytest.raises(ValueError, match="no setting 'lockout'"):
        FilterSettings().changed({"lockout": 2_000_000})


def test_an_axle_that_is_told_late_belongs_to_its_own_moment_not_to_the_present() -> None:
    line = CrossingFilter(1)
    found = line.edge(0, 1, SECOND) + line.edge(0, 0, SECOND + 10_000)
    found += line.advance(10 * SECOND)  # the program slept
    found += line.edge(0, 1, SECOND + 66_000) + line.edge(0, 0, SECOND + 76_000)
    found += line.advance(20 * SECOND)
    assert [item.time_us for item in of(Opened, found)] == [SECOND]
    assert [item.time_us for item in of(Suppressed, found)] == [SECOND + 66_000]
    found = line.edge(0, 1, 21 * SECOND)
    assert [item.time_us for item in of(Opened, found)] == [21 * SECOND]
