"""Sentences of the time-keeping page about one run."""

from PySide6.QtCore import QCoreApplication

from deepracer_desk.domain.race_formats import RaceFormat, RankingMethod
from deepracer_desk.domain.race_log import Crossing
from deepracer_desk.domain.races import Run
from deepracer_desk.services.changes import RunChanged
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.race_words import counted
from deepracer_desk.ui.shared.racer_directory import RacerDirectory
from deepracer_desk.ui.timekeeping.view import Header

LATE_US = 2_000_000  # a crossing older than this came after an outage


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunTexts", text)


def header_of(run: Run | None, racers: RacerDirectory) -> Header:
    """Return who drives, as the head of the page shows it."""
    if run is None or run.racer_id is None:
        return Header(name=_tr("No racer chosen"), facts="", colour="")
    racer = racers.get(run.racer_id)
    proxy = _tr("by proxy") if run.by_proxy else ""
    facts = (racer.country if racer else "", run.car_name, proxy)
    return Header(
        name=run.racer_name,
        facts=" · ".join(fact for fact in facts if fact),
        colour=racers.colour(run.racer_id),
    )


def lap_summary(run: Run | None) -> str:
    """Return the counts at the head of the lap list."""
    if run is None or not run.driven:
        return ""
    valid = sum(lap.valid for lap in run.driven)
    return _tr("{valid} valid of {n}").format(valid=valid, n=len(run.driven))


def result_text(run: Run) -> str:
    """Return what the run came to."""
    parts = list[str]()
    if run.best is not None:
        parts.append(_tr("Best lap {time}").format(time=formats.lap_time(run.best.time_us)))
    if run.best_average is not None and run.rules.ranking is RankingMethod.BEST_AVERAGE:
        parts.append(
            _tr("best average of {n}: {time}").format(
                n=run.rules.average_laps, time=formats.lap_time(run.best_average.average_us)
            )
        )
    valid = sum(lap.valid for lap in run.driven)
    laps = counted(len(run.driven), _tr("{n} lap"), _tr("{n} laps"))
    parts.append(_tr("{laps}, {valid} valid").format(laps=laps, valid=valid))
    return " · ".join(parts)


def runs_text(driven: int, rules: RaceFormat) -> str:
    """Return how often the racer has driven here, with a mark when that is all there may be."""
    if rules.runs_per_racer is None and not driven:
        return _tr("First run on this track")
    if rules.runs_per_racer is None:
        return counted(driven, _tr("1 run so far"), _tr("{n} runs so far"))
    text = _tr("{n} of {limit} runs driven").format(n=driven, limit=rules.runs_per_racer)
    return f"▲ {text}" if driven >= rules.runs_per_racer else text


def late_text(change: RunChanged, now_us: int) -> str:
    """Return what to say about crossings that came after an outage, nothing without any."""
    late = sum(isinstance(item.action, Crossing) and now_us - item.at_us > LATE_US for item in change.entries)
    if not late:
        return ""
    laps = sum(lap.number is not None for lap in change.new_laps)
    crossings = counted(late, _tr("1 crossing came late"), _tr("{n} crossings came late"))
    return _tr("{crossings}, each in its true place now. Laps added: {laps}.").format(
        crossings=crossings, laps=laps
    )
