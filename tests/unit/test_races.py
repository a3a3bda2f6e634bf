"""What a log folds to."""

import pytest

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.laps import LapFlag, LapOutcome, LapSource
from deepracer_desk.domain.race_formats import ExpiryRule, RaceFormat, RankingMethod, StartRule
from deepracer_desk.domain.race_log import (
    Armed,
    CarChanged,
    ClockStarted,
    Configured,
    CrossingAccepted,
    CrossingInserted,
    CrossingRejected,
    DidNotFinish,
    Discarded,
    Ended,
    LapDropped,
    LapJudged,
    LapMoved,
    LapRetimed,
    ManualLap,
    Paused,
    ProxySet,
    RacerChanged,
    Redone,
    Reopened,
    ResetCounted,
    Restored,
    Resumed,
    Submitted,
    Undone,
)
from deepracer_desk.domain.races import RunState, fold
from tests.helpers.logs import LogBuilder, S, a_setup


def test_the_first_crossing_starts_the_clock_and_records_no_lap() -> None:
    log = LogBuilder()
    log.cross(5)
    assert log.run.state_at(5 * S) is RunState.RUNNING
    assert log.run.laps == ()
    assert log.run.at(7 * S).elapsed_us == 2 * S


def test_each_further_crossing_ends_a_lap_and_starts_the_next_at_the_same_instant() -> None:
    log = LogBuilder()
    for at in (5, 14.001, 22.5, 31):
        log.cross(at)
    assert log.times() == [9.001, 8.499, 8.5]
    assert sum(log.times()) == 26


def test_lap_times_come_from_the_station_clock_when_both_ends_have_its_stamp() -> None:
    log = LogBuilder()
    log.cross(5, station_s=100)
    log.cross(14.02, station_s=109)  # mapping was 20 ms off
    assert log.times() == [9]
    assert log.run.driven[0].bound_us == 0


def test_a_lap_over_a_restart_of_the_station_uses_desk_time_and_says_so() -> None:
    log = LogBuilder()
    log.cross(5, station_s=100, clock=1)
    log.cross(14, station_s=3, clock=2)
    assert log.times() == [9]
    assert LapFlag.MIXED_CLOCKS in log.run.driven[0].flags


@pytest.mark.parametrize("start", [StartRule.OPERATOR, StartRule.COUNT_IN])
def test_with_other_start_rules_a_crossing_before_the_start_does_nothing(start: StartRule) -> None:
    log = LogBuilder(RaceFormat(start=start, count_in_us=3 * S))
    log.cross(1)
    assert log.run.state_at(2 * S) is RunState.ARMED


def test_the_operator_start_runs_the_clock_and_the_first_crossing_starts_lap_one() -> None:
    log = LogBuilder(RaceFormat(start=StartRule.OPERATOR))
    log.add(1, ClockStarted())
    log.cross(4)
    log.cross(13)
    assert log.run.at(13 * S).elapsed_us == 12 * S
    assert log.times() == [9]


def test_the_count_in_delays_the_clock() -> None:
    log = LogBuilder(RaceFormat(start=StartRule.COUNT_IN, count_in_us=3 * S))
    log.add(1, ClockStarted())
    assert log.run.at(2 * S).starts_in_us == 2 * S
    assert log.run.at(2 * S).state is RunState.ARMED
    assert log.run.at(6 * S).elapsed_us == 2 * S


def test_pauses_are_subtracted_to_the_microsecond() -> None:
    log = LogBuilder(RaceFormat(paused_laps_count=True))
    log.cross(5)
    log.add(7.000001, Paused())
    log.add(20.000003, Resumed())
    log.cross(25)
    assert log.times() == [20 - 13.000002]
    assert log.outcomes() == ["valid"]
    assert log.run.at(25 * S).elapsed_us == 6_999_998


def test_a_lap_with_a_pause_inside_does_not_rank_unless_the_format_says_so() -> None:
    log = LogBuilder()
    log.cross(5)
    log.add(7, Paused())
    log.add(10, Resumed())
    log.cross(16)
    assert log.outcomes() == ["paused"]
    assert log.run.best is None


def test_a_crossing_while_paused_resumes_the_clock_and_keeps_what_was_driven() -> None:
    log = LogBuilder(RaceFormat(paused_laps_count=True))
    log.cross(5)
    log.add(8, Paused())
    log.cross(20)
    log.cross(26)
    assert log.times() == [9]


def test_a_crossing_while_paused_can_be_set_to_change_nothing() -> None:
    log = LogBuilder(RaceFormat(crossing_resumes=False))
    log.cross(5)
    log.add(8, Paused())
    log.cross(20)
    assert log.run.state_at(21 * S) is RunState.PAUSED


def test_giving_up_pauses_and_the_next_crossing_starts_a_fresh_lap() -> None:
    log = LogBuilder()
    log.cross(5)
    log.add(8, DidNotFinish())
    assert log.run.state_at(9 * S) is RunState.PAUSED
    log.cross(30)
    log.cross(39)
    assert log.outcomes() == ["did_not_finish", "valid"]
    assert log.times() == [3, 9]


def test_a_crossing_too_soon_is_held_and_the_lap_goes_on() -> None:
    log = LogBuilder()
    log.cross(5)
    log.cross(6)
    log.cross(14)
    assert log.times() == [9]
    assert [lap.outcome for lap in log.run.held] == [LapOutcome.TOO_SHORT]


def test_an_accepted_held_crossing_ends_its_lap_after_all() -> None:
    log = LogBuilder()
    log.cross(5)
    held = log.cross(6)
    log.cross(14)
    log.add(15, CrossingAccepted(ref=held))
    assert log.times() == [1, 8]
    assert log.run.held == ()


def test_a_rejected_crossing_gives_its_time_back_to_the_running_lap() -> None:
    log = LogBuilder()
    log.cross(5)
    false = log.cross(10)
    log.add(11, CrossingRejected(ref=false))
    assert log.run.at(12 * S).lap_us == 7 * S
    log.cross(14)
    assert log.times() == [9]
    assert log.run.lap(false).outcome is LapOutcome.FALSE_TRIGGER  # type: ignore[union-attr]


def test_a_false_first_crossing_is_taken_back_and_the_run_waits_again() -> None:
    log = LogBuilder()
    false = log.cross(2)
    assert log.run.start_ref == false
    log.add(3, CrossingRejected(ref=false))
    assert log.run.state_at(4 * S) is RunState.ARMED
    assert [lap.outcome for lap in log.run.laps] == [LapOutcome.FALSE_TRIGGER]
    log.cross(5)
    log.cross(14)
    assert log.times() == [9]
    assert log.run.start_ref is None


def test_a_rejected_false_finish_gives_the_grace_lap_back() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=20 * S))
    log.cross(0)
    log.cross(10)
    false = log.cross(21)
    assert log.run.state_at(21 * S) is RunState.REVIEW
    log.add(22, CrossingRejected(ref=false))
    assert log.run.state_at(23 * S) is RunState.TIME_UP
    log.cross(24)
    assert log.times() == [10, 14]
    assert log.run.state_at(24 * S) is RunState.REVIEW


def test_a_dropped_lap_leaves_the_boundary_where_it_was() -> None:
    log = LogBuilder()
    for at in (5, 14, 24, 33):
        log.cross(at)
    log.add(34, LapDropped(ref=log.run.driven[1].ref))
    assert log.times() == [9, 9]
    assert [lap.number for lap in log.run.driven] == [1, 2]


def test_a_deleted_lap_breaks_an_average_window() -> None:
    log = LogBuilder(RaceFormat(ranking=RankingMethod.BEST_AVERAGE, average_laps=2))
    for at in (5, 14, 24, 33):
        log.cross(at)
    assert len(log.run.average_windows) == 2
    log.add(34, LapDropped(ref=log.run.driven[1].ref))
    assert log.run.average_windows == ()


def test_resets_over_the_limit_make_a_lap_invalid_and_start_anew_with_each_lap() -> None:
    log = LogBuilder(RaceFormat(reset_limit=1))
    log.cross(5)
    log.add(6, ResetCounted())
    log.add(7, ResetCounted())
    log.cross(14)
    log.add(15, ResetCounted())
    log.add(15.5, ResetCounted(delta=-1))
    log.add(15.6, ResetCounted(delta=-1))
    log.add(16, ResetCounted())
    log.cross(23)
    assert log.outcomes() == ["over_reset_limit", "valid"]
    assert [lap.resets for lap in log.run.driven] == [2, 1]


def test_the_lap_in_progress_at_the_buzzer_may_be_finished_and_ends_the_run() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=20 * S))
    log.cross(0)
    log.cross(12)
    assert log.run.state_at(21 * S) is RunState.TIME_UP
    log.cross(25)
    log.cross(34)
    assert log.times() == [12, 13]
    assert log.run.state_at(34 * S) is RunState.REVIEW
    assert log.run.laps[-1].outcome is LapOutcome.AFTER_END


def test_the_grace_period_ends_by_itself() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=20 * S, grace_us=10 * S))
    log.cross(0)
    assert log.run.state_at(29 * S) is RunState.TIME_UP
    assert log.run.state_at(30 * S) is RunState.REVIEW
    log.cross(31)
    assert log.times() == []


def test_a_run_that_stops_at_zero_loses_the_lap_in_progress() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=20 * S, expiry=ExpiryRule.STOP))
    log.cross(0)
    log.cross(15)
    log.cross(25)
    assert log.times() == [15]
    assert log.run.ended_us == 20 * S


def test_a_run_over_laps_ends_with_the_last_of_them() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=None, lap_limit=2))
    for at in (5, 14, 23, 40):
        log.cross(at)
    assert log.times() == [9, 9]
    assert log.run.state_at(40 * S) is RunState.REVIEW


def test_rejecting_a_crossing_of_a_finished_lap_race_counts_the_next_one_in() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=None, lap_limit=2))
    log.cross(5)
    false = log.cross(10)
    log.cross(14)
    log.cross(23)
    log.add(24, CrossingRejected(ref=false))
    assert log.times() == [9, 9]


def test_an_ended_run_can_go_on_and_finish_its_open_lap() -> None:
    log = LogBuilder(RaceFormat(paused_laps_count=True))
    log.cross(5)
    log.add(8, Ended())
    assert log.run.resumable
    log.add(20, Reopened())
    log.add(21, Resumed())
    log.cross(27)
    assert log.times() == [9]


def test_a_manual_press_near_a_strip_crossing_is_the_same_passage() -> None:
    log = LogBuilder()
    log.cross(5)
    log.add(14.4, ManualLap())
    assert log.run.driven[0].source is LapSource.MANUAL
    log.cross(14)
    assert log.times() == [9]
    assert log.run.driven[0].source is LapSource.STRIP


def test_manual_laps_alone_work_like_crossings() -> None:
    log = LogBuilder()
    for at in (5, 14, 23):
        log.add(at, ManualLap())
    assert log.times() == [9, 9]


def test_crossings_that_arrive_late_land_where_they_belong() -> None:
    log = LogBuilder()
    log.cross(5)
    log.add(40, Ended())
    log.cross(14)
    log.cross(23)
    assert log.times() == [9, 9]


def test_a_crossing_that_arrives_after_submission_waits_for_a_decision() -> None:
    log = LogBuilder()
    for at in (5, 14):
        log.cross(at)
    log.add(30, Ended())
    log.add(31, Submitted())
    late = log.cross(23)
    assert log.times() == [9]
    assert [lap.outcome for lap in log.run.held] == [LapOutcome.LATE]
    log.add(32, CrossingAccepted(ref=late))
    assert log.times() == [9, 9]


def test_a_split_lap_is_two_estimated_ones_that_do_not_rank() -> None:
    log = LogBuilder()
    log.cross(5)
    log.cross(23)
    log.add(24, CrossingInserted(at_us=14 * S, estimated=True))
    assert log.times() == [9, 9]
    assert log.outcomes() == ["estimated", "estimated"]


def test_an_inserted_crossing_with_a_known_time_ranks() -> None:
    log = LogBuilder()
    log.cross(5)
    log.cross(23)
    log.add(24, CrossingInserted(at_us=14 * S))
    assert log.outcomes() == ["valid", "valid"]


def test_the_operator_has_the_last_word_on_validity() -> None:
    log = LogBuilder()
    log.cross(5)
    log.cross(14)
    ref = log.run.driven[0].ref
    log.add(15, LapJudged(ref=ref, valid=False, reason="cut the corner"))
    assert log.outcomes() == ["invalidated"]
    log.add(16, LapJudged(ref=ref, valid=True))
    assert log.outcomes() == ["valid"]


def test_a_lap_can_be_given_to_another_racer() -> None:
    log = LogBuilder(RaceFormat(average_laps=2))
    for at in (5, 14, 23):
        log.cross(at)
    log.add(24, LapMoved(ref=log.run.driven[0].ref, racer_id=RacerId("other"), racer_name="Other"))
    assert log.run.driven[0].racer_id == "other"
    assert len(log.run.own_laps) == 1
    assert log.run.average_windows == ()


def test_a_corrected_time_is_marked() -> None:
    log = LogBuilder()
    log.cross(5)
    log.cross(14)
    log.add(15, LapRetimed(ref=log.run.driven[0].ref, time_us=8_250_000))
    assert log.times() == [8.25]
    assert LapFlag.RETIMED in log.run.driven[0].flags


def test_each_lap_keeps_the_car_that_finished_it() -> None:
    log = LogBuilder()
    log.cross(5)
    log.cross(14)
    log.add(15, CarChanged(car_name="car-2"))
    log.cross(23)
    assert [lap.car_name for lap in log.run.driven] == ["car-1", "car-2"]


def test_racer_and_proxy_can_be_changed_afterwards() -> None:
    log = LogBuilder()
    log.add(1, RacerChanged(racer_id=RacerId("x"), racer_name="Xu"))
    log.add(2, ProxySet(by_proxy=True))
    assert (log.run.racer_name, log.run.by_proxy) == ("Xu", True)


def test_the_bin_gives_runs_back() -> None:
    log = LogBuilder()
    log.cross(5)
    log.add(6, Ended())
    log.add(7, Discarded())
    assert log.run.state_at(8 * S) is RunState.DISCARDED
    log.add(9, Restored())
    assert log.run.state_at(9 * S) is RunState.REVIEW


def test_a_run_without_a_racer_cannot_be_armed() -> None:
    log = LogBuilder(armed_s=None)
    log.add(1, Configured(setup=a_setup(racer_id=None)))
    log.add(2, Armed())
    assert log.run.state_at(3 * S) is RunState.IDLE


def test_the_setup_of_an_armed_run_is_fixed() -> None:
    log = LogBuilder()
    log.add(1, Configured(setup=a_setup(RaceFormat(time_limit_us=5 * S))))
    assert log.run.rules.time_limit_us == 120 * S


def test_undo_walks_back_over_what_the_operator_did_and_leaves_crossings_alone() -> None:
    log = LogBuilder()
    log.cross(5)
    log.add(8, Paused())
    log.cross(14)  # would have been a lap; the pause was a slip
    log.undo(15)
    assert log.times() == [9]
    assert log.outcomes() == ["valid"]


def test_redo_is_there_until_the_operator_does_something_else() -> None:
    log = LogBuilder()
    log.cross(5)
    log.add(8, Paused())
    paused = log.entries[-1].seq
    log.undo(9)
    assert log.run.redo_target == paused
    log.cross(14)
    assert log.run.redo_target == paused
    log.add(15, Redone(target=paused))
    assert log.run.redo_target is None
    log.undo(16)
    log.add(17, ResetCounted())
    assert log.run.redo_target is None


def test_undoing_a_submission_opens_the_review_again() -> None:
    log = LogBuilder()
    log.cross(5)
    log.cross(14)
    log.add(15, Ended())
    log.add(16, Submitted())
    assert log.run.state_at(17 * S) is RunState.SUBMITTED
    log.undo(17)
    assert log.run.state_at(17 * S) is RunState.REVIEW


def test_an_undo_that_names_nothing_has_no_effect() -> None:
    log = LogBuilder()
    log.cross(5)
    before = log.run.state_at(6 * S)
    log.add(6, Undone(target=999))
    log.add(6, Redone(target=2))
    assert log.run.state_at(6 * S) is before


def test_an_empty_log_is_an_idle_run() -> None:
    assert fold([]).state_at(0) is RunState.IDLE
