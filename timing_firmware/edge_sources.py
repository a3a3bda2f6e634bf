"""Where edges come from: real pins, mock pins with a car that laps by itself, or commands."""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Protocol

from timing_firmware.car_pass import Edge, edges_of_pass
from timing_firmware.config import Sensor, StationConfig

OnEdge = Callable[[int, int, int], None]
_TICKS_OFF_US = 1_000_000  # kernels before 5.7 stamp edges with the wall clock: off by decades


class EdgeSource(Protocol):
    """Gives edges of strips, stamped on the station's clock; level 1 is pressed."""

    @property
    def quality(self) -> str:
        """Return `kernel`, `user` or `made up`: who takes the stamps."""
        ...

    def levels(self) -> tuple[int, ...]:
        """Return the level of each strip."""
        ...

    def start(self, on_edge: OnEdge) -> None:
        """Begin to call `on_edge(sensor, level, time_us)`, on any thread."""
        ...

    def stop(self) -> None:
        """End; a second call does nothing."""
        ...


class PinFactory(Protocol):
    """What is used of a pin factory of gpiozero, which has no types."""

    def pin(self, name: int, /) -> Any:  # noqa: ANN401
        """Return a pin."""
        ...


class GpioSource:
    """Strips on pins of gpiozero; the driver's own debouncing stays off: it delays and loses edges."""

    def __init__(self, sensors: Sequence[Sensor], factory: PinFactory, now_us: Callable[[], int]) -> None:
        """Set the pins up.

        Args:
            sensors: one per strip.
            factory: a pin factory of gpiozero.
            now_us: the station's clock.
        """
        self._sensors = sensors
        self._now_us = now_us
        self._on_edge: OnEdge | None = None
        self._trusted: bool | None = None  # None until the first edge has shown who stamps
        self._pins: list[Any] = []
        self._handlers: list[Callable[[float, int], None]] = []  # gpiozero keeps weak references only
        for sensor in sensors:
            pin = factory.pin(sensor.pin)
            pin.function = "input"
            pin.pull = "up" if sensor.pull_up else "floating"
            pin.bounce = None
            pin.edges = "both"
            self._pins.append(pin)

    @property
    def quality(self) -> str:
        return "user" if self._trusted is False else "kernel"

    def levels(self) -> tuple[int, ...]:
        return tuple(int(bool(pin.state) != sensor.pull_up) for pin, sensor in zip(self._pins, self._sensors))

    def start(self, on_edge: OnEdge) -> None:
        self._on_edge = on_edge
        for index, pin in enumerate(self._pins):
            handler = self._handler(index)
            self._handlers.append(handler)
            pin.when_changed = handler

    def stop(self) -> None:
        self._on_edge = None
        for pin in self._pins:
            pin.when_changed = None
            pin.close()
        self._pins.clear()
        self._handlers.clear()

    def _handler(self, index: int) -> Callable[[float, int], None]:
        pull_up = self._sensors[index].pull_up

        def changed(ticks: float, state: int) -> None:
            if self._on_edge is not None:
                self._on_edge(index, int(bool(state) != pull_up), self._stamp(ticks))

        return changed

    def _stamp(self, ticks: float) -> int:
        now_us, stamp_us = self._now_us(), int(ticks * 1e6)
        if self._trusted is None:
            self._trusted = abs(stamp_us - now_us) <= _TICKS_OFF_US
        return stamp_us if self._trusted else now_us


class SimulatedSource:
    """Mock pins and a car that crosses them for ever."""

    quality = "made up"

    def __init__(self, config: StationConfig, now_us: Callable[[], int]) -> None:
        self._config = config
        self._now_us = now_us
        self._factory: Any = import_module("gpiozero.pins.mock").MockFactory()  # untyped, and optional
        self._gpio = GpioSource(config.sensors, self._factory, now_us)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def levels(self) -> tuple[int, ...]:
        return self._gpio.levels()

    def start(self, on_edge: OnEdge) -> None:
        self._gpio.start(on_edge)
        self._thread = threading.Thread(target=self._drive, name="simulated car", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join(1.0)
        self._gpio.stop()

    def _drive(self) -> None:
        chance = random.Random()  # noqa: S311 - a car, not a secret
        next_us = self._now_us() + 1_000_000
        while not self._ended.is_set():
            strips = range(len(self._config.sensors))
            for edge in edges_of_pass(next_us, speed_mps=self._config.speed_mps, sensors=strips):
                if self._ended.wait(max(0.0, (edge.time_us - self._now_us()) / 1e6)):
                    return
                self._drive_pin(edge)
            next_us += int(self._config.lap_s * 1e6 * chance.uniform(0.95, 1.05))

    def _drive_pin(self, edge: Edge) -> None:
        sensor = self._config.sensors[edge.sensor]
        pin = self._factory.pin(sensor.pin)
        if bool(edge.level) != sensor.pull_up:
            pin.drive_high()
        else:
            pin.drive_low()


class DrivenSource:
    """Edges by command, each given out at its time; for rehearsals and tests."""

    quality = "made up"

    def __init__(self, sensors: int, now_us: Callable[[], int], *, warp: float = 1.0) -> None:
        self._sensors = sensors
        self._warp = warp
        self._now_us = now_us
        self._due: list[tuple[int, int, int, int]] = []
        self._count = 0
        self._changed = threading.Condition()
        self._ended = False
        self._thread: threading.Thread | None = None

    def levels(self) -> tuple[int, ...]:
        return (0,) * self._sensors

    def command(self, edges: Sequence[Edge]) -> None:
        """Give out these edges when their times come; at once for times that are past.

        Raises:
            ValueError: there is no such strip.
        """
        if any(not 0 <= edge.sensor < self._sensors for edge in edges):
            raise ValueError(f"There are strips 0 to {self._sensors - 1}.")
        with self._changed:
            for edge in edges:
                self._count += 1
                heapq.heappush(self._due, (edge.time_us, self._count, edge.sensor, edge.level))
            self._changed.notify()

    def start(self, on_edge: OnEdge) -> None:
        self._thread = threading.Thread(target=self._run, args=(on_edge,), name="driven strips", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(1.0)

    def _run(self, on_edge: OnEdge) -> None:
        with self._changed:
            while not self._ended:
                wait_us = self._due[0][0] - self._now_us() if self._due else 1_000_000
                if wait_us > 0:
                    self._changed.wait(wait_us / 1e6 / self._warp)
                    continue
                time_us, _, sensor, level = heapq.heappop(self._due)
                on_edge(sensor, level, time_us)


def open_source(config: StationConfig, now_us: Callable[[], int]) -> EdgeSource:
    """Return the source that a configuration names.

    Raises:
        ImportError: gpiozero is not installed.
        OSError, ValueError, RuntimeError: the pins cannot be used.
    """
    if config.source == "driven":
        return DrivenSource(len(config.sensors), now_us, warp=config.warp)
    if config.source == "simulated":
        return SimulatedSource(config, now_us)
    device: Any = import_module("gpiozero").Device
    device.ensure_pin_factory()
    return GpioSource(config.sensors, device.pin_factory, now_us)
