"""A disk that takes longer than the dead time must not split a car in two."""

import threading
import time
from pathlib import Path

import pytest

from timing_firmware.car_pass import edges_of_pass
from timing_firmware.config import StationConfig, config_from
from timing_firmware.edge_sources import DrivenSource
from timing_firmware.journal import Journal
from timing_firmware.service import StationService


@pytest.mark.slow
def test_a_rear_axle_that_waited_for_the_disk_is_no_second_car(tmp_path: Path, monkeypatch) -> None:
    written = list[str]()
    closed = threading.Event()
    append = Journal.append

    def slow_append(self, draft, clock_id, *, synced):
        written.append(draft.kind)
        time.sleep(0.4)  # as a worn SD card does; twice the dead time
        if draft.kind == "xe":
            closed.set()
        return append(self, draft, clock_id, synced=synced)

    monkeypatch.setattr(Journal, "append", slow_append)
    values = {
        "tcp": "127.0.0.1:0",
        "zeroconf": False,
        "source": "driven",
        "data_dir": str(tmp_path),
        "filter": {"lockout_us": 200_000, "quiet_us": 20_000},
    }
    service = StationService(config_from(values, StationConfig()))
    service.start()
    assert isinstance(service.source, DrivenSource)
    press_us = service.now_us() + 20_000
    service.source.command(edges_of_pass(press_us, speed_mps=1.0))  # axles 165 ms apart, 25 ms on the strip
    while service.now_us() < press_us + 60_000:  # the front axle has passed, the rear one is still to come
        time.sleep(0.005)
    runner = threading.Thread(target=service.run)
    runner.start()
    assert closed.wait(10)
    time.sleep(1.0)  # a second car, if there were one, would have been written by now
    service.end()
    runner.join(5)
    assert written.count("x") == 1
