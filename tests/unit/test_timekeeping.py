"""The time-keeping service: stored first, told afterwards, and nothing doubled."""

from dataclasses import replace

import pytest

from deepracer_desk.domain.errors import RefusedError, StorageError
from deepracer_desk.domain.ids import RacerId, TrackId
from deepracer_desk.domain.laps import LapOutcome
from deepracer_desk.domain.race_log import (
    Armed,
    ClockChanged,
    CrossingAccepted,
    Discarded,
    Ended,
    LapJudged,
    ManualLap,
    Paused,
    ResetCounted,
    Restored,
    Resumed,
    Submitted,
    Undone,
)
from deepracer_desk.domain.races import RunState
from deepracer_desk.services.changes import Change, ChangeBus, ProblemChanged, RunChanged, StandingsChanged
from deepracer_desk.services.recovery import Recovery, RecoveryChoice
from deepracer_desk.services.timekeeping import Timekeeping
from tests.helpers.logs import S, a_setup
from tests.helpers.memory_log import HandClock, MemoryRunLog, a_crossing

TRACK = TrackId("t")


class Desk:
    """Time-keeping over a log in memory, restartable."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = MemoryRunLog()
        self.changes: list[Change] = []
        self.start()

    def start(self) -> None:
        bus = ChangeBus()
        bus.subscribe(self.changes.append)
        self.keeping = Timekeeping(self.store, self.clock, bus)

    def armed(self) -> "Desk":
        self.keeping.prepare(a_setup())
        self.keeping.act(TRACK, Armed())
        return self

    def cross(self, n: int, at_s: float) -> None:
        self.clock.us = max(self.clock.us, round(at_s * S))
        self.keeping.take([a_crossing(n, at_s)], TRACK)

    def submitted(self) -> "Desk":
        self.armed()
        self.cross(1, 5)
        self.cross(2, 14)
        self.clock.go(1)
        self.keeping.act(TRACK, Ended())
        self.keeping.act(TRACK, Submitted())
        return self

    @property
    def run(self):
        run = self.keeping.run(TRACK)
        assert run is not None
        return run

    @property
    def times(self) -> list[float]:
        return [lap.time_us / S for lap in self.run.driven]

    @property
    def state(self) -> RunState:
        return self.run.state_at(self.clock.now_us())


def test_a_crossing_becomes_a_lap_that_is_told_with_the_run() -> None:
    desk = Desk().armed()
    desk.cross(1, 5)
    desk.cross(2, 14)
    change = desk.changes[-1]
    assert isinstance(change, RunChanged)
    assert [lap.time_us for lap in change.new_laps] == [9 * S]


def test_nothing_is_told_and_nothing_changes_when_the_disk_refuses() -> None:
    desk = Desk().armed()
    desk.cross(1, 5)
    told = len(desk.changes)
    desk.store.broken = True
    with pytest.raises(StorageError):
        desk.cross(2, 14)
    with pytest.raises(StorageError):
        desk.keeping.act(TRACK, Paused())
    assert desk.times == []
    assert desk.state is RunState.RUNNING
    problems = [change for change in desk.changes[told:] if isinstance(change, ProblemChanged)]
    assert [problem.text for problem in problems] == ["The disk is full."] * 2
    assert len(desk.changes) == told + 2
    desk.store.broken = False
    desk.cross(2, 14)
    assert desk.times == [9]
    assert ProblemChanged(key="database", text="") in desk.changes


def test_every_entry_is_on_disk_when_it_is_told() -> None:
    desk = Desk()
    seen = list[bool]()

    def check(change: Change) -> None:
        if isinstance(change, RunChanged):
            seen.append(change.entries[-1] in desk.store.logs[change.run_id])

    bus = ChangeBus()
    bus.subscribe(check)
    desk.keeping = Timekeeping(desk.store, desk.clock, bus)
    desk.armed()
    desk.cross(1, 5)
    assert len(seen) == 3
    assert all(seen)


def test_a_crossing_that_is_sent_again_counts_once() -> None:
    desk = Desk().armed()
    desk.cross(1, 5)
    desk.cross(2, 14)
    assert desk.keeping.take([a_crossing(1, 5), a_crossing(2, 14)], TRACK) == ()
    assert desk.times == [9]


def test_crossings_before_arming_are_kept_but_belong_to_no_run() -> None:
    desk = Desk()
    desk.clock.us = 10 * S
    desk.armed()
    desk.keeping.take([a_crossing(1, 5)], TRACK)
    assert len(desk.store.events) == 1
    assert desk.state is RunState.ARMED


def test_a_station_without_a_track_is_stored_all_the_same() -> None:
    desk = Desk().armed()
    desk.keeping.take([a_crossing(1, 5)], None)
    assert len(desk.store.events) == 1
    assert desk.state is RunState.ARMED


def test_a_crossing_from_behind_a_broken_cable_reaches_the_run_it_was_driven_in() -> None:
    desk = Desk().submitted()
    desk.keeping.prepare(a_setup(racer_id=RacerId("next")))
    desk.clock.go(1)
    desk.keeping.act(TRACK, Armed())
    old = next(iter(desk.store.logs))
    desk.keeping.take([a_crossing(3, 10)], TRACK)
    assert desk.run.laps == ()
    late = desk.keeping.preview(old, LapJudged(ref=desk.store.logs[old][3].seq, valid=True))
    assert [lap.outcome for lap in late.held] == [LapOutcome.LATE]


def test_it_reaches_it_also_after_a_restart_of_the_desk() -> None:
    desk = Desk().submitted()
    old = desk.keeping.run_id(TRACK)
    assert old is not None
    desk.keeping.prepare(a_setup())
    desk.start()
    desk.keeping.load_open()
    desk.keeping.take([a_crossing(3, 10)], TRACK)
    assert len(desk.store.logs[old]) == 7


def test_an_accepted_late_crossing_counts_and_the_standings_are_told() -> None:
    desk = Desk().submitted()
    desk.keeping.take([a_crossing(3, 9.5)], TRACK)
    run_id = desk.keeping.run_id(TRACK)
    assert run_id is not None
    desk.keeping.correct(run_id, CrossingAccepted(ref=desk.run.held[0].ref), reason="cable was out")
    assert desk.times == [4.5, 4.5]
    assert isinstance(desk.changes[-1], StandingsChanged)


def test_a_correction_after_submission_wants_a_reason() -> None:
    desk = Desk().submitted()
    run_id = desk.keeping.run_id(TRACK)
    assert run_id is not None
    action = LapJudged(ref=desk.run.driven[0].ref, valid=False)
    with pytest.raises(RefusedError, match="Say why"):
        desk.keeping.correct(run_id, action)
    with pytest.raises(RefusedError, match="submitted"):
        desk.keeping.act(TRACK, action)
    desk.keeping.correct(run_id, action, reason="cut the corner")
    assert desk.run.driven[0].reason == "cut the corner"


def test_undo_and_redo_go_on_after_a_restart() -> None:
    desk = Desk().armed()
    desk.cross(1, 5)
    desk.keeping.act(TRACK, ResetCounted())
    desk.keeping.act(TRACK, Paused())
    desk.start()
    desk.keeping.load_open()
    desk.keeping.undo(TRACK)
    assert desk.state is RunState.RUNNING
    assert desk.run.resets == 1
    desk.start()
    desk.keeping.load_open()
    desk.keeping.redo(TRACK)
    assert desk.state is RunState.PAUSED


def test_undo_of_nothing_is_refused() -> None:
    desk = Desk()
    desk.keeping.prepare(a_setup())
    with pytest.raises(RefusedError, match="nothing to undo"):
        desk.keeping.undo(TRACK)
    with pytest.raises(RefusedError, match="nothing to redo"):
        desk.keeping.redo(TRACK)
    with pytest.raises(RefusedError, match="no run"):
        desk.keeping.undo(TrackId("elsewhere"))


def test_a_track_takes_one_run_at_a_time() -> None:
    desk = Desk().armed()
    with pytest.raises(RefusedError, match="armed"):
        desk.keeping.prepare(a_setup())


def test_an_old_run_is_not_opened_while_another_is() -> None:
    desk = Desk().submitted()
    old = desk.keeping.run_id(TRACK)
    assert old is not None
    desk.keeping.prepare(a_setup())
    with pytest.raises(RefusedError, match="Another run is open"):
        desk.keeping.undo_in(old)
    desk.keeping.act(TRACK, Discarded())
    desk.keeping.undo_in(old)
    assert desk.keeping.run_id(TRACK) == old
    assert desk.state is RunState.REVIEW


def test_a_run_comes_back_from_the_bin() -> None:
    desk = Desk().armed()
    desk.cross(1, 5)
    desk.keeping.act(TRACK, Ended())
    desk.keeping.act(TRACK, Discarded())
    run_id = desk.keeping.run_id(TRACK)
    assert run_id is not None
    desk.keeping.correct(run_id, Restored(), reason="was right after all")
    assert desk.state is RunState.REVIEW


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Paused(), "not running"),
        (Resumed(), "not paused"),
        (ResetCounted(), "No lap"),
        (Submitted(), "End the run"),
        (Restored(), "not in the bin"),
        (LapJudged(ref=99, valid=True), "not in this run"),
    ],
)
def test_what_is_not_possible_is_refused_with_a_sentence(action: object, words: str) -> None:
    desk = Desk().armed()
    before = len(next(iter(desk.store.logs.values())))
    with pytest.raises(RefusedError, match=words):
        desk.keeping.act(TRACK, action)  # type: ignore[arg-type]
    assert len(next(iter(desk.store.logs.values()))) == before


def test_two_presses_of_the_lap_key_within_the_guard_are_one() -> None:
    desk = Desk().armed()
    desk.clock.go(1)
    desk.keeping.act(TRACK, ManualLap())
    desk.clock.go(0.1)
    with pytest.raises(RefusedError, match="counted already"):
        desk.keeping.act(TRACK, ManualLap())


def test_a_key_counts_from_when_it_was_pressed() -> None:
    desk = Desk().armed()
    desk.clock.us = 5 * S
    desk.keeping.act(TRACK, ManualLap(), at_us=3 * S)
    assert desk.run.started_us == 3 * S


def test_the_computer_s_restart_is_noted_in_open_runs() -> None:
    desk = Desk().armed()
    desk.start()
    desk.keeping.load_open(clock_restarted=True)
    assert isinstance(next(iter(desk.store.logs.values()))[-1].action, ClockChanged)


def test_preview_changes_nothing() -> None:
    desk = Desk().armed()
    desk.cross(1, 5)
    run_id = desk.keeping.run_id(TRACK)
    assert run_id is not None
    assert desk.keeping.preview(run_id, Ended()).state_at(desk.clock.us) is RunState.REVIEW
    assert desk.state is RunState.RUNNING


def test_split_and_merge_are_each_other_s_opposite() -> None:
    desk = Desk().armed()
    desk.cross(1, 5)
    desk.cross(2, 23)
    run_id = desk.keeping.run_id(TRACK)
    assert run_id is not None
    desk.keeping.split(run_id, desk.run.driven[0].ref)
    assert desk.times == [9, 9]
    desk.keeping.merge(run_id, desk.run.driven[0].ref)
    assert desk.times == [18]


class Beats:
    def __init__(self, last_us: int | None) -> None:
        self.last_us = last_us

    def beat(self, timeline_us: int) -> None:
        self.last_us = timeline_us

    def last_beat(self) -> int | None:
        return self.last_us


def recovered(choice: RecoveryChoice) -> Desk:
    """A desk that died 8 s into a lap and was started again 60 s later."""
    desk = Desk().armed()
    desk.cross(1, 5)
    desk.clock.us = 73 * S
    desk.start()
    recovery = Recovery(desk.keeping, Beats(13 * S), desk.clock)
    recovery.load()
    pending = recovery.pending()
    assert [item.away_us for item in pending] == [60 * S]
    recovery.settle(pending[0].run_id, choice)
    assert recovery.pending() == ()
    return desk


def test_a_recovered_run_goes_on_with_its_clock_right() -> None:
    desk = recovered(RecoveryChoice.RESUME_CLOCK)
    assert desk.run.at(desk.clock.us).elapsed_us == 68 * S


def test_a_recovered_run_can_go_on_as_if_paused_when_the_desk_died() -> None:
    desk = recovered(RecoveryChoice.RESUME_PAUSED)
    assert desk.state is RunState.PAUSED
    assert desk.run.at(desk.clock.us).elapsed_us == 8 * S


def test_a_recovered_run_can_be_ended_when_the_desk_died() -> None:
    desk = recovered(RecoveryChoice.REVIEW)
    assert desk.state is RunState.REVIEW
    assert desk.run.ended_us == 13 * S
    desk.keeping.undo(TRACK)
    assert desk.state is RunState.RUNNING


def test_a_recovered_run_can_be_thrown_into_the_bin() -> None:
    assert recovered(RecoveryChoice.DISCARD).state is RunState.DISCARDED


def test_a_run_that_nobody_had_started_needs_no_decision() -> None:
    desk = Desk()
    desk.keeping.prepare(a_setup())
    desk.start()
    recovery = Recovery(desk.keeping, Beats(None), desk.clock)
    recovery.load()
    assert recovery.pending() == ()
    assert desk.state is RunState.CONFIGURED


def test_an_undo_that_was_stored_names_its_target() -> None:
    desk = Desk().armed()
    desk.keeping.undo(TRACK)
    last = next(iter(desk.store.logs.values()))[-1]
    assert last.action == Undone(target=2)
    assert replace(last) == last
