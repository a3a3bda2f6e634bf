"""What the corrections of a log come to: which entries are in force, and what was decided about each
crossing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.race_log import (
    Armed,
    Configured,
    Crossing,
    CrossingAccepted,
    CrossingRejected,
    Disarmed,
    Discarded,
    Entry,
    LapDropped,
    LapJudged,
    LapMoved,
    LapResetsSet,
    LapRetimed,
    ProxySet,
    RacerChanged,
    Redone,
    Restored,
    RunSetup,
    Source,
    Submitted,
    Undone,
)


@dataclass(frozen=True, slots=True)
class UndoStacks:
    """Entries that undo and redo would touch next, last first come first."""

    undone: frozenset[int]
    undo: tuple[int, ...]
    redo: tuple[int, ...]


def undo_stacks(entries: Sequence[Entry]) -> UndoStacks:
    """Work out which entries are undone, and in which order the rest can be.

    Undo walks back over what the operator did; crossings are facts and stay. Anything the operator does
    after an undo ends the chance to redo it. An entry that names an impossible target has no effect.
    """
    undone = set[int]()
    undo = list[int]()
    redo = list[int]()
    known = set[int]()
    for entry in entries:
        action = entry.action
        if isinstance(action, Undone):
            if action.target in known and action.target not in undone:
                undone.add(action.target)
                if action.target in undo:
                    undo.remove(action.target)
                redo.append(action.target)
        elif isinstance(action, Redone):
            if action.target in undone:
                undone.remove(action.target)
                if action.target in redo:
                    redo.remove(action.target)
                undo.append(action.target)
        else:
            known.add(entry.seq)
            if entry.source is Source.OPERATOR and not isinstance(action, Configured):
                undo.append(entry.seq)
                redo.clear()
    return UndoStacks(frozenset(undone), tuple(undo), tuple(redo))


@dataclass(slots=True)
class Verdict:
    """What was decided about the crossing, and the lap it ends."""

    rejected: bool = False
    accepted: bool = False
    dropped: bool = False
    valid: bool | None = None
    time_us: int | None = None
    resets: int | None = None
    racer_id: RacerId | None = None
    racer_name: str = ""
    reason: str = ""


@dataclass(slots=True)
class Corrections:
    """All corrections in force."""

    setup: RunSetup | None = None
    by_proxy: bool = False
    racer_id: RacerId | None = None
    racer_name: str = ""
    verdicts: dict[int, Verdict] = field(default_factory=dict[int, Verdict])
    submitted: bool = False
    discarded: bool = False
    late: set[int] = field(default_factory=set[int])  # crossings that came after submission

    def verdict(self, ref: int) -> Verdict:
        return self.verdicts.setdefault(ref, Verdict())


def collect(entries: Sequence[Entry]) -> Corrections:
    """Apply the corrections of entries in force, in the order they were made; later ones win."""
    found = Corrections()
    armed = False
    for entry in entries:
        match entry.action:
            case Armed():
                armed = found.setup is not None and not found.setup.problems()
            case Disarmed():
                armed = False
            case Configured(setup=setup):
                if not armed:
                    found.setup = setup
                    found.by_proxy = setup.by_proxy
                    found.racer_id, found.racer_name = setup.racer_id, setup.racer_name
            case Crossing():
                if found.submitted:
                    found.late.add(entry.seq)
            case _:
                _settle(found, entry)
                _judge(found, entry)
    return found


def _settle(found: Corrections, entry: Entry) -> None:
    match entry.action:
        case RacerChanged(racer_id=racer_id, racer_name=name):
            found.racer_id, found.racer_name = racer_id, name
        case ProxySet(by_proxy=by_proxy):
            found.by_proxy = by_proxy
        case Submitted():
            found.submitted = True
        case Discarded():
            found.discarded = True
        case Restored():
            found.discarded = False
        case _:
            pass


def _judge(found: Corrections, entry: Entry) -> None:
    match entry.action:
        case CrossingRejected(ref=ref, reason=reason):
            verdict = found.verdict(ref)
            verdict.rejected, verdict.accepted, verdict.reason = True, False, reason
        case CrossingAccepted(ref=ref, reason=reason):
            verdict = found.verdict(ref)
            verdict.rejected, verdict.accepted, verdict.reason = False, True, reason
        case LapDropped(ref=ref, reason=reason):
            verdict = found.verdict(ref)
            verdict.dropped, verdict.reason = True, reason
        case LapJudged(ref=ref, valid=valid, reason=reason):
            verdict = found.verdict(ref)
            verdict.valid, verdict.dropped, verdict.reason = valid, False, reason
        case LapRetimed(ref=ref, time_us=time_us, reason=reason):
            verdict = found.verdict(ref)
            verdict.time_us, verdict.reason = time_us, reason
        case LapResetsSet(ref=ref, resets=resets, reason=reason):
            verdict = found.verdict(ref)
            verdict.resets, verdict.reason = resets, reason
        case LapMoved(ref=ref, racer_id=racer_id, racer_name=name, reason=reason):
            verdict = found.verdict(ref)
            verdict.racer_id, verdict.racer_name, verdict.reason = racer_id, name, reason
        case _:
            pass
