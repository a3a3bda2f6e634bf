"""What the standings say about a run, asked on the storage thread and told in words."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from deepracer_desk.domain.ids import EventId, RunId, TrackId
from deepracer_desk.domain.race_formats import RankingMethod
from deepracer_desk.domain.races import Run
from deepracer_desk.services.run_results import result_of
from deepracer_desk.services.standings import RankPreview, Standings
from deepracer_desk.services.timekeeping import Timekeeping


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Facts about a run's place.

    Attributes:
        event_best_us: best lap of submitted runs of the event on this track [us].
        place: the rank if the run ended now.
        preview: ranks without and with the run; only for runs in review.
        runs: submitted runs of the racer on this track.
    """

    event_best_us: int | None
    place: int | None
    preview: RankPreview | None
    runs: int


class StandingReader:
    """Asks the standings; every call may touch the disk."""

    def __init__(self, standings: Standings, timekeeping: Timekeeping) -> None:
        self._standings = standings
        self._timekeeping = timekeeping

    def read(
        self, event_id: EventId, track_id: TrackId, run_id: RunId, run: Run, *, review: bool
    ) -> Standing:
        board = self._standings.board(event_id, track_id)
        if board.method is RankingMethod.BEST_LAP:
            best_us = board.leader_us
        else:
            bests = (row.summary.laps[0].time_us for row in board.rows() if row.summary.laps)
            best_us = min(bests, default=None)
        own = board.summary(run.racer_id) if run.racer_id else None
        preview = None
        if review:
            result = result_of(run, self._timekeeping.entries(run_id))
            preview = self._standings.preview(event_id, track_id, run_id, result)
        return Standing(
            event_best_us=best_us,
            place=self._standings.virtual_rank(event_id, track_id, run),
            preview=preview,
            runs=own.runs if own else 0,
        )


def rank_text(preview: RankPreview) -> str:
    """Return what submitting would change, in one line."""
    before, after, ranked = preview.before, preview.after, preview.ranked
    if after is None:
        text = _tr("No place: there is no time that ranks.")
    elif before is None:
        text = _tr("New on the board: place {after} of {n}")
    elif before == after:
        text = _tr("Stays on place {after} of {n}")
    elif after < before:
        text = _tr("▲ Place {before} → {after} of {n}")
    else:
        text = _tr("▼ Place {before} → {after} of {n}")
    return text.format(before=before, after=after, n=ranked)


def _tr(text: str) -> str:
    return QCoreApplication.translate("StandingReader", text)
