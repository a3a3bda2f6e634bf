"""The fold against a second, independent reading of the rules, and the laws of undo and replay."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.race_log import (
    Action,
    Armed,
    CarChanged,
    ClockChanged,
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
    Entry,
    LapDropped,
    LapJudged,
    LapMoved,
    LapResetsSet,
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
    Source,
    Submitted,
    Undone,
)
from deepracer_desk.domain.races import fold
from tests.helpers.logs import LogBuilder, S, a_setup
from tests.helpers.plain_race import PlainRace

KINDS = ("cross",) * 8 + (
    "pause",
    "resume",
    "reset",
    "unreset",
    "give_up",
    "reject",
    "accept",
    "drop",
    "undo",
    "end",
)


def _random_log(rng: random.Random) -> LogBuilder:
    rules = RaceFormat(
        time_limit_us=rng.choice((30, 60, 90)) * S,
        grace_us=rng.choice((0, 5, 40)) * S,
        min_lap_us=4 * S,
        reset_limit=rng.choice((0, 1, 2)),
    )
    log = LogBuilder(rules)
    t = 1
    crossings = list[int]()
    for _ in range(rng.randrange(2, 22)):
        t += rng.choice((1, 1, 2, 3, 5, 6, 7, 8, 9, 12, 30))
        match rng.choice(KINDS):
            case "cross":
                crossings.append(log.cross(t))
            case "pause":
                log.add(t, Paused())
            case "resume":
                log.add(t, Resumed())
            case "reset":
                log.add(t, ResetCounted())
            case "unreset":
                log.add(t, ResetCounted(delta=-1))
            case "give_up":
                log.add(t, DidNotFinish())
            case "end" if rng.random() < 0.2:
                log.add(t, Ended())
            case "undo":
                mine = [item.seq for item in log.entries[2:] if item.source is Source.OPERATOR]
                if mine:
                    log.add(t, Undone(target=rng.choice(mine)))
            case kind if crossings:
                ref = rng.choice(crossings)
                actions: dict[str, Action] = {
                    "reject": CrossingRejected(ref=ref),
                    "accept": CrossingAccepted(ref=ref),
                    "drop": LapDropped(ref=ref),
                }
                if kind in actions:
                    log.add(t, actions[kind])
            case _:
                pass
    return log


def _plain(log: LogBuilder) -> PlainRace:
    rules = log.run.rules
    assert rules.time_limit_us is not None
    assert rules.grace_us is not None
    race = PlainRace(
        rules.time_limit_us // S, rules.grace_us // S, rules.min_lap_us // S, rules.reset_limit or 0
    )
    undone = {item.action.target for item in log.entries if isinstance(item.action, Undone)}
    kept = [item for item in log.entries if item.seq not in undone]
    rejected, accepted, dropped = set[int](), set[int](), set[int]()
    for item in kept:
        match item.action:
            case CrossingRejected(ref=ref):
                rejected.add(ref)
                accepted.discard(ref)
            case CrossingAccepted(ref=ref):
                accepted.add(ref)
                rejected.discard(ref)
            case LapDropped(ref=ref):
                dropped.add(ref)
            case _:
                pass
    for item in kept:
        t = item.at_us // S
        match item.action:
            case Crossing():
                race.cross(
                    t,
                    rejected=item.seq in rejected,
                    accepted=item.seq in accepted,
                    dropped=item.seq in dropped,
                )
            case Paused():
                race.pause(t)
            case Resumed():
                race.resume(t)
            case ResetCounted(delta=delta):
                race.reset(t, delta)
            case DidNotFinish():
                race.give_up(t)
            case Ended():
                race.end(t)
            case _:
                pass
    return race


def _check(seed: int) -> None:
    log = _random_log(random.Random(seed))
    plain = _plain(log)
    run = log.run
    laps = [(lap.outcome.value, lap.time_us // S, lap.resets) for lap in run.laps if lap.position is not None]
    assert laps == plain.laps, f"seed {seed}"
    end = log.entries[-1].at_us // S
    moment = run.at(end * S)
    plain.tick(end)
    assert moment.elapsed_us // S == plain.driven(0, end), f"seed {seed}"
    assert (moment.state.value == "review") == plain.over, f"seed {seed}"


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_a_hundred_thousand_random_runs_come_out_as_in_the_plain_model(part: int) -> None:
    for seed in range(part * 12_500, (part + 1) * 12_500):
        _check(seed)


def test_some_random_runs_come_out_as_in_the_plain_model() -> None:
    for seed in range(1_000_000, 1_001_000):
        _check(seed)


REFS = st.integers(1, 30)
ACTIONS = st.one_of(
    st.builds(
        Crossing,
        station_id=st.sampled_from(["aa", "bb"]),
        epoch=st.just(1),
        n=st.integers(1, 9),
        clock=st.integers(1, 2),
        station_us=st.integers(0, 200 * S),
    ),
    st.sampled_from(
        [
            Armed(),
            Disarmed(),
            ClockStarted(),
            ManualLap(),
            ResetCounted(),
            ResetCounted(delta=-1),
            Paused(),
            Resumed(),
            DidNotFinish(),
            CarChanged(car_name="c"),
            Ended(),
            Reopened(),
            ClockChanged(),
            ProxySet(by_proxy=True),
            Submitted(),
            Discarded(),
            Restored(),
            Configured(setup=a_setup(RaceFormat(time_limit_us=20 * S))),
            RacerChanged(racer_id=a_setup().racer_id or "", racer_name="x"),  # type: ignore[arg-type]
        ]
    ),
    st.builds(CrossingInserted, at_us=st.integers(0, 200 * S), estimated=st.booleans()),
    st.builds(CrossingRejected, ref=REFS),
    st.builds(CrossingAccepted, ref=REFS),
    st.builds(LapDropped, ref=REFS),
    st.builds(LapJudged, ref=REFS, valid=st.booleans()),
    st.builds(LapRetimed, ref=REFS, time_us=st.integers(1, 60 * S)),
    st.builds(LapResetsSet, ref=REFS, resets=st.integers(0, 5)),
    st.builds(LapMoved, ref=REFS, racer_id=st.just("other"), racer_name=st.just("Other")),
    st.builds(Undone, target=REFS),
    st.builds(Redone, target=REFS),
)
STEPS = st.lists(st.tuples(st.integers(0, 200 * S), ACTIONS), max_size=30)


def _log_of(steps: list[tuple[int, Action]], log: LogBuilder | None = None) -> LogBuilder:
    log = log or LogBuilder()
    for at_us, action in steps:
        source = Source.STRIP if isinstance(action, Crossing) else Source.OPERATOR
        log.add(at_us / S, action, source)
    return log


def _picture(entries: list[Entry], now_us: int) -> object:
    """Everything that a person can see of a run, its undo history left out."""
    run = fold(entries)
    return (
        run.laps,
        run.average_windows,
        run.at(now_us),
        run.racer_id,
        run.by_proxy,
        run.setup,
        run.car_name,
    )


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_any_sequence_folds_and_its_laps_make_sense(steps: list[tuple[int, Action]]) -> None:
    run = _log_of(steps).run
    assert [lap.number for lap in run.driven] == list(range(1, len(run.driven) + 1))
    assert all(lap.time_us >= 0 for lap in run.laps)
    assert len({lap.ref for lap in run.laps}) == len(run.laps)
    run.at(300 * S)


@settings(max_examples=300, deadline=None)
@given(STEPS, STEPS)
def test_undoing_a_suffix_restores_the_earlier_state_exactly(
    first: list[tuple[int, Action]], second: list[tuple[int, Action]]
) -> None:
    log = _log_of(first)
    before = _picture(log.entries, 300 * S)
    count = len(log.entries)
    for at_us, action in second:
        undone = log.run.undone
        if isinstance(action, Undone) and (action.target in undone or action.target > count):
            continue
        if isinstance(action, Redone) and (action.target not in undone or action.target > count):
            continue
        _log_of([(at_us, action)], log)
    for entry in reversed(log.entries[count:]):
        match entry.action:
            case Undone(target=target):
                log.add(200, Redone(target=target))
            case Redone(target=target):
                log.add(200, Undone(target=target))
            case _:
                log.add(200, Undone(target=entry.seq))
    assert _picture(log.entries, 300 * S) == before


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_replay_from_the_disk_equals_the_live_race(steps: list[tuple[int, Action]]) -> None:
    live = LogBuilder()
    pictures = list[object]()
    for step in steps:
        _log_of([step], live)
        pictures.append(_picture(live.entries, 300 * S))
    copies = [replace(entry) for entry in live.entries]
    assert [_picture(copies[: 3 + i], 300 * S) for i in range(len(steps))] == pictures


@settings(max_examples=200, deadline=None)
@given(STEPS, st.randoms(use_true_random=False))
def test_the_order_in_which_crossings_arrive_changes_nothing(
    steps: list[tuple[int, Action]], rng: random.Random
) -> None:
    crossings = [
        (at_us + i, replace(action, n=i))
        for i, (at_us, action) in enumerate(steps)
        if isinstance(action, Crossing)
    ]
    shuffled = crossings[:]
    rng.shuffle(shuffled)

    def laps(items: list[tuple[int, Crossing]]) -> list[tuple[int, int, str]]:
        return [(lap.start_us, lap.time_us, lap.outcome.value) for lap in _log_of(list(items)).run.laps]

    assert laps(shuffled) == laps(crossings)
