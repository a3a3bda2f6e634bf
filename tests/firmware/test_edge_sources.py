"""Edges of pins, simulated cars and commands come out with the stamps they had."""

import gc
import threading
import time

import gpiozero.pins.mock
import pytest
from gpiozero.pins.mock import MockFactory

from timing_firmware.car_pass import Edge, edges_of_pass
from timing_firmware.config import Sensor, StationConfig
from timing_firmware.edge_sources import DrivenSource, GpioSource, SimulatedSource, open_source

SENSORS = (Sensor(17, "bare strip", pull_up=True), Sensor(27, "comparator", pull_up=False))


class Collected:
    def __init__(self) -> None:
        self.edges: list[tuple[int, int, int]] = []
        self.threads: set[str] = set()
        self._changed = threading.Condition()

    def __call__(self, sensor: int, level: int, time_us: int) -> None:
        with self._changed:
            self.edges.append((sensor, level, time_us))
            self.threads.add(threading.current_thread().name)
            self._changed.notify_all()

    def wait(self, count: int, within_s: float = 3.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self.edges) >= count, within_s)


@pytest.fixture
def mock_time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(gpiozero.pins.mock, "monotonic", lambda: now[0])
    return now


def now_us() -> int:
    return time.monotonic_ns() // 1000


def test_pins_give_pressed_and_released_with_the_drivers_stamps(mock_time: list[float]) -> None:
    factory = MockFactory()
    source = GpioSource(SENSORS, factory, lambda: int(mock_time[0] * 1e6) + 300)
    collected = Collected()
    assert source.levels() == (0, 0)
    source.start(collected)
    gc.collect()  # gpiozero keeps weak references: a handler that nobody holds would be gone
    bare, comparator = factory.pin(17), factory.pin(27)
    for at_s, press in (
        (200.0, bare.drive_low),
        (200.006123, bare.drive_high),
        (201.5, comparator.drive_high),
    ):
        mock_time[0] = at_s
        press()
    assert collected.edges == [(0, 1, 200_000_000), (0, 0, 200_006_123), (1, 1, 201_500_000)]
    assert source.levels() == (0, 1)
    assert source.quality == "kernel"
    source.stop()
    comparator.drive_low()
    assert len(collected.edges) == 3


def test_edges_may_come_from_another_thread(mock_time: list[float]) -> None:
    factory = MockFactory()
    source = GpioSource(SENSORS, factory, lambda: int(mock_time[0] * 1e6))
    collected = Collected()
    source.start(collected)
    thread = threading.Thread(target=factory.pin(17).drive_low, name="driver")
    thread.start()
    thread.join()
    assert collected.threads == {"driver"}
    source.stop()


def test_stamps_of_another_clock_are_replaced_and_the_quality_says_so(mock_time: list[float]) -> None:
    factory = MockFactory()
    source = GpioSource(SENSORS, factory, lambda: 5_000_000)
    collected = Collected()
    source.start(collected)
    mock_time[0] = 1_790_000_000.0  # an old kernel stamps with the wall clock
    factory.pin(17).drive_low()
    assert collected.edges == [(0, 1, 5_000_000)]
    assert source.quality == "user"
    source.stop()


def test_a_simulated_car_crosses_all_strips_again_and_again() -> None:
    config = StationConfig(source="simulated", sensors=SENSORS, lap_s=2.0, speed_mps=4.0)
    source = SimulatedSource(config, now_us)
    collected = Collected()
    begin_us = now_us()
    source.start(collected)
    assert collected.wait(8)
    source.stop()
    assert {edge[0] for edge in collected.edges} == {0, 1}
    assert [sum(edge[1] == level for edge in collected.edges[:8]) for level in (0, 1)] == [4, 4]
    assert 900_000 < collected.edges[0][2] - begin_us < 1_300_000


def test_commanded_edges_come_at_their_times_in_order_with_exact_stamps() -> None:
    source = DrivenSource(2, now_us)
    collected = Collected()
    source.start(collected)
    at_us = now_us() + 30_000
    edges = edges_of_pass(at_us, speed_mps=4, sensors=(0, 1), chatter=2)
    source.command(list(reversed(edges)))
    assert collected.wait(len(edges))
    arrived_us = now_us()
    source.stop()
    given = [Edge(time_us, sensor, level) for sensor, level, time_us in collected.edges]
    assert [edge.time_us for edge in given] == [edge.time_us for edge in edges]
    assert set(given) == set(edges)
    assert arrived_us >= edges[-1].time_us
    with pytest.raises(ValueError, match="strips 0 to 1"):
        source.command([Edge(0, 2, 1)])


def test_edges_of_the_past_come_at_once() -> None:
    source = DrivenSource(1, now_us)
    collected = Collected()
    source.start(collected)
    source.command([Edge(5, 0, 1)])
    assert collected.wait(1)
    source.stop()
    source.stop()
    assert collected.edges == [(0, 1, 5)]


def test_the_configuration_chooses_the_source() -> None:
    assert isinstance(open_source(StationConfig(source="driven"), now_us), DrivenSource)
    assert isinstance(open_source(StationConfig(source="simulated"), now_us), SimulatedSource)


def test_a_pass_has_two_axles_and_dwells_as_long_as_its_speed_says() -> None:
    edges = edges_of_pass(1_000, speed_mps=2.0)
    assert edges == [Edge(1_000, 0, 1), Edge(13_500, 0, 0), Edge(83_500, 0, 1), Edge(96_000, 0, 0)]
    assert len(edges_of_pass(0, missed_axle=True)) == 2
    with pytest.raises(ValueError, match="speed"):
        edges_of_pass(0, speed_mps=0)
