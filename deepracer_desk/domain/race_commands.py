"""What may be asked of a run, and the sentence that answers when it may not."""

from deepracer_desk.domain.laps import Lap, LapOutcome
from deepracer_desk.domain.race_formats import MINUTE, StartRule
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

GUARD_US = 300_000  # two presses of the lap key closer than this are one
LONGEST_LAP_US = 60 * MINUTE

LIVE = (RunState.RUNNING, RunState.TIME_UP)
OPEN = (RunState.RUNNING, RunState.TIME_UP, RunState.PAUSED)

SETUP_TEXTS = {
    SetupProblem.NO_RACER: "Choose a racer first.",
    SetupProblem.NO_TRACK: "Choose a track first.",
    SetupProblem.BAD_FORMAT: "The race format is not complete. Mend it in Setup.",
}


def refusal(run: Run, action: Action, now_us: int) -> str:
    """Return why an action is not possible now, as a sentence for people; empty when it is.

    Crossings are never refused: they are facts, and the fold knows what each is worth.
    """
    if isinstance(action, Crossing):
        return ""
    state = run.state_at(now_us)
    return _of_race(run, state, action, now_us) or _of_lap(run, action) or _of_run(run, state, action)


def _of_race(  # noqa: C901, PLR0911, PLR0912 - one flat case for each action
    run: Run, state: RunState, action: Action, now_us: int
) -> str:
    match action:
        case Armed():
            return _arming(run, state)
        case Disarmed() if state is not RunState.ARMED:
            return "The run is not armed."
        case ClockStarted():
            return _starting(run, state)
        case ManualLap():
            return _manual_lap(run, state, now_us)
        case ResetCounted() if state not in OPEN or run.timeline.at(now_us).lap_start is None:
            return "No lap is being driven, so there is nothing to reset."
        case Paused() if state not in LIVE:
            return "The clock is not running."
        case Resumed() if state is not RunState.PAUSED:
            return "The clock is not paused."
        case DidNotFinish() if state not in OPEN or run.timeline.at(now_us).lap_start is None:
            return "No lap is being driven."
        case Ended() if state not in (*OPEN, RunState.ARMED):
            return "The run has not started, or is over already."
        case Reopened() if state is not RunState.REVIEW:
            return "Only a run in review can go on."
        case Reopened() if not run.at(now_us) or run.timeline.at(now_us).finished:
            return "The last lap is in. Undo, or correct the laps instead."
        case CrossingInserted(at_us=at_us):
            return _inserting(run, at_us, now_us)
        case _:
            return ""


def _arming(run: Run, state: RunState) -> str:
    if state is RunState.CONFIGURED:
        return ""
    if state is not RunState.IDLE or run.setup is None:
        return "This run cannot be armed again." if run.setup else "Settle the run first."
    problems = run.setup.problems()
    return SETUP_TEXTS[problems[0]] if problems else SETUP_TEXTS[SetupProblem.NO_RACER]


def _starting(run: Run, state: RunState) -> str:
    if state is not RunState.ARMED:
        return "Arm the run first."
    if run.timeline.starts_us is not None and run.rules.start is StartRule.COUNT_IN:
        return "The count-in is running already."
    return ""


def _manual_lap(run: Run, state: RunState, now_us: int) -> str:
    starts_by_crossing = run.rules.start is StartRule.FIRST_CROSSING
    if state is RunState.ARMED and not starts_by_crossing:
        return "Start the clock first."
    if state not in (*OPEN, RunState.ARMED):
        return "No run is going on."
    start = run.timeline.at(now_us).lap_start
    if start is not None and start.clock is None and now_us - start.at_us < GUARD_US:
        return "That press was counted already."
    return ""


def _inserting(run: Run, at_us: int, now_us: int) -> str:
    if run.started_us is None or at_us < run.started_us:
        return "That moment is before the start of the run."
    if at_us > (run.ended_us or now_us):
        return "That moment is after the end of the run."
    return ""


def _of_lap(run: Run, action: Action) -> str:  # noqa: PLR0911 - one flat case for each action
    match action:
        case CrossingRejected(ref=ref) if ref == run.start_ref:
            return ""
        case CrossingRejected(ref=ref) | CrossingAccepted(ref=ref):
            return "" if run.lap(ref) else "That crossing is not in this run any more."
        case LapDropped(ref=ref) | LapJudged(ref=ref) | LapResetsSet(ref=ref):
            return _driven(run.lap(ref))
        case LapRetimed(ref=ref, time_us=time_us):
            if not 0 < time_us < LONGEST_LAP_US:
                return "A lap takes more than nothing and less than an hour."
            return _driven(run.lap(ref))
        case LapMoved(ref=ref, racer_id=racer_id):
            if racer_id == run.racer_id:
                return "The lap belongs to this racer already."
            return _driven(run.lap(ref))
        case _:
            return ""


def _driven(lap: Lap | None) -> str:
    if lap is None:
        return "That lap is not in this run any more."
    if lap.outcome is LapOutcome.DELETED or lap.outcome.is_lap:
        return ""
    return "That passage ended no lap. Accept it first."


def _of_run(  # noqa: PLR0911 - one flat case for each action
    run: Run, state: RunState, action: Action
) -> str:
    match action:
        case Submitted() if state is not RunState.REVIEW:
            return "End the run before you submit it."
        case Submitted() if not run.driven:
            return "There is no lap to submit. Discard the run instead."
        case Discarded() if state is RunState.DISCARDED:
            return "The run is in the bin already."
        case Restored() if state is not RunState.DISCARDED:
            return "The run is not in the bin."
        case Configured() if state not in (RunState.IDLE, RunState.CONFIGURED):
            return "The run is armed. Take it back before you change its setup."
        case CarChanged() | RacerChanged() if state is RunState.DISCARDED:
            return "The run is in the bin. Restore it first."
        case Undone() if run.undo_target is None:
            return "There is nothing to undo."
        case Redone() if run.redo_target is None:
            return "There is nothing to redo."
        case _:
            return ""
