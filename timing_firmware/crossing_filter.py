"""Edges of pressure strips become crossings: one pass of a car is one crossing, whatever the strips do.

Pure: no clock, no pins. The line has three states, shared by all its strips:

    IDLE -> OPEN     first press of any strip; the crossing has the time of that edge
    OPEN -> LOCKED   every strip released for `quiet_us`, or `max_open_us` over
    LOCKED -> IDLE   `lockout_us` after the opening, and no group of edges under way

Groups of edges in LOCKED are reported as suppressed, with their time: one of them may be the true crossing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Union

_CHATTER_US = (
    10_000  # edges of one strip closer than this belong to one pulse; axles are 41 ms apart at 4 m/s
)
_NOISE_WINDOWS = 3  # seconds in a row with too many edges: a chattering pass never lasts that long
_SECOND_US = 1_000_000


@dataclass(frozen=True)
class FilterSettings:
    """How edges are joined; times in microseconds.

    Attributes:
        glitch_us: shorter presses are ignored; 0 takes every press.
        quiet_us: release of all strips that ends a pass.
        max_open_us: a longer pass is closed and marked slow.
        lockout_us: no second crossing before this, from the opening of the first.
        stuck_us: a strip pressed for longer is masked until it is released.
        noise_eps: a strip with more edges per second, three seconds in a row, is masked until it calms down.
        silent_passes: a strip that missed so many passes seen by others is reported; 0 is never.
    """

    glitch_us: int = 0
    quiet_us: int = 150_000
    max_open_us: int = 1_500_000
    lockout_us: int = 2_000_000
    stuck_us: int = 3_000_000
    noise_eps: int = 20
    silent_passes: int = 10

    def as_dict(self) -> dict[str, int]:
        """Return the settings by name."""
        return asdict(self)

    def changed(self, values: Mapping[str, object]) -> FilterSettings:
        """Return settings with some values replaced.

        Raises:
            ValueError: a name is unknown or a value is out of range; the text says which.
        """
        for name, value in values.items():
            if name not in _RANGES:
                raise ValueError(f"The filter has no setting {name!r}. It has {', '.join(_RANGES)}.")
            low, high = _RANGES[name]
            if type(value) is not int or not low <= value <= high:
                raise ValueError(f"The filter setting {name} is {value!r}; it must be {low} to {high}.")
        return replace(self, **values)  # type: ignore[arg-type]


_RANGES = {
    "glitch_us": (0, 2_000),
    "quiet_us": (20_000, 1_000_000),
    "max_open_us": (300_000, 5_000_000),
    "lockout_us": (200_000, 15_000_000),
    "stuck_us": (1_000_000, 30_000_000),
    "noise_eps": (5, 1_000),
    "silent_passes": (0, 1_000),
}


@dataclass(frozen=True)
class Opened:
    """A car began to cross: the time that laps are made of."""

    time_us: int
    sensor: int


@dataclass(frozen=True)
class Closed:
    """A pass is over.

    Attributes:
        time_us: when it was opened.
        mask: bit per strip that was pressed.
        pulses: presses of all strips, chatter joined.
        axles: most presses of one strip.
        last_us: last edge, after the opening.
        high_us: longest single press.
        gap_us: between the first two presses of one strip, else 0; wheelbase / gap is speed.
        edges: edges of any kind.
        slow: true when the pass did not end by itself.
    """

    time_us: int
    mask: int
    pulses: int
    axles: int
    last_us: int
    high_us: int
    gap_us: int
    edges: int
    slow: bool


@dataclass(frozen=True)
class Suppressed:
    """A group of edges inside the lockout."""

    time_us: int
    sensor: int
    duration_us: int
    edges: int


@dataclass(frozen=True)
class Alarm:
    """A strip misbehaves (`stuck`, `noise`, `silent`) or behaves again (the same with `_end`)."""

    time_us: int
    sensor: int
    code: str
    value: int


Finding = Union[Opened, Closed, Suppressed, Alarm]


@dataclass
class _Strip:
    level: int = 0
    since_us: int = 0  # of the present level
    masked: bool = False
    stuck: bool = False
    noisy: bool = False
    window_us: int = -1  # begin of the second in which edges are counted
    window_edges: int = 0
    full_windows: int = 0
    glitch_us: int = -1  # a press that is not old enough to count
    missed_passes: int = 0
    silent: bool = False


@dataclass
class _Pulses:
    """Presses of one strip in one group."""

    count: int = 0
    first_us: int = 0
    edge_us: int = 0  # the last edge
    gap_us: int = 0


@dataclass
class _Group:
    """Edges that belong together: a pass, or what came in a lockout."""

    time_us: int
    sensor: int
    last_us: int
    edges: int = 0
    high_us: int = 0
    strips: dict[int, _Pulses] = field(default_factory=dict[int, _Pulses])


class CrossingFilter:
    """The line of one station; feed edges in the order of their times."""

    def __init__(self, sensors: int, settings: FilterSettings | None = None) -> None:
        self.settings = settings or FilterSettings()
        self._strips = [_Strip() for _ in range(sensors)]
        self._open: _Group | None = None
        self._late: _Group | None = None
        self._locked_until_us: int | None = None
        self._dead_until_us = -1  # end of the last lockout, also after it is over

    @property
    def levels(self) -> tuple[bool, ...]:
        """Return for each strip whether it is pressed."""
        return tuple(bool(strip.level) for strip in self._strips)

    @property
    def alarms(self) -> tuple[tuple[str, int], ...]:
        """Return (code, sensor) of the alarms in force."""
        return tuple(
            (code, sensor)
            for sensor, strip in enumerate(self._strips)
            for code, active in (("stuck", strip.stuck), ("noise", strip.noisy), ("silent", strip.silent))
            if active
        )

    def begin(self, sensor: int, level: int, time_us: int) -> None:
        """Tell the level of a strip at the start; a strip that is already pressed makes no crossing."""
        strip = self._strips[sensor]
        strip.level, strip.since_us = level, time_us
        if level:
            self._locked_until_us = time_us

    def edge(self, sensor: int, level: int, time_us: int) -> list[Finding]:
        """Take an edge (level 1 is pressed) and return what it and the time until it brought about."""
        found = self.advance(time_us)
        strip = self._strips[sensor]
        self._count_edge(strip, time_us)
        if level == strip.level:
            return found  # two edges came too close for the driver; the level did not change for us
        strip.level = level
        held_us, strip.since_us = time_us - strip.since_us, time_us
        if strip.masked:
            return found
        if self.settings.glitch_us and level:
            strip.glitch_us = time_us
            return found
        if strip.glitch_us >= 0:  # released before the press was old enough
            strip.glitch_us = -1
            return found
        self._join(sensor, level, time_us, held_us, found)
        return found

    def advance(self, time_us: int) -> list[Finding]:
        """Tell that time has passed: no edge older than this comes any more."""
        found: list[Finding] = []
        for sensor, strip in enumerate(self._strips):
            if 0 <= strip.glitch_us <= time_us - self.settings.glitch_us:
                pressed_us, strip.glitch_us = strip.glitch_us, -1
                self._join(sensor, 1, pressed_us, 0, found)
        self._watch_strips(time_us, found)
        self._close(time_us, found)
        self._end_lockout(time_us, found)
        return found

    def _join(self, sensor: int, level: int, time_us: int, held_us: int, found: list[Finding]) -> None:
        group = self._open or self._late
        if group is None:
            if not level:
                return
            group = _Group(time_us, sensor, time_us)
            if self._locked_until_us is None and time_us < self._dead_until_us:
                self._locked_until_us = self._dead_until_us  # it came late: its own stamp decides, not now
            if self._locked_until_us is None:
                self._open = group
                found.append(Opened(time_us, sensor))
            else:
                self._late = group
        group.edges += 1
        group.last_us = max(group.last_us, time_us)
        pulses = group.strips.setdefault(sensor, _Pulses())
        if level:
            if pulses.count == 0 or time_us - pulses.edge_us > _CHATTER_US:
                pulses.count += 1
                if pulses.count == 1:
                    pulses.first_us = time_us
                elif pulses.count == 2:
                    pulses.gap_us = time_us - pulses.first_us
        else:
            group.high_us = max(group.high_us, min(held_us, time_us - group.time_us))
        pulses.edge_us = time_us

    def _pressed(self) -> bool:
        return any(strip.level and not strip.masked and strip.glitch_us < 0 for strip in self._strips)

    def _close(self, time_us: int, found: list[Finding]) -> None:
        group = self._open
        if group is None:
            return
        slow_us = group.time_us + self.settings.max_open_us
        quiet_us = group.last_us + self.settings.quiet_us
        quiet = not self._pressed() and quiet_us <= min(time_us, slow_us)
        if not quiet and time_us < slow_us:
            return
        self._open = None
        self._locked_until_us = self._dead_until_us = group.time_us + self.settings.lockout_us
        strips = group.strips.values()
        found.append(
            Closed(
                time_us=group.time_us,
                mask=sum(1 << sensor for sensor in group.strips),
                pulses=sum(strip.count for strip in strips),
                axles=max(strip.count for strip in strips),
                last_us=group.last_us - group.time_us,
                high_us=group.high_us,
                gap_us=next((strip.gap_us for strip in strips if strip.gap_us), 0),
                edges=group.edges,
                slow=not quiet,
            )
        )
        self._look_for_silence(set(group.strips), group.time_us, found)

    def _end_lockout(self, time_us: int, found: list[Finding]) -> None:
        if self._locked_until_us is None:
            return
        if self._late is None and self._pressed():
            # Still pressed after a slow pass: its release must not count as a new car.
            sensor = next(at for at, strip in enumerate(self._strips) if strip.level and not strip.masked)
            since_us = self._strips[sensor].since_us
            self._late = _Group(
                since_us, sensor, max(since_us, self._locked_until_us - self.settings.lockout_us)
            )
        group = self._late
        if group is not None and not self._pressed() and group.last_us + self.settings.quiet_us <= time_us:
            self._late = None
            if any(strip.count for strip in group.strips.values()):
                found.append(
                    Suppressed(group.time_us, group.sensor, group.last_us - group.time_us, group.edges)
                )
        if self._late is None and time_us >= self._locked_until_us:
            self._locked_until_us = None

    def _count_edge(self, strip: _Strip, time_us: int) -> None:
        if strip.window_us < 0:
            strip.window_us = time_us
        strip.window_edges += 1

    def _watch_strips(self, time_us: int, found: list[Finding]) -> None:
        for sensor, strip in enumerate(self._strips):
            self._watch_noise(sensor, strip, time_us, found)
            held_us = time_us - strip.since_us
            if strip.level and not strip.stuck and held_us >= self.settings.stuck_us:
                strip.stuck = strip.masked = True
                found.append(Alarm(strip.since_us + self.settings.stuck_us, sensor, "stuck", held_us // 1000))
            elif strip.stuck and not strip.level and held_us >= self.settings.quiet_us:
                strip.stuck = False
                strip.masked = strip.noisy
                found.append(Alarm(strip.since_us, sensor, "stuck_end", 0))

    def _watch_noise(self, sensor: int, strip: _Strip, time_us: int, found: list[Finding]) -> None:
        while strip.window_us >= 0 and time_us - strip.window_us >= _SECOND_US:
            edges, strip.window_edges = strip.window_edges, 0
            strip.window_us += _SECOND_US
            strip.full_windows = strip.full_windows + 1 if edges > self.settings.noise_eps else 0
            if strip.full_windows >= _NOISE_WINDOWS and not strip.noisy:
                strip.noisy = strip.masked = True
                found.append(Alarm(strip.window_us, sensor, "noise", edges))
            elif strip.noisy and not edges:
                strip.noisy = False
                strip.masked = strip.stuck
                found.append(Alarm(strip.window_us, sensor, "noise_end", 0))
            if not edges and not strip.noisy:
                strip.window_us = -1

    def _look_for_silence(self, seen: set[int], time_us: int, found: list[Finding]) -> None:
        limit = self.settings.silent_passes
        for sensor, strip in enumerate(self._strips):
            strip.missed_passes = 0 if sensor in seen else strip.missed_passes + 1
            silent = bool(limit) and strip.missed_passes >= limit
            if silent != strip.silent:
                strip.silent = silent
                code = "silent" if silent else "silent_end"
                found.append(Alarm(time_us, sensor, code, strip.missed_passes))
