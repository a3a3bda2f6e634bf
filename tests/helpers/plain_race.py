"""A second, simple reading of the race rules, written from the rules alone, to check the fold against.

It keeps a list of stretches during which the clock ran and measures every lap as the overlap with them.
Seconds are
integers here; there is one station clock.
"""

from dataclasses import dataclass, field


@dataclass
class PlainRace:
    """Rules: first crossing starts, one lap may be finished after `limit`, at most `grace` later."""

    limit: int
    grace: int
    min_lap: int
    reset_limit: int
    stretches: list[list[int]] = field(default_factory=list)  # [from, to], to = -1 while running
    start: int | None = None  # where the lap being driven began
    over: bool = False
    begun: bool = False
    resets: int = 0
    paused_in_lap: bool = False
    laps: list[tuple[str, int, int]] = field(default_factory=list)  # outcome, time, resets

    def running(self) -> bool:
        return bool(self.stretches) and self.stretches[-1][1] == -1

    def driven(self, a: int, b: int) -> int:
        """Time the clock ran between two moments."""
        total = 0
        for begin, end in self.stretches:
            stop = b if end == -1 else end
            total += max(0, min(b, stop) - max(a, begin))
        return total

    def stop(self, t: int) -> None:
        if self.running():
            self.stretches[-1][1] = t

    def tick(self, t: int) -> None:
        """Let time pass up to t, second by second, and end the run when its time comes."""
        if self.over or not self.running():
            return
        begin = self.stretches[-1][0]
        before = self.driven(0, begin)
        deadline = self.limit + (self.grace if self.start is not None else 0)
        end = begin + max(0, deadline - before)
        if t >= end:
            self.stop(end)
            self.over = True

    def expired(self, t: int) -> bool:
        return self.driven(0, t) >= self.limit

    def cross(self, t: int, *, rejected: bool, accepted: bool, dropped: bool) -> None:
        self.tick(t)
        if rejected or (self.over and (self.start is None or not accepted)):
            return
        if not self.begun:
            self.begun = True
            self.stretches.append([t, -1])
            self.begin_lap(t)
        elif not self.running() and not self.over:
            self.stretches.append([t, -1])
            if self.start is None:
                self.begin_lap(t)
        elif self.start is None:
            self.begin_lap(t)
        else:
            time = self.driven(self.start, t)
            if time < self.min_lap and not accepted:
                return
            outcome = "valid"
            if self.paused_in_lap:
                outcome = "paused"
            if self.resets > self.reset_limit:
                outcome = "over_reset_limit"
            if dropped:
                outcome = "deleted"
            self.laps.append((outcome, time, self.resets))
            if self.over:
                self.start = None  # the open lap was given to the racer after the end
            elif self.expired(t):
                self.stop(t)
                self.over = True
                self.start = None
            else:
                self.begin_lap(t)

    def begin_lap(self, t: int) -> None:
        self.start = t
        self.resets = 0
        self.paused_in_lap = False

    def pause(self, t: int) -> None:
        self.tick(t)
        if not self.over and self.running():
            self.stop(t)
            self.paused_in_lap = self.start is not None

    def resume(self, t: int) -> None:
        self.tick(t)
        if not self.over and self.begun and not self.running():
            self.stretches.append([t, -1])

    def reset(self, t: int, delta: int) -> None:
        self.tick(t)
        if not self.over and self.begun and self.start is not None:
            self.resets = max(0, self.resets + delta)

    def give_up(self, t: int) -> None:
        self.tick(t)
        if self.over or not self.begun or self.start is None:
            return
        self.laps.append(("did_not_finish", self.driven(self.start, t), self.resets))
        late = self.expired(t)
        self.stop(t)
        self.start = None
        self.over = late
        self.resets = 0

    def end(self, t: int) -> None:
        self.tick(t)
        if not self.over:
            self.stop(t)
            self.over = True
