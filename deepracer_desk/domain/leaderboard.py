"""The one definition of ranking: window, projector, files and web pages all read it from here.

Racers are ranked by what people can read, milliseconds cut off, never rounded: nobody loses a place to
digits that no
screen shows. Equal bests are decided by the second best, then by the earlier date of the best, else the rank
is shared.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from deepracer_desk.domain.ids import RacerId, RunId
from deepracer_desk.domain.race_formats import RankingMethod

NEVER = 2**62  # us; worse than any time


def shown_ms(time_us: int) -> int:
    """Cut a time to the milliseconds that screens show."""
    return time_us // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedLap:
    """A driven lap of a submitted run, as ranking sees it.

    Attributes:
        position: place among the run's driven laps, deleted ones included.
        joins: false when the lap was moved here from another racer's run; such a lap is part of no window.
    """

    run_id: RunId
    position: int
    time_us: int
    valid: bool
    driven_at: datetime
    by_proxy: bool = False
    joins: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A time that counts, with when it was driven."""

    time_us: int
    driven_at: datetime
    by_proxy: bool = False

    @property
    def key(self) -> tuple[int, datetime]:
        return (self.time_us, self.driven_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a racer reached: the two best laps and the two best windows, with counts.

    A racer with runs but no mark did not finish.
    """

    racer_id: RacerId
    laps: tuple[Mark, ...] = ()
    averages: tuple[Mark, ...] = ()
    runs: int = 0
    valid_laps: int = 0
    driven_laps: int = 0
    total_us: int = 0  # sum of the valid laps

    def marks(self, method: RankingMethod) -> Sequence[Mark]:
        """The one or two times that rank by this method, best first; empty for a racer who did not finish."""
        return self.laps if method is RankingMethod.BEST_LAP else self.averages

    @property
    def mean_us(self) -> int | None:
        """Mean of the valid laps [us]."""
        return self.total_us // self.valid_laps if self.valid_laps else None


def summarise(racer_id: RacerId, laps: Iterable[RankedLap], *, window: int) -> Summary:
    """Work out a racer's summary from all driven laps on a track; windows never span two runs."""
    by_run = dict[RunId, list[RankedLap]]()
    for lap in laps:
        by_run.setdefault(lap.run_id, []).append(lap)
    singles = list[Mark]()
    averages = list[Mark]()
    driven = 0
    for run in by_run.values():
        driven += len(run)
        chain = list[RankedLap]()
        for lap in sorted(run, key=lambda item: item.position):
            if lap.valid:
                singles.append(Mark(time_us=lap.time_us, driven_at=lap.driven_at, by_proxy=lap.by_proxy))
            if not lap.valid or not lap.joins or (chain and lap.position != chain[-1].position + 1):
                chain.clear()
            if lap.valid and lap.joins:
                chain.append(lap)
            if len(chain) >= window:
                mean = sum(item.time_us for item in chain[-window:]) // window
                averages.append(Mark(time_us=mean, driven_at=lap.driven_at, by_proxy=lap.by_proxy))
    return Summary(
        racer_id=racer_id,
        laps=tuple(sorted(singles, key=lambda mark: mark.key)[:2]),
        averages=tuple(sorted(averages, key=lambda mark: mark.key)[:2]),
        runs=len(by_run),
        valid_laps=len(singles),
        driven_laps=driven,
        total_us=sum(mark.time_us for mark in singles),
    )


def combine(summaries: Sequence[Summary]) -> Summary:
    """Join one racer's summaries of several tracks: the best of each kind over all of them."""
    racer_id = summaries[0].racer_id
    laps = sorted((mark for item in summaries for mark in item.laps), key=lambda mark: mark.key)
    averages = sorted((mark for item in summaries for mark in item.averages), key=lambda mark: mark.key)
    return Summary(
        racer_id=racer_id,
        laps=tuple(laps[:2]),
        averages=tuple(averages[:2]),
        runs=sum(item.runs for item in summaries),
        valid_laps=sum(item.valid_laps for item in summaries),
        driven_laps=sum(item.driven_laps for item in summaries),
        total_us=sum(item.total_us for item in summaries),
    )


Key = tuple[int, int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One line of a leaderboard.

    Attributes:
        rank: from 1, shared by equals; None for a racer who did not finish.
        best_us: the time that ranks [us].
        gap_us: behind the leader, 0 for the leader [us].
        by_proxy: the ranking time was driven by somebody else; shown as an asterisk.
        moved: places won (+) or lost (-) since the last submitted run, 0 for newcomers.
    """

    racer_id: RacerId
    summary: Summary
    rank: int | None = None
    best_us: int | None = None
    second_us: int | None = None
    gap_us: int | None = None
    by_proxy: bool = False
    moved: int = 0


class Leaderboard:
    """Ranked summaries of one board, kept in order while single racers change.

    Replacing one racer costs a search and a shift, not a new ranking of all.
    """

    def __init__(self, method: RankingMethod, summaries: Iterable[Summary] = ()) -> None:
        self.method = method
        self._summaries = {item.racer_id: item for item in summaries}
        self._order = sorted((self._key(item), item.racer_id) for item in self._summaries.values())
        self._before: Mapping[RacerId, int] = {}

    def __len__(self) -> int:
        return len(self._summaries)

    def _key(self, summary: Summary) -> Key:
        marks = summary.marks(self.method)
        if not marks:
            return (NEVER, NEVER, 0.0)
        second = shown_ms(marks[1].time_us) if len(marks) > 1 else NEVER
        return (shown_ms(marks[0].time_us), second, marks[0].driven_at.timestamp())

    def summary(self, racer_id: RacerId) -> Summary | None:
        return self._summaries.get(racer_id)

    def replace(self, summary: Summary) -> None:
        """Put a racer's new summary in place; one without runs leaves the board."""
        old = self._summaries.get(summary.racer_id)
        self._before = {}
        if old is not None:
            self._before = {summary.racer_id: self.rank(summary.racer_id) or 0}
            self._order.pop(bisect_left(self._order, (self._key(old), old.racer_id)))
            del self._summaries[summary.racer_id]
        if summary.runs:
            self._summaries[summary.racer_id] = summary
            insort(self._order, (self._key(summary), summary.racer_id))

    def rank(self, racer_id: RacerId) -> int | None:
        """Return the rank from 1, None for a racer who is not ranked."""
        summary = self._summaries.get(racer_id)
        if summary is None or not summary.marks(self.method):
            return None
        return bisect_left(self._order, (self._key(summary), "")) + 1

    def position(self, racer_id: RacerId) -> int | None:
        """Return the line from 0 in which the racer stands, None for a racer who is not on the board."""
        summary = self._summaries.get(racer_id)
        return None if summary is None else bisect_left(self._order, (self._key(summary), racer_id))

    def virtual_rank(self, racer_id: RacerId, time_us: int | None) -> int | None:
        """Return the rank the racer would have if `time_us` were driven now; ties go to the others."""
        own = self._summaries.get(racer_id)
        marks: Sequence[Mark] = own.marks(self.method) if own else ()
        best = min((t for t in (time_us, marks[0].time_us if marks else None) if t is not None), default=None)
        if best is None:
            return None
        if marks and best == marks[0].time_us:
            return self.rank(racer_id)
        better = bisect_left(self._order, ((shown_ms(best) + 1, 0, 0.0), ""))
        if marks and shown_ms(marks[0].time_us) <= shown_ms(best):
            better -= 1
        return better + 1

    @property
    def leader_us(self) -> int | None:
        """Time of the leader [us]."""
        if not self._order:
            return None
        marks = self._summaries[self._order[0][1]].marks(self.method)
        return marks[0].time_us if marks else None

    def rows(self, start: int = 0, count: int | None = None) -> list[BoardRow]:
        """Return lines in order, all or a part."""
        stop = len(self._order) if count is None else start + count
        return [self._row(key, racer_id) for key, racer_id in self._order[start:stop]]

    def _row(self, key: Key, racer_id: RacerId) -> BoardRow:
        summary = self._summaries[racer_id]
        marks = summary.marks(self.method)
        if not marks:
            return BoardRow(racer_id=racer_id, summary=summary)
        rank = bisect_left(self._order, (key, "")) + 1
        before = self._before.get(racer_id, 0)
        return BoardRow(
            rank=rank,
            racer_id=racer_id,
            best_us=marks[0].time_us,
            second_us=marks[1].time_us if len(marks) > 1 else None,
            gap_us=(shown_ms(marks[0].time_us) - shown_ms(self.leader_us or 0)) * 1000,
            by_proxy=marks[0].by_proxy,
            moved=before - rank if before else 0,
            summary=summary,
        )
