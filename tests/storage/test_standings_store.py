import random
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from deepracer_desk.domain.ids import RunId
from deepracer_desk.domain.laps import LapOutcome
from deepracer_desk.domain.leaderboard import Mark, RankedLap, Summary
from deepracer_desk.storage.events_store import EventsStore
from deepracer_desk.storage.races_store import RacesStore
from deepracer_desk.storage.standings_store import StandingsStore
from tests.storage.records import ANN, BEN, EVENT, RUN, TRACK, a_lap, a_result, a_world, at, configured


@pytest.fixture
def runs(engine: Engine) -> RacesStore:
    a_world(engine, average_laps=2)
    return RacesStore(engine)


@pytest.fixture
def standings(engine: Engine) -> StandingsStore:
    return StandingsStore(engine)


def test_a_submitted_run_gives_its_racer_a_summary(runs: RacesStore, standings: StandingsStore) -> None:
    runs.create_run(RUN, configured())
    runs.append(
        RUN, [], a_result(a_lap(0, 9_000_000), a_lap(1, 8_000_000), a_lap(2, 8_400_000), by_proxy=True)
    )
    expected = Summary(
        racer_id=ANN,
        laps=(
            Mark(time_us=8_000_000, driven_at=at(1), by_proxy=True),
            Mark(time_us=8_400_000, driven_at=at(2), by_proxy=True),
        ),
        averages=(
            Mark(time_us=8_200_000, driven_at=at(2), by_proxy=True),
            Mark(time_us=8_500_000, driven_at=at(1), by_proxy=True),
        ),
        runs=1,
        valid_laps=3,
        driven_laps=3,
        total_us=25_400_000,
    )
    assert standings.summaries(EVENT, TRACK) == [expected]
    assert standings.summary(EVENT, TRACK, ANN) == expected
    assert standings.summary(EVENT, TRACK, BEN) is None


def test_open_and_discarded_runs_do_not_rank(runs: RacesStore, standings: StandingsStore) -> None:
    runs.create_run(RUN, configured())
    runs.append(RUN, [], a_result(a_lap(0), state="open"))
    assert standings.summaries(EVENT, TRACK) == []
    runs.append(RUN, [], a_result(a_lap(0)))
    assert len(standings.summaries(EVENT, TRACK)) == 1
    runs.append(RUN, [], a_result(a_lap(0), state="discarded"))
    assert standings.summaries(EVENT, TRACK) == []
    assert standings.ranked_laps(TRACK, ANN) == []


def test_a_run_that_changes_its_racer_changes_both_summaries(
    runs: RacesStore, standings: StandingsStore
) -> None:
    runs.create_run(RUN, configured())
    runs.append(RUN, [], a_result(a_lap(0)))
    runs.append(RUN, [], a_result(a_lap(0, racer_id=BEN), racer_id=BEN))
    assert [summary.racer_id for summary in standings.summaries(EVENT, TRACK)] == [BEN]


def test_a_lap_that_is_moved_ranks_for_the_other_and_parts_a_window(
    runs: RacesStore, standings: StandingsStore
) -> None:
    runs.create_run(RUN, configured())
    laps = (a_lap(0), a_lap(1, 7_000_000, BEN, joins=False), a_lap(2))
    runs.append(RUN, [], a_result(*laps, by_proxy=True))
    ann, ben = standings.summary(EVENT, TRACK, ANN), standings.summary(EVENT, TRACK, BEN)
    assert ann is not None
    assert ben is not None
    assert (ann.valid_laps, ann.averages) == (2, ())
    assert ben.laps == (Mark(time_us=7_000_000, driven_at=at(1), by_proxy=False),)
    runs.append(RUN, [], a_result(a_lap(0), a_lap(1), a_lap(2)))
    assert standings.summary(EVENT, TRACK, BEN) is None


def test_deleted_laps_and_passages_are_not_driven_but_part_their_neighbours(
    runs: RacesStore, standings: StandingsStore
) -> None:
    runs.create_run(RUN, configured())
    laps = (
        a_lap(0),
        a_lap(1, outcome=LapOutcome.DELETED, number=None),
        a_lap(2, outcome=LapOutcome.DID_NOT_FINISH),
        a_lap(3),
        replace(a_lap(4, outcome=LapOutcome.TOO_SHORT, number=None), position=None),
    )
    runs.append(RUN, [], a_result(*laps))
    (summary,) = standings.summaries(EVENT, TRACK)
    assert (summary.driven_laps, summary.valid_laps, summary.averages) == (3, 2, ())
    assert [lap.position for lap in standings.ranked_laps(TRACK, ANN)] == [0, 2, 3]
    assert standings.ranked_laps(TRACK, ANN)[0] == RankedLap(
        run_id=RUN, position=0, time_us=8_000_000, valid=True, driven_at=at(0)
    )


def test_runs_are_counted_by_racer(runs: RacesStore, standings: StandingsStore) -> None:
    for number, racer_id in enumerate((ANN, ANN, BEN)):
        runs.create_run(RunId(str(number)), configured(racer_id))
        runs.append(RunId(str(number)), [], a_result(racer_id=racer_id))
    runs.create_run(RUN, configured())
    assert standings.racer_runs_count(EVENT, TRACK) == {ANN: 2, BEN: 1}


def test_summaries_kept_lap_by_lap_are_those_worked_out_anew(
    runs: RacesStore, standings: StandingsStore, engine: Engine
) -> None:
    dice = random.Random(7)
    outcomes = [LapOutcome.VALID, LapOutcome.VALID, LapOutcome.INVALIDATED, LapOutcome.DELETED]
    for number in range(8):
        runs.create_run(RunId(str(number)), configured(dice.choice((ANN, BEN, None))))
    most = 0
    for _ in range(60):
        owner, other = dice.sample((ANN, BEN), 2)
        laps = list[object]()
        for position in range(dice.randrange(8)):
            moved = dice.random() < 0.2
            laps.append(
                a_lap(
                    position,
                    dice.randrange(7_000_000, 7_001_000),
                    other if moved else owner,
                    joins=not moved,
                    outcome=dice.choice(outcomes),
                )
            )
        result = replace(
            a_result(racer_id=owner, state=dice.choice(("open", "submitted", "submitted", "discarded"))),
            laps=tuple(laps),
        )
        runs.append(RunId(str(dice.randrange(8))), [], result)
        kept = {summary.racer_id: summary for summary in standings.summaries(EVENT, TRACK)}
        most = max(most, len(kept))
        standings.rebuild(EVENT)
        assert {summary.racer_id: summary for summary in standings.summaries(EVENT, TRACK)} == kept
    assert most == 2


def test_a_new_size_of_the_average_works_all_summaries_out_anew(
    runs: RacesStore, standings: StandingsStore, engine: Engine
) -> None:
    runs.create_run(RUN, configured())
    runs.append(RUN, [], a_result(a_lap(0, 6_000_000), a_lap(1, 7_000_000), a_lap(2, 8_000_000)))
    events = EventsStore(engine)
    event = events.get(EVENT)
    assert event is not None
    events.save(replace(event, race_format=replace(event.race_format, average_laps=3)))
    (summary,) = standings.summaries(EVENT, TRACK)
    assert [mark.time_us for mark in summary.averages] == [7_000_000]
    events.save(replace(event, name="Still the open day"))
    (summary,) = standings.summaries(EVENT, TRACK)
    assert [mark.time_us for mark in summary.averages] == [6_500_000, 7_500_000]
