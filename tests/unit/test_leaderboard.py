"""The one definition of ranking."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepracer_desk.domain.ids import RacerId, RunId
from deepracer_desk.domain.leaderboard import (
    BoardRow,
    Leaderboard,
    Mark,
    RankedLap,
    Summary,
    combine,
    shown_ms,
    summarise,
)
from deepracer_desk.domain.race_formats import RankingMethod
from tests.helpers.logs import START

BEST, AVERAGE = RankingMethod.BEST_LAP, RankingMethod.BEST_AVERAGE


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def a_summary(name: str, *times_ms: float, minute: float = 0, by_proxy: bool = False) -> Summary:
    marks = tuple(Mark(time_us=round(ms * 1000), driven_at=at(minute), by_proxy=by_proxy) for ms in times_ms)
    return Summary(
        racer_id=RacerId(name), laps=marks[:2], runs=1, valid_laps=len(marks), driven_laps=len(marks)
    )


def ranks(board: Leaderboard) -> list[tuple[str, int | None]]:
    return [(row.racer_id, row.rank) for row in board.rows()]


def laps(run: str, *times_s: float | None, minute: float = 0, by_proxy: bool = False) -> list[RankedLap]:
    """Build the laps of a run; None is an invalid one of 9 s."""
    return [
        RankedLap(
            run_id=RunId(run),
            position=i,
            time_us=round((9 if s is None else s) * 1_000_000),
            valid=s is not None,
            driven_at=at(minute + i),
            by_proxy=by_proxy,
        )
        for i, s in enumerate(times_s)
    ]


def test_the_best_lap_ranks() -> None:
    board = Leaderboard(BEST, [a_summary("b", 9000), a_summary("a", 8500), a_summary("c", 9500)])
    assert ranks(board) == [("a", 1), ("b", 2), ("c", 3)]
    assert [row.gap_us for row in board.rows()] == [0, 500_000, 1_000_000]


def test_equal_bests_are_decided_by_the_second_best() -> None:
    board = Leaderboard(BEST, [a_summary("a", 8500, 9000), a_summary("b", 8500, 8900), a_summary("c", 8500)])
    assert ranks(board) == [("b", 1), ("a", 2), ("c", 3)]


def test_then_by_the_earlier_date() -> None:
    board = Leaderboard(BEST, [a_summary("a", 8500, 9000, minute=5), a_summary("b", 8500, 9000, minute=1)])
    assert ranks(board) == [("b", 1), ("a", 2)]


def test_else_the_rank_is_shared_and_the_next_one_is_left_out() -> None:
    board = Leaderboard(
        BEST, [a_summary("a", 8500, 9000), a_summary("b", 8500, 9000), a_summary("c", 9100, 9200)]
    )
    assert ranks(board) == [("a", 1), ("b", 1), ("c", 3)]


def test_digits_that_no_screen_shows_decide_nothing() -> None:
    board = Leaderboard(BEST, [a_summary("a", 8500.9, 9000), a_summary("b", 8500.1, 9000)])
    assert ranks(board) == [("a", 1), ("b", 1)]
    assert [row.gap_us for row in board.rows()] == [0, 0]
    assert shown_ms(8_500_999) == 8500


def test_a_racer_without_a_mark_stands_last_without_a_rank() -> None:
    nothing = Summary(racer_id=RacerId("x"), runs=1, driven_laps=2)
    board = Leaderboard(BEST, [nothing, a_summary("a", 8500)])
    assert ranks(board) == [("a", 1), ("x", None)]
    assert board.rank(RacerId("x")) is None
    assert board.leader_us == 8_500_000


def test_averages_rank_by_windows_and_never_span_two_runs() -> None:
    two_runs = [*laps("r1", 9, 8), *laps("r2", 7, 9.5)]
    assert summarise(RacerId("a"), two_runs, window=3).averages == ()
    one_run = laps("r1", 9, 8, 10, 8.5)
    summary = summarise(RacerId("a"), one_run, window=3)
    assert [mark.time_us for mark in summary.averages] == [8_833_333, 9_000_000]


def test_an_invalid_lap_breaks_a_window() -> None:
    assert summarise(RacerId("a"), laps("r", 9, 8, None, 8.5, 8), window=3).averages == ()


def test_a_lap_that_is_missing_breaks_a_window() -> None:
    run = laps("r", 9, 8, 10, 8.5)
    del run[1]
    assert summarise(RacerId("a"), run, window=3).averages == ()
    assert len(summarise(RacerId("a"), run, window=2).averages) == 1


def test_a_lap_moved_here_counts_alone() -> None:
    moved = [replace(lap, joins=False) for lap in laps("other", 7, 7)]
    summary = summarise(RacerId("a"), [*laps("r", 9, 9), *moved], window=2)
    assert summary.laps[0].time_us == 7_000_000
    assert [mark.time_us for mark in summary.averages] == [9_000_000]


def test_the_asterisk_belongs_to_the_time_that_ranks() -> None:
    both = [*laps("own", 9), *laps("proxy", 8, by_proxy=True)]
    row = Leaderboard(BEST, [summarise(RacerId("a"), both, window=3)]).rows()[0]
    assert row.by_proxy
    own = [*laps("own", 7), *laps("proxy", 8, by_proxy=True)]
    assert not Leaderboard(BEST, [summarise(RacerId("a"), own, window=3)]).rows()[0].by_proxy


def test_counts_and_mean() -> None:
    summary = summarise(RacerId("a"), [*laps("r1", 9, None, 8), *laps("r2", 10)], window=3)
    assert (summary.runs, summary.valid_laps, summary.driven_laps, summary.mean_us) == (2, 3, 4, 9_000_000)


def test_the_combined_board_takes_the_best_of_the_method_over_all_tracks() -> None:
    one = summarise(RacerId("a"), laps("r1", 9, 9, 9), window=3)
    two = summarise(RacerId("a"), laps("r2", 8, None, 8), window=3)
    both = combine([one, two])
    assert [mark.time_us for mark in both.laps] == [8_000_000, 8_000_000]
    assert [mark.time_us for mark in both.averages] == [9_000_000]
    assert (both.runs, both.valid_laps) == (2, 5)
    assert Leaderboard(AVERAGE, [both]).rows()[0].best_us == 9_000_000


def test_an_improvement_moves_a_racer_and_says_how_far() -> None:
    board = Leaderboard(BEST, [a_summary(name, 8000 + 100 * i) for i, name in enumerate("abcde")])
    board.replace(a_summary("d", 8050))
    rows = {row.racer_id: row for row in board.rows()}
    assert (rows[RacerId("d")].rank, rows[RacerId("d")].moved) == (2, 2)
    assert rows[RacerId("b")].moved == 0


def test_a_racer_whose_runs_are_gone_leaves_the_board() -> None:
    board = Leaderboard(BEST, [a_summary("a", 8000), a_summary("b", 9000)])
    board.replace(Summary(racer_id=RacerId("a")))
    assert ranks(board) == [("b", 1)]
    assert board.summary(RacerId("a")) is None
    assert board.position(RacerId("a")) is None


def test_an_empty_board_has_no_leader() -> None:
    board = Leaderboard(BEST)
    assert (len(board), board.leader_us, board.rows()) == (0, None, [])


@pytest.mark.parametrize(
    ("racer", "time_ms", "rank"),
    [("new", 8400, 1), ("new", 8500, 2), ("new", 9600, 4), ("b", 8400, 1), ("b", 9900, 2), ("a", None, 1),
     ("new", None, None), ("c", 8700, 2)],
)  # fmt: skip
def test_the_virtual_rank_is_the_rank_if_the_time_were_driven(
    racer: str, time_ms: int | None, rank: int | None
) -> None:
    board = Leaderboard(BEST, [a_summary("a", 8500), a_summary("b", 9000), a_summary("c", 9500)])
    assert board.virtual_rank(RacerId(racer), None if time_ms is None else time_ms * 1000) == rank


def _key(row: BoardRow) -> object:
    return (row.racer_id, row.rank, row.best_us, row.gap_us)


SUMMARIES = st.lists(
    st.tuples(st.integers(0, 12), st.lists(st.integers(8000, 8010), max_size=3), st.integers(0, 2)),
    max_size=40,
)


@given(SUMMARIES)
def test_replacing_one_by_one_ranks_as_ranking_all_anew(steps: list[tuple[int, list[int], int]]) -> None:
    board = Leaderboard(BEST)
    latest = dict[str, Summary]()
    for number, times, minute in steps:
        summary = a_summary(f"r{number:02d}", *sorted(times), minute=minute)
        latest[summary.racer_id] = summary
        board.replace(summary)
    anew = Leaderboard(BEST, latest.values())
    assert [_key(row) for row in board.rows()] == [_key(row) for row in anew.rows()]
    for name in latest:
        place = board.position(RacerId(name))
        assert place is not None
        assert board.rows(place, 1)[0].racer_id == name


def test_ranks_follow_from_the_rules_alone() -> None:
    """Against a slow reading of the rules: count those who are strictly better."""
    rng = random.Random(7)
    people = [
        a_summary(
            f"r{i}",
            *sorted(rng.randrange(8000, 8004) for _ in range(rng.randrange(3))),
            minute=rng.randrange(3),
        )
        for i in range(60)
    ]

    def better(one: Summary, other: Summary) -> bool:
        a, b = list(one.laps), list(other.laps)
        if a[0].time_us != b[0].time_us:
            return a[0].time_us < b[0].time_us
        second_a = a[1].time_us if len(a) > 1 else 10**12
        second_b = b[1].time_us if len(b) > 1 else 10**12
        return second_a < second_b if second_a != second_b else a[0].driven_at < b[0].driven_at

    board = Leaderboard(BEST, people)
    for person in people:
        expected = None
        if person.laps:
            expected = 1 + sum(better(other, person) for other in people if other.laps)
        assert board.rank(person.racer_id) == expected
