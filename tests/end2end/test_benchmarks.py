"""The frame around the figures, and the audit that must notice what a campaign is there to find."""

import json
import multiprocessing
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from deepracer_desk import benchmarks
from deepracer_desk.benchmarks import areas, audit
from deepracer_desk.benchmarks.audit import Records, compare_crossings, compare_laps
from deepracer_desk.benchmarks.chance import SEED_VARIABLE, announced_seed
from deepracer_desk.benchmarks.crossing_campaign import CrossingOutcome, crossing_figures
from deepracer_desk.benchmarks.desk_child import DeskDiedError, KillableDesk
from deepracer_desk.benchmarks.figure import Figure, Measurement, NotMeasuredError, percentile
from deepracer_desk.benchmarks.race_campaign import RACES, RaceOutcome, race_figures
from deepracer_desk.core import Core
from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.race_formats import SECOND
from deepracer_desk.domain.race_log import (
    Action,
    Armed,
    Configured,
    Crossing,
    CrossingRejected,
    Ended,
    Entry,
    ResetCounted,
    RunSetup,
    Source,
    Undone,
)
from deepracer_desk.services.rehearsal import TrueLap, TrueRun
from deepracer_desk.services.rehearsal_event import rehearsal_event, rehearsal_racers
from deepracer_desk.system.options import Mode, Options
from deepracer_desk.system.paths import Paths

STATION, RUN = "0000000a", RunId("run")
SETUP = RunSetup(
    event_id=EventId("e"),
    event_name="E",
    track_id=TrackId("t"),
    track_name="T",
    racer_id=RacerId("r"),
    racer_name="R",
)


# --- the frame --------------------------------------------------------------------------------------------


def figure(name: str, value: float, goal: float | None = 1.0, *, at_most: bool = True) -> Figure:
    return Figure(area="desk", name=name, value=value, unit="ms", goal=goal, baseline=9.5, at_most=at_most)


def measurement(*figures: Figure, area: str = "desk") -> Measurement:
    return Measurement(area=area, figures=tuple(item.name for item in figures), measure=lambda: figures)


def options(tmp_path: Path, *names: str) -> Options:
    return Options(mode=Mode.BENCHMARKS, data_dir=tmp_path, names=names, json=tmp_path / "figures.json")


def test_figures_that_reach_their_goals_end_well_and_stand_in_the_file(tmp_path: Path, capsys) -> None:
    assert benchmarks.run(options(tmp_path), [measurement(figure("fast", 0.5), figure("told", 7, None))]) == 0
    assert json.loads((tmp_path / "figures.json").read_text()) == [
        {
            "area": "desk", "name": "fast", "value": 0.5, "unit": "ms",
            "goal": 1.0, "baseline": 9.5, "passed": True,
        },
        {
            "area": "desk", "name": "told", "value": 7, "unit": "ms",
            "goal": None, "baseline": 9.5, "passed": True,
        },
    ]  # fmt: skip
    assert "for information" in capsys.readouterr().out


def test_one_missed_goal_is_the_result_of_all(tmp_path: Path, capsys) -> None:
    missed = measurement(figure("fast", 0.5), figure("slow", 1.5))
    assert benchmarks.run(options(tmp_path), [missed]) == 1
    said = capsys.readouterr().out.splitlines()
    assert next(line for line in said if "slow" in line and "<=" in line).endswith("MISSED")
    assert next(line for line in said if "fast" in line and "<=" in line).endswith("reached")


def test_a_figure_that_cannot_be_measured_is_told_and_is_no_success(tmp_path: Path, capsys) -> None:
    def break_down() -> Sequence[Figure]:
        raise NotMeasuredError("The station did not answer.")

    broken = Measurement(area="desk", figures=("broken",), measure=break_down)
    assert benchmarks.run(options(tmp_path), [broken, measurement(figure("fast", 0.5))]) == 1
    assert "The station did not answer." in capsys.readouterr().err
    assert [item["name"] for item in json.loads((tmp_path / "figures.json").read_text())] == ["fast"]


def test_only_what_was_asked_for_is_measured(tmp_path: Path) -> None:
    def never() -> Sequence[Figure]:
        raise AssertionError

    others = Measurement(area="faults", figures=("other",), measure=never)
    pair = measurement(figure("fast", 0.5), figure("slow", 1.5))
    assert benchmarks.run(options(tmp_path, "fast"), [pair, others]) == 0
    assert benchmarks.run(options(tmp_path, "desk"), [pair, others]) == 1


def test_a_strange_name_is_answered_with_those_that_exist(tmp_path: Path, capsys) -> None:
    assert benchmarks.run(options(tmp_path, "fast", "speed"), [measurement(figure("fast", 0.5))]) == 2
    said = capsys.readouterr().err
    assert "no benchmark speed" in said
    assert "areas desk with the figures fast" in said
    assert not (tmp_path / "figures.json").exists()


@pytest.mark.parametrize("area", areas.LATER)
def test_an_area_of_a_later_version_is_said_to_be_one(tmp_path: Path, capsys, area: str) -> None:
    assert benchmarks.run(options(tmp_path, area)) == 2
    assert f"Not part of this version yet: {area}." in capsys.readouterr().err


def test_every_figure_has_one_name_and_a_known_area() -> None:
    names = [name for item in areas.OFFERED for name in item.figures]
    assert len(names) == len(set(names))
    assert {item.area for item in areas.OFFERED} == {"desk", "faults"}
    assert not set(names) & {item.area for item in areas.OFFERED}


def test_a_figure_without_a_value_is_refused() -> None:
    with pytest.raises(NotMeasuredError):
        figure("nothing", float("inf"))


def test_more_may_be_better() -> None:
    assert figure("runs", 2, at_most=False).passed
    assert not figure("runs", 0.5, at_most=False).passed


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([4, 1], 0.5) == 1
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([5], 0.99) == 5
    with pytest.raises(ValueError, match="Nothing"):
        percentile([], 0.5)


def test_the_seed_is_told_and_can_be_given(monkeypatch, capsys) -> None:
    monkeypatch.setenv(SEED_VARIABLE, "42")
    assert announced_seed() == 42
    assert "42" in capsys.readouterr().out
    monkeypatch.delenv(SEED_VARIABLE)
    assert str(announced_seed()) in capsys.readouterr().out


# --- the audit --------------------------------------------------------------------------------------------


def log(*actions: tuple[int, Action]) -> list[Entry]:
    return [
        Entry(
            seq=seq,
            at_us=at_us,
            utc=datetime(2026, 5, 1, tzinfo=UTC),
            source=Source.STRIP if isinstance(action, Crossing) else Source.OPERATOR,
            action=action,
        )
        for seq, (at_us, action) in enumerate(actions, start=1)
    ]


def crossing(second: int, n: int) -> tuple[int, Action]:
    us = second * SECOND
    return us, Crossing(station_id=STATION, epoch=1, n=n, clock=1, station_us=us, bound_us=0)


def three_crossings() -> list[Entry]:
    return log(
        (1, Configured(setup=SETUP)), (2, Armed()), crossing(10, 1), crossing(20, 2), crossing(31, 3),
        (40 * SECOND, ResetCounted()), (41 * SECOND, Undone(target=6)), (45 * SECOND, Ended()),
    )  # fmt: skip


def records(entries: Sequence[Entry]) -> Records:
    found = [item.action for item in entries if isinstance(item.action, Crossing)]
    keys = {(STATION, 1, item.n): (STATION, item.station_us) for item in found}
    return Records(keys=keys, logs={RUN: entries})


def truth(*seconds: int) -> list[TrueRun]:
    pairs = pairwise(seconds)
    return [TrueRun(RUN, [TrueLap(begin * SECOND, end * SECOND, seen=True) for begin, end in pairs])]


def stamps(*seconds: int) -> set[audit.Stamp]:
    return {(STATION, second * SECOND) for second in seconds}


def test_an_audit_of_a_faithful_desk_finds_nothing() -> None:
    found = compare_crossings(records(three_crossings()), sure=stamps(10, 20, 31), unsure=(), in_runs=True)
    assert not found.lost | found.doubled | found.invented | found.unlogged
    laps = compare_laps(records(three_crossings()), truth(10, 20, 31), {RUN: STATION})
    assert (laps.driven, laps.lost, laps.doubled, laps.measured, laps.worst_us) == (2, 0, 0, 2, 0)
    assert (laps.undone, laps.left_over) == (1, 0)


def test_an_audit_notices_a_crossing_that_is_missing_and_one_that_nobody_drove() -> None:
    found = compare_crossings(records(three_crossings()), sure=stamps(10, 20, 40), unsure=stamps(41))
    assert (found.lost, found.invented) == (stamps(40), stamps(31))


def test_an_audit_notices_a_crossing_that_was_stored_under_two_numbers() -> None:
    twice = records(three_crossings())
    twice = replace(twice, keys={**twice.keys, (STATION, 1, 9): (STATION, 20 * SECOND)})
    assert compare_crossings(twice, sure=stamps(10, 20, 31), unsure=()).doubled == stamps(20)


def test_an_audit_notices_a_crossing_that_stands_in_two_logs() -> None:
    once = records(three_crossings())
    twice = replace(once, logs={**once.logs, RunId("other"): three_crossings()[:3]})
    assert compare_crossings(twice, sure=stamps(10, 20, 31), unsure=()).doubled == stamps(10)


def test_an_audit_notices_a_stored_crossing_that_its_run_does_not_know() -> None:
    entries = three_crossings()
    forgotten = replace(records(entries), logs={RUN: [*entries[:4], *entries[5:]]})
    found = compare_crossings(forgotten, sure=stamps(10, 20, 31), unsure=(), in_runs=True)
    assert found.unlogged == stamps(31)


def test_an_audit_notices_lost_and_doubled_laps_even_when_their_number_is_right() -> None:
    laps = compare_laps(records(three_crossings()), truth(10, 20, 33), {RUN: STATION})
    assert (laps.lost, laps.doubled) == (1, 1)


def test_an_audit_measures_how_wrong_a_lap_is() -> None:
    entries = three_crossings()
    entries[4] = replace(entries[4], at_us=31 * SECOND + 700)
    action = entries[4].action
    assert isinstance(action, Crossing)
    entries[4] = replace(entries[4], action=replace(action, clock=2))
    mixed = compare_laps(records(entries), truth(10, 20, 31), {RUN: STATION})
    assert (mixed.measured, mixed.worst_us) == (1, 0)  # two clocks: not the strips' error
    late = truth(10, 20, 31)
    late[0].laps[1].start_us -= 1234
    laps = compare_laps(records(three_crossings()), late, {RUN: STATION})
    assert laps.worst_us == 1234


def test_an_audit_notices_a_correction_that_outlived_its_undo(monkeypatch) -> None:
    entries = three_crossings()
    entries[5] = replace(entries[5], action=CrossingRejected(ref=4))
    assert compare_laps(records(entries), truth(10, 20, 31), {RUN: STATION}).left_over == 0
    spoilt = log(*((item.at_us, item.action) for item in entries))
    spoilt[6] = replace(spoilt[6], action=Undone(target=99))  # takes back nothing; the rejection stays
    assert audit.outcome(spoilt) != audit.outcome(entries)
    monkeypatch.setattr(audit, "without_undone", lambda _: spoilt)
    assert compare_laps(records(entries), truth(10, 20, 31), {RUN: STATION}).left_over == 1


def test_what_a_campaign_finds_becomes_figures_that_miss_their_goals() -> None:
    faulty = compare_crossings(records(three_crossings()), sure=stamps(10, 20, 40), unsure=())
    laps = compare_laps(records(three_crossings()), truth(10, 20, 33), {RUN: STATION})
    figures = race_figures(
        RaceOutcome(laps=laps, crossings=faulty, passes=3, runs=1, desk_kills=10, station_kills=10, cuts=0)
    )
    assert tuple(item.name for item in figures) == RACES.figures
    missed = {item.name for item in figures if not item.passed}
    assert missed >= {"race_laps_lost", "race_laps_doubled", "race_crossings_lost", "race_crossings_doubled"}
    assert "race_desk_kills" not in missed
    outcome = CrossingOutcome(
        findings=faulty, driven=10_000, unsure=0, desk_kills=10, station_kills=9, cuts=1
    )
    assert {item.name for item in crossing_figures(outcome) if not item.passed} == {
        "crossings_lost", "crossings_doubled", "crossings_station_kills",
    }  # fmt: skip


# --- the desk that is killed ------------------------------------------------------------------------------


def dies_after_its_work(desk: KillableDesk, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the desk carry out the next such verb, and die before anybody hears of it."""
    ask = desk._ask_once

    def ask_and_kill(name: str, *args: object, **kwargs: object) -> object:
        answer = ask(name, *args, **kwargs)
        if name == verb:
            monkeypatch.setattr(desk, "_ask_once", ask)
            assert desk.kill()
            raise DeskDiedError
        return answer

    monkeypatch.setattr(desk, "_ask_once", ask_and_kill)


@pytest.mark.slow
def test_what_a_killed_desk_was_told_is_done_once(tmp_path: Path, monkeypatch) -> None:
    core = Core(Paths(tmp_path), look_around=False)
    event = rehearsal_event()
    core.setup.save(event)
    racer = rehearsal_racers(core.roster)[0]
    core.close()
    track = event.tracks[0]
    setup = RunSetup(
        event_id=event.event_id, event_name=event.name, track_id=track.track_id, track_name=track.name,
        racer_id=racer.racer_id, racer_name=racer.name, race_format=event.race_format,
    )  # fmt: skip
    desk = KillableDesk(tmp_path, 1.0)
    try:
        run_id = desk.prepare(setup)
        assert desk.kill()
        assert not desk.kill()  # nobody is there to be killed
        moment_us = desk.now_us() - 5000
        dies_after_its_work(desk, "act", monkeypatch)
        desk.act(track.track_id, Armed(), at_us=moment_us)
        dies_after_its_work(desk, "undo", monkeypatch)
        desk.undo(track.track_id)
        entries = desk.entries(run_id)
        assert [type(entry.action) for entry in entries] == [Configured, Armed, Undone]
        assert entries[1].at_us == moment_us
        assert desk.kills == 3
    finally:
        desk.stop()
    assert not multiprocessing.active_children()
