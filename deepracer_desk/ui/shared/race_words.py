"""The words and marks for laps, runs and what was done to them; every screen of the desk says the same."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication

from deepracer_desk.domain.laps import Lap, LapFlag, LapOutcome, LapSource
from deepracer_desk.domain.race_formats import ExpiryRule, FormatProblem, RaceFormat, RankingMethod, StartRule
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
    SetupProblem,
    Submitted,
    Undone,
)
from deepracer_desk.domain.races import Run, RunState
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.form_fields import duration_text

BEST_OF_EVENT = "★"
BEST_OF_RUN = "▲"
VALID = "●"
INVALID = "✕"
HELD = "◌"
NO_LAP = "–"


def _tr(text: str) -> str:
    return QCoreApplication.translate("RaceWords", text)


def counted(n: int, one: str, many: str) -> str:
    """Return the translated text for one thing or for several, with the number in the place of {n}."""
    return (one if n == 1 else many).format(n=n)


STATES: Mapping[RunState, str] = MappingProxyType(
    {
        RunState.IDLE: "Not ready",
        RunState.CONFIGURED: "Ready to arm",
        RunState.ARMED: "Armed",
        RunState.RUNNING: "Running",
        RunState.PAUSED: "Paused",
        RunState.TIME_UP: "Time up",
        RunState.REVIEW: "Review",
        RunState.SUBMITTED: "Submitted",
        RunState.DISCARDED: "In the bin",
    }
)
OUTCOMES: Mapping[LapOutcome, str] = MappingProxyType(
    {
        LapOutcome.VALID: "Valid",
        LapOutcome.DID_NOT_FINISH: "Not finished",
        LapOutcome.OVER_RESET_LIMIT: "Too many resets",
        LapOutcome.PAUSED: "Paused inside",
        LapOutcome.ESTIMATED: "Estimated",
        LapOutcome.INVALIDATED: "Not valid",
        LapOutcome.DELETED: "Dropped",
        LapOutcome.TOO_SHORT: "Too short",
        LapOutcome.FALSE_TRIGGER: "False trigger",
        LapOutcome.LATE: "Came late",
        LapOutcome.AFTER_END: "After the end",
    }
)
SOURCES: Mapping[LapSource, str] = MappingProxyType(
    {LapSource.STRIP: "Strip", LapSource.MANUAL: "By hand", LapSource.INSERTED: "Put in"}
)
FLAGS: Mapping[LapFlag, str] = MappingProxyType(
    {
        LapFlag.PAUSED: "The clock stood inside this lap.",
        LapFlag.ESTIMATED: "One end is an estimate.",
        LapFlag.ACROSS_RESTART: "A clock was restarted inside this lap.",
        LapFlag.MIXED_CLOCKS: "Its ends were stamped by different clocks.",
        LapFlag.MISSED_CROSSING: "So long that a crossing may have been missed.",
        LapFlag.RETIMED: "Its time was set by hand.",
        LapFlag.MOVED: "It counts for another racer.",
        LapFlag.JUDGED: "Valid or not was decided by hand.",
        LapFlag.SIMULATED: "A test crossing, not a car.",
    }
)
SETUP_PROBLEMS: Mapping[SetupProblem, str] = MappingProxyType(
    {
        SetupProblem.NO_RACER: "Choose a racer.",
        SetupProblem.NO_TRACK: "Choose a track.",
        SetupProblem.BAD_FORMAT: "Complete the race format in Setup.",
    }
)
FORMAT_PROBLEMS: Mapping[FormatProblem, str] = MappingProxyType(
    {
        FormatProblem.NO_END: "A run needs an end: set a time limit, a number of laps, or both.",
        FormatProblem.TIME_LIMIT: "The time limit is from 0:01 to 60:00.",
        FormatProblem.LAP_LIMIT: "The number of laps is from 1 to 1000.",
        FormatProblem.AVERAGE_LAPS: "The average is over 2 to 10 laps.",
        FormatProblem.RESET_LIMIT: "The most resets are from 0 to 1000.",
        FormatProblem.MIN_LAP: "The shortest lap is from 0:00 to 1:00.",
        FormatProblem.MAX_LAP: "The longest lap must be longer than the shortest.",
        FormatProblem.COUNT_IN: "The count-in is from 0:00 to 1:00.",
        FormatProblem.GRACE: "The time for the last lap is from 0:00 to 60:00.",
        FormatProblem.RUNS: "Runs for each racer are from 1 to 1000.",
    }
)


def state_word(state: RunState) -> str:
    """Return the word for a state."""
    return _tr(STATES[state])


def outcome_word(lap: Lap) -> str:
    """Return what the passage came to, in a word or two."""
    return _tr(OUTCOMES[lap.outcome])


def source_word(source: LapSource) -> str:
    """Return who said that the lap ended."""
    return _tr(SOURCES[source])


def setup_problem(problem: SetupProblem) -> str:
    """Return what to do about it."""
    return _tr(SETUP_PROBLEMS[problem])


def format_problem(problem: FormatProblem) -> str:
    """Return what is wrong, as a sentence with the limits."""
    return _tr(FORMAT_PROBLEMS[problem])


def lap_mark(lap: Lap, best: Lap | None, event_best_us: int | None) -> str:
    """Return the mark of a lap: shape first, colour second.

    Args:
        lap: any passage.
        best: the best lap of its run, None when there is none.
        event_best_us: best of the event without this run, None when there is none [us].
    """
    if lap.held:
        return HELD
    if lap.number is None:
        return NO_LAP
    if not lap.valid:
        return INVALID
    if best is None or lap.ref != best.ref:
        return VALID
    # To the eye, times are milliseconds: an equal one is no record.
    if event_best_us is None or lap.time_us // 1000 < event_best_us // 1000:
        return BEST_OF_EVENT
    return BEST_OF_RUN


MARK_TONES: Mapping[str, str] = MappingProxyType(
    {
        BEST_OF_EVENT: "best_event",
        BEST_OF_RUN: "best_run",
        VALID: "text",
        INVALID: "bad",
        HELD: "warn",
        NO_LAP: "quiet",
    }
)


def mark_words(mark: str) -> str:
    """Return what a mark says, for the ear and for tool tips."""
    words = {
        BEST_OF_EVENT: "best of the event",
        BEST_OF_RUN: "best of this run",
        VALID: "valid",
        INVALID: "not valid",
        HELD: "held for a decision",
    }
    return _tr(words.get(mark, "no lap"))


def lap_tip(lap: Lap) -> str:
    """Return everything worth knowing about a lap, a fact a line."""
    lines = [_tr(FLAGS[flag]) for flag in sorted(lap.flags)]
    if lap.car_name:
        lines.append(_tr("Car: {car}").format(car=lap.car_name))
    if lap.racer_id is not None and lap.racer_name:
        lines.append(_tr("Counts for {racer}.").format(racer=lap.racer_name))
    if lap.bound_us:
        lines.append(_tr("True to {error} s.").format(error=f"{lap.bound_us / 1e6:.3f}"))
    if lap.reason:
        lines.append(_tr("Reason: {reason}").format(reason=lap.reason))
    return "\n".join(lines)


def format_sentence(rules: RaceFormat) -> str:
    """Return a race format in one or two sentences."""
    limits = list[str]()
    if rules.time_limit_us is not None:
        limits.append(_tr("{time} minutes").format(time=duration_text(rules.time_limit_us)))
    if rules.lap_limit is not None:
        limits.append(counted(rules.lap_limit, _tr("{n} lap"), _tr("{n} laps")))
    end = _tr(" or ").join(limits) or _tr("no end")
    if rules.ranking is RankingMethod.BEST_LAP:
        ranks = _tr("the best lap ranks")
    else:
        ranks = _tr("the best average of {n} laps in a row ranks").format(n=rules.average_laps)
    start = {
        StartRule.FIRST_CROSSING: _tr("the clock starts with the first crossing"),
        StartRule.OPERATOR: _tr("the clock starts by key"),
        StartRule.COUNT_IN: _tr("the clock starts after a count-in of {n} s").format(
            n=f"{rules.count_in_us / 1e6:g}"
        ),
    }[rules.start]
    if rules.reset_limit is None:
        resets = _tr("any number of resets")
    else:
        resets = counted(rules.reset_limit, _tr("at most {n} reset a lap"), _tr("at most {n} resets a lap"))
    text = _tr("{end}; {ranks}; {start}; {resets}.").format(end=end, ranks=ranks, start=start, resets=resets)
    if rules.expiry is ExpiryRule.FINISH_LAP and rules.time_limit_us is not None:
        text += " " + _tr("When the time is up, the last lap may be finished.")
    return text


def action_sentence(action: Action, run: Run | None = None) -> str:
    """Return what an entry of the log did, as a sentence without its full stop.

    Args:
        action: any entry's.
        run: tells the numbers of the laps that are named.
    """
    return _of_run(action) or _of_lap(action, run) or _of_timeline(action)


def undone_sentence(entries: tuple[Entry, ...], run: Run, target: int, *, redone: bool = False) -> str:
    """Return what an undo or redo took back or brought back."""
    entry = next((item for item in entries if item.seq == target), None)
    what = action_sentence(entry.action, run) if entry else _tr("The last action")
    return _tr("Done again: {what}").format(what=what) if redone else _tr("Undone: {what}").format(what=what)


def _lap_name(run: Run | None, ref: int) -> str:
    lap = run.lap(ref) if run else None
    if lap is not None and lap.number is not None:
        return _tr("Lap {n}").format(n=lap.number)
    return (
        _tr("The passage of {time}").format(time=formats.lap_time(lap.time_us)) if lap else _tr("A passage")
    )


def _of_timeline(action: Action) -> str:  # noqa: C901, PLR0911, PLR0912 - one flat case for each action
    match action:
        case Armed():
            return _tr("Armed")
        case Disarmed():
            return _tr("Taken back to setup")
        case ClockStarted():
            return _tr("Clock started")
        case Crossing(simulated=simulated):
            return _tr("Test crossing") if simulated else _tr("Strip crossed")
        case ManualLap():
            return _tr("Line crossed, by hand")
        case CrossingInserted():
            return _tr("Crossing put in")
        case ResetCounted(delta=delta):
            return _tr("Reset") if delta > 0 else _tr("Reset taken back")
        case Paused():
            return _tr("Paused")
        case Resumed():
            return _tr("Clock goes on")
        case DidNotFinish():
            return _tr("Lap given up")
        case CarChanged(car_name=name):
            return _tr("Drives on with {car}").format(car=name or _tr("an unnamed car"))
        case Ended():
            return _tr("Run ended")
        case Reopened():
            return _tr("Run continued")
        case ClockChanged():
            return _tr("The computer was restarted")
        case _:
            return ""


def _of_lap(action: Action, run: Run | None) -> str:  # noqa: PLR0911 - one flat case for each action
    match action:
        case CrossingRejected(ref=ref):
            return _tr("{lap} was a false trigger").format(lap=_lap_name(run, ref))
        case CrossingAccepted(ref=ref):
            return _tr("{lap} accepted").format(lap=_lap_name(run, ref))
        case LapDropped(ref=ref):
            return _tr("{lap} dropped").format(lap=_lap_name(run, ref))
        case LapJudged(ref=ref, valid=valid):
            text = _tr("{lap} set to valid") if valid else _tr("{lap} set to not valid")
            return text.format(lap=_lap_name(run, ref))
        case LapRetimed(ref=ref, time_us=time_us):
            return _tr("{lap} set to {time}").format(lap=_lap_name(run, ref), time=formats.lap_time(time_us))
        case LapResetsSet(ref=ref, resets=resets):
            return _tr("{lap} set to {n} resets").format(lap=_lap_name(run, ref), n=resets)
        case LapMoved(ref=ref, racer_name=name):
            return _tr("{lap} given to {racer}").format(lap=_lap_name(run, ref), racer=name)
        case _:
            return ""


def _of_run(action: Action) -> str:  # noqa: PLR0911 - one flat case for each action
    match action:
        case Configured(setup=setup):
            racer = setup.racer_name or _tr("no racer yet")
            return _tr("Set up for {racer} on {track}").format(racer=racer, track=setup.track_name)
        case RacerChanged(racer_name=name):
            return _tr("Run given to {racer}").format(racer=name)
        case ProxySet(by_proxy=by_proxy):
            return _tr("Driven by proxy") if by_proxy else _tr("Driven in person")
        case Submitted():
            return _tr("Submitted")
        case Discarded():
            return _tr("Put into the bin")
        case Restored():
            return _tr("Taken out of the bin")
        case Undone(target=target):
            return _tr("Undone: line {n}").format(n=target)
        case Redone(target=target):
            return _tr("Done again: line {n}").format(n=target)
        case _:
            return ""
