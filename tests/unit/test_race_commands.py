"""Every refusal is a sentence, and nothing that is possible is refused."""

import pytest

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.race_commands import refusal
from deepracer_desk.domain.race_formats import RaceFormat, StartRule
from deepracer_desk.domain.race_log import (
    Action,
    Armed,
    CarChanged,
    ClockStarted,
    Configured,
    Crossing,
    CrossingAccepted,
    CrossingInserted,
    CrossingRejected,
    DidNotFinish,
    Disarmed,
    Discarded,
    Ended,
    LapDropped,
    LapJudged,
    LapMoved,
    LapResetsSet,
    LapRetimed,
    ManualLap,
    Paused,
    ProxySet,
    Redone,
    Reopened,
    ResetCounted,
    Restored,
    Resumed,
    Submitted,
    Undone,
)
from deepracer_desk.domain.races import fold
from tests.helpers.logs import LogBuilder, S, a_setup


def configured() -> LogBuilder:
    return LogBuilder(armed_s=None)


def armed() -> LogBuilder:
    return LogBuilder()


def running() -> LogBuilder:
    log = LogBuilder()
    log.cross(1)
    log.cross(10)
    return log


def paused() -> LogBuilder:
    log = running()
    log.add(11, Paused())
    return log


def given_up() -> LogBuilder:
    log = running()
    log.add(11, DidNotFinish())
    return log


def ended() -> LogBuilder:
    log = running()
    log.add(11, Ended())
    return log


def submitted() -> LogBuilder:
    log = ended()
    log.add(12, Submitted())
    return log


def in_bin() -> LogBuilder:
    log = ended()
    log.add(12, Discarded())
    return log


REF = 4  # the crossing that ended lap 1 of `running`
SETUP = Configured(setup=a_setup())


@pytest.mark.parametrize(
    ("log", "action"),
    [
        (configured, Armed()),
        (configured, SETUP),
        (armed, Disarmed()),
        (armed, ClockStarted()),
        (armed, ManualLap()),
        (armed, Ended()),
        (armed, CarChanged(car_name="c")),
        (running, ManualLap()),
        (running, ResetCounted()),
        (running, Paused()),
        (running, DidNotFinish()),
        (running, Ended()),
        (running, Discarded()),
        (running, CrossingRejected(ref=REF)),
        (running, CrossingAccepted(ref=REF)),
        (running, LapDropped(ref=REF)),
        (running, LapJudged(ref=REF, valid=False)),
        (running, LapRetimed(ref=REF, time_us=S)),
        (running, LapResetsSet(ref=REF, resets=1)),
        (running, LapMoved(ref=REF, racer_id=RacerId("x"), racer_name="X")),
        (running, CrossingInserted(at_us=5 * S)),
        (running, ProxySet(by_proxy=True)),
        (running, Undone(target=2)),
        (paused, Resumed()),
        (paused, ManualLap()),
        (paused, DidNotFinish()),
        (paused, Ended()),
        (ended, Reopened()),
        (ended, Submitted()),
        (submitted, Discarded()),
        (submitted, LapJudged(ref=REF, valid=False)),
        (submitted, Crossing(station_id="aa", epoch=1, n=9, clock=1, station_us=1)),
        (in_bin, Restored()),
    ],
)
def test_what_makes_sense_is_possible(log, action: Action) -> None:
    assert refusal(log().run, action, 20 * S) == ""


@pytest.mark.parametrize(
    ("log", "action", "words"),
    [
        (armed, Armed(), "cannot be armed again"),
        (armed, SETUP, "armed"),
        (configured, Disarmed(), "not armed"),
        (configured, ClockStarted(), "Arm the run first"),
        (configured, ManualLap(), "No run is going on"),
        (configured, Ended(), "has not started"),
        (armed, ResetCounted(), "No lap"),
        (armed, Paused(), "not running"),
        (armed, DidNotFinish(), "No lap"),
        (armed, Reopened(), "in review"),
        (armed, CrossingInserted(at_us=5 * S), "before the start"),
        (running, Resumed(), "not paused"),
        (running, Submitted(), "End the run"),
        (running, CrossingInserted(at_us=0), "before the start"),
        (running, CrossingInserted(at_us=90 * S), "after the end"),
        (running, CrossingRejected(ref=99), "not in this run"),
        (running, LapDropped(ref=99), "not in this run"),
        (running, LapRetimed(ref=REF, time_us=0), "less than an hour"),
        (running, LapRetimed(ref=REF, time_us=3600 * S), "less than an hour"),
        (running, LapMoved(ref=REF, racer_id=RacerId("r"), racer_name="R"), "belongs to this racer"),
        (running, Redone(target=2), "nothing to redo"),
        (given_up, ResetCounted(), "No lap"),
        (given_up, DidNotFinish(), "No lap"),
        (ended, CrossingInserted(at_us=15 * S), "after the end"),
        (submitted, Submitted(), "End the run"),
        (submitted, Restored(), "not in the bin"),
        (in_bin, Discarded(), "in the bin already"),
        (in_bin, CarChanged(car_name="c"), "in the bin"),
    ],
)
def test_what_does_not_make_sense_is_refused_with_a_sentence(log, action: Action, words: str) -> None:
    said = refusal(log().run, action, 20 * S)
    assert words in said
    assert said.endswith(".")


def test_an_empty_run_wants_to_be_settled_first() -> None:
    assert "Settle the run" in refusal(fold([]), Armed(), 0)
    assert "nothing to undo" in refusal(fold([]), Undone(target=1), 0)


@pytest.mark.parametrize(
    ("setup", "words"),
    [
        (a_setup(racer_id=None), "racer"),
        (a_setup(track_id=""), "track"),
        (a_setup(RaceFormat(time_limit_us=None)), "format"),
    ],
)
def test_a_run_that_is_not_complete_says_what_is_missing(setup, words: str) -> None:
    log = LogBuilder(armed_s=None)
    log.add(1, Configured(setup=setup))
    assert words in refusal(log.run, Armed(), 2 * S)


def test_a_count_in_is_started_once_and_a_press_before_it_is_no_lap() -> None:
    log = LogBuilder(RaceFormat(start=StartRule.COUNT_IN))
    assert "Start the clock" in refusal(log.run, ManualLap(), S)
    log.add(1, ClockStarted())
    assert "count-in" in refusal(log.run, ClockStarted(), 2 * S)


def test_a_run_without_a_lap_is_discarded_not_submitted() -> None:
    log = LogBuilder()
    log.cross(1)
    log.add(2, Ended())
    assert "Discard" in refusal(log.run, Submitted(), 3 * S)


def test_a_held_passage_is_accepted_before_it_is_corrected() -> None:
    log = LogBuilder()
    log.cross(1)
    held = log.cross(2)
    assert "Accept it first" in refusal(log.run, LapJudged(ref=held, valid=True), 3 * S)


def test_the_crossing_that_started_the_run_can_be_rejected() -> None:
    log = LogBuilder()
    start = log.cross(1)
    assert refusal(log.run, CrossingRejected(ref=start), 2 * S) == ""
    assert "not in this run" in refusal(log.run, CrossingRejected(ref=start + 1), 2 * S)


def test_two_presses_close_together_are_one() -> None:
    log = LogBuilder()
    log.add(1, ManualLap())
    assert "counted already" in refusal(log.run, ManualLap(), round(1.2 * S))
    assert refusal(log.run, ManualLap(), round(1.4 * S)) == ""


def test_the_last_lap_cannot_be_driven_twice() -> None:
    log = LogBuilder(RaceFormat(time_limit_us=5 * S))
    log.cross(1)
    log.cross(10)
    assert "last lap is in" in refusal(log.run, Reopened(), 11 * S)
