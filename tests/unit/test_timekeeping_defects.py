"""Faults of the system we replace: each test fails on its behaviour."""

from deepracer_desk.domain.ids import RacerId, RunId
from deepracer_desk.domain.leaderboard import RankedLap, summarise
from deepracer_desk.domain.race_commands import refusal
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.race_log import (
    CrossingRejected,
    Ended,
    LapDropped,
    ManualLap,
    Paused,
    Reopened,
    Resumed,
    Submitted,
)
from deepracer_desk.domain.races import RunState
from tests.helpers.logs import START, LogBuilder, S


def test_pausing_after_the_time_is_up_gives_no_extra_laps() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=20 * S))
    log.cross(0)
    log.cross(15)
    log.add(21, Paused())
    log.add(30, Resumed())
    assert log.run.state_at(31 * S) is RunState.TIME_UP
    log.cross(35)
    log.cross(45)
    log.cross(55)
    assert len(log.run.driven) == 2


def test_ending_and_going_on_after_the_time_is_up_gives_no_extra_laps() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=20 * S))
    log.cross(0)
    log.add(21, Ended())
    log.add(25, Reopened())
    log.add(26, Resumed())
    log.cross(30)
    log.cross(40)
    assert len(log.run.driven) == 1
    assert not log.run.resumable
    assert refusal(log.run, Reopened(), 41 * S)


def test_a_pause_between_two_crossings_is_not_part_of_the_lap() -> None:
    log = LogBuilder()
    log.cross(0)
    log.add(3, Paused())
    log.add(63, Resumed())
    log.cross(69)
    assert log.times() == [9]


def test_the_part_before_the_pause_counts_when_a_crossing_resumes() -> None:
    log = LogBuilder()
    log.cross(0)
    log.add(3, Paused())
    log.cross(63)
    log.cross(69)
    assert log.times() == [9]


def test_a_strip_lap_after_a_manual_one_is_measured_from_the_manual_one() -> None:
    log = LogBuilder()
    log.cross(0)
    log.add(9, ManualLap())
    log.cross(18.5)
    assert log.times() == [9, 9.5]


def test_a_lap_after_a_false_finish_is_measured_from_the_true_start() -> None:
    log = LogBuilder()
    log.cross(0)
    false = log.cross(5)
    log.add(6, CrossingRejected(ref=false))
    log.cross(9)
    assert log.times() == [9]


def test_a_second_trigger_is_no_record_lap() -> None:
    log = LogBuilder()
    log.cross(0)
    log.cross(9)
    log.cross(11.1)
    log.cross(18)
    assert log.times() == [9, 9]


def test_a_run_of_invalid_laps_only_can_be_summed_up() -> None:
    laps = [
        RankedLap(run_id=RunId("a"), position=i, time_us=9 * S, valid=False, driven_at=START)
        for i in range(3)
    ]
    summary = summarise(RacerId("r"), laps, window=3)
    assert (summary.runs, summary.valid_laps, summary.mean_us) == (1, 0, None)


def test_pausing_and_going_on_loses_no_fraction_of_a_tick() -> None:
    log = LogBuilder(RaceFormat(paused_laps_count=True))
    log.cross(0)
    for i in range(100):
        log.add(1 + i / 100, Paused())
        log.add(1 + i / 100 + 0.003, Resumed())
    log.cross(10)
    assert log.times() == [9.7]


def test_a_run_cannot_be_submitted_twice() -> None:
    log = LogBuilder()
    log.cross(0)
    log.cross(9)
    log.add(10, Ended())
    assert not refusal(log.run, Submitted(), 10 * S)
    log.add(10, Submitted())
    assert refusal(log.run, Submitted(), 10 * S)


def test_all_laps_of_a_run_can_be_deleted() -> None:
    log = LogBuilder()
    log.cross(0)
    log.cross(9)
    log.cross(18)
    for lap in log.run.driven:
        log.add(19, LapDropped(ref=lap.ref))
    assert log.run.driven == ()
    assert log.run.best is None


def test_the_state_of_a_run_needs_no_window_that_is_open() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=20 * S, grace_us=5 * S))
    log.cross(0)
    assert log.run.state_at(60 * S) is RunState.REVIEW
