"""Puts a station's numbered messages in order: each one once, none missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from timing_firmware.protocol import WINDOW

_ASK_AFTER_US = 100_000  # a message that is missing for so long is asked for
_ASK_LAST_US = 2_000_000  # the longest pause between two questions
_HISTORY = 4_000  # records that a desk takes from a station it has never met; 60 s on a slow wire


class Verdict(Enum):
    """What to do with a numbered message."""

    NEXT = auto()  # take it
    KNOWN = auto()  # it was taken before
    STORED = auto()  # it was committed before: acknowledge again
    EARLY = auto()  # one before it is missing: drop it, it will come again


@dataclass(slots=True)
class _Position:
    """Where the desk stands in one journal of the station."""

    received: int  # taken in order
    stored: int  # committed, may be acknowledged
    skipped: int = 0  # records before the next one that nobody can deliver


@dataclass(frozen=True, slots=True)
class Question:
    """A request to send messages again."""

    epoch: int
    first: int
    last: int


class MessageOrder:
    """The desk's places in all journals of one station."""

    def __init__(self) -> None:
        self._positions: dict[int, _Position] = {}
        self._stored_before: dict[int, int] = {}
        self._gap: tuple[int, int] | None = None  # (epoch, first missing number)
        self._ask_us = 0
        self._pause_us = _ASK_AFTER_US

    def begin(self, spans: Sequence[tuple[int, int, int]], stored: Mapping[int, int]) -> dict[int, int]:
        """Take a place in each journal that the station offers; places taken before are kept.

        A journal that begins later than the next number wanted has lost records for good, and a station that
        was never met before has more than anybody will ask for: both are skipped, and the next message tells
        how many.

        Args:
            spans: (epoch, first number, last number), oldest first.
            stored: per epoch the highest number that the desk has.

        Returns:
            What to ask for: per epoch the number before the first one wanted.
        """
        self._stored_before = {**stored, **self._stored_before}
        is_new = not any(epoch in self._stored_before for epoch, _, _ in spans)
        room = _HISTORY
        for epoch, first, last in reversed(spans):
            wanted = max(self._stored_before.get(epoch, 0), first - 1)
            if is_new:
                wanted = max(wanted, last - room)
                room -= last - wanted
            position = self._place(epoch)
            if wanted > position.received:
                position.skipped += wanted - position.received
                position.received = wanted
        return {epoch: self._place(epoch).received for epoch, _, _ in spans}

    def judge(self, epoch: int, n: int, now_us: int) -> tuple[Verdict, int]:
        """Return what to do with a message, and how many before it are lost for good."""
        position = self._place(epoch)
        if n == position.received + 1:
            position.received = n
            skipped, position.skipped = position.skipped, 0
            if self._gap is not None and self._gap[0] == epoch:
                self._gap = None
            return Verdict.NEXT, skipped
        if n <= position.received:
            return (Verdict.STORED if n <= position.stored else Verdict.KNOWN), 0
        missing = (epoch, position.received + 1)
        if self._gap != missing:
            self._gap = missing
            self._pause_us = _ASK_AFTER_US
            self._ask_us = now_us + _ASK_AFTER_US
        return Verdict.EARLY, 0

    def commit(self, epoch: int, n: int) -> None:
        """Note that everything up to `n` is stored."""
        position = self._place(epoch)
        position.stored = max(position.stored, n)

    def stored(self, epoch: int) -> int:
        """Return the highest number that may be acknowledged."""
        return self._place(epoch).stored

    def ask_us(self) -> int | None:
        """Return when to ask for a missing message, None when none is missing."""
        return self._ask_us if self._gap is not None else None

    def question(self, now_us: int) -> Question | None:
        """Return what to ask for now, if it is time."""
        if self._gap is None or now_us < self._ask_us:
            return None
        self._pause_us = min(self._pause_us * 2, _ASK_LAST_US)
        self._ask_us = now_us + self._pause_us
        epoch, first = self._gap
        return Question(epoch, first, first + WINDOW - 1)

    def _place(self, epoch: int) -> _Position:
        stored = self._stored_before.get(epoch, 0)
        return self._positions.setdefault(epoch, _Position(stored, stored))
