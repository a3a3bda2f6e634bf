"""The station itself: edges in, numbered records out; knows nothing of pins, sockets and threads."""

from __future__ import annotations

import contextlib
import json
import platform
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from timing_firmware import __version__
from timing_firmware.config import StationConfig
from timing_firmware.crossing_filter import Alarm, Closed, CrossingFilter, FilterSettings, Finding, Opened
from timing_firmware.identity import Identity, wall_is_synced, write_safely
from timing_firmware.journal import Journal
from timing_firmware.protocol import EPOCHS_IN_HELLO, settings_hash
from timing_firmware.records import Draft, Record

_LOOK_US = 5_000_000  # between two looks at disk space, temperature, wall clock


class Station:
    """Journal, filter, and facts about the station; not safe for several threads at once.

    Attributes:
        owner: host id of the desk that may change settings; empty without one.
        clock_id: names the run of the clock that all times belong to.
    """

    def __init__(
        self,
        config: StationConfig,
        identity: Identity,
        journal: Journal,
        *,
        clock_id: int,
        now_us: Callable[[], int],
        wall_s: Callable[[], float],
    ) -> None:
        self.clock_id = clock_id
        self.owner = ""
        self.now_us = now_us
        self.simulated = config.source != "gpio"
        self.secret = config.secret
        self.journal = journal
        self._config = config
        self._identity = identity
        self._wall_s = wall_s
        self._settings_path = config.data_dir / "settings.json"
        self._filter = CrossingFilter(len(config.sensors), self._cached_settings(config.filter))
        self._opened: dict[int, int] = {}  # time of an opened crossing -> its number
        self._edges = 0
        self._edge_us: int | None = None
        self._look_us = 0
        self._synced = False
        self._disk_mb = 0
        self._temperature: int | None = None
        self._look(now_us())
        self._append(Draft("hs", now_us(), values={"code": "restart", "value": journal.cut_bytes}))

    @property
    def station_id(self) -> str:
        """Return the eight hex digits of this station."""
        return self._identity.station_id

    def begin(self, sensor: int, level: int, time_us: int) -> None:
        """Tell the level of a strip at the start."""
        self._filter.begin(sensor, level, time_us)

    def edge(self, sensor: int, level: int, time_us: int) -> None:
        """Take an edge of a strip; what it brings about is in the journal on return."""
        self._edges += 1
        self._edge_us = max(time_us, self._edge_us or 0)
        self._keep(self._filter.edge(sensor, level, time_us))

    def advance(self, time_us: int) -> None:
        """Let the filter know that no older edge will come."""
        self._keep(self._filter.advance(time_us))
        now_us = self.now_us()
        if now_us - self._look_us >= _LOOK_US:
            self._look(now_us)
        if self.journal.in_memory_only and self.journal.retry_disk():
            self.health("disk_end")

    def health(self, code: str, sensor: int = -1, value: int = 0) -> None:
        """Record that something about the station's health has changed."""
        self._append(Draft("hs", self.now_us(), sensor, values={"code": code, "value": value}))

    def test_crossing(self, sensor: int) -> None:
        """Record a crossing that no car made; the lockout does not apply to it."""
        now_us = self.now_us()
        at = max(sensor, 0)
        record = self._append(Draft("x", now_us, at, simulated=True))
        values: dict[str, int | str] = {"ref": record.n, "mask": 1 << at, "pulses": 1, "axles": 1}
        self._append(Draft("xe", now_us, at, simulated=True, values=values))

    def configure(self, values: Mapping[str, object]) -> FilterSettings:
        """Replace filter settings and remember them.

        Raises:
            ValueError: a setting is unknown or out of range; nothing is changed then.
        """
        settings = self._filter.settings.changed(values)
        self._filter.settings = settings
        with contextlib.suppress(OSError):  # the desk sends them again when it attaches
            write_safely(self._settings_path, json.dumps(settings.as_dict()))
        return settings

    def hello(self, nonce: str) -> dict[str, object]:
        """Return the fields of a hello."""
        return {
            **self._now_fields(),
            "s": self.station_id,
            "uid": self._identity.uid,
            "name": self._config.name,
            "hw": _hardware(),
            "fw": __version__,
            "caps": ["gpio"],
            "sensors": [sensor.name for sensor in self._config.sensors],
            "e": self.journal.epoch,
            "epochs": [list(span) for span in self.journal.spans()[-EPOCHS_IN_HELLO:]],
            "cfg": settings_hash(self._filter.settings.as_dict()),
            "nonce": nonce,
            "sim": int(self.simulated),
        }

    def status(self, role: str, unacknowledged: int, rejected: int) -> dict[str, object]:
        """Return the fields of a heartbeat for one desk."""
        fields: dict[str, object] = {
            **self._now_fields(),
            "s": self.station_id,
            "e": self.journal.epoch,
            "last": self.journal.last,
            "un": unacknowledged,
            "lv": [int(level) for level in self._filter.levels],
            "ed": self._edges & 0xFFFF_FFFF,
            "role": role,
            "rej": rejected,
            "disk": self._disk_mb,
            "al": [f"{code}:{sensor}" for code, sensor in self._filter.alarms][:16]
            + (["disk"] if self.journal.in_memory_only else []),
        }
        if self._edge_us is not None:
            fields["pm"] = self._edge_us
        if self._temperature is not None:
            fields["temp"] = self._temperature
        return fields

    def clock_fields(self) -> dict[str, object]:
        """Return what a pong tells of the clocks beside its stamps."""
        return {"k": self.clock_id, "w": max(0, int(self._wall_s() * 1000)), "ws": int(self._synced)}

    def _now_fields(self) -> dict[str, object]:
        return {"m": self.now_us(), **self.clock_fields()}

    def _keep(self, findings: list[Finding]) -> None:
        for found in findings:
            if isinstance(found, Opened):
                record = self._append(Draft("x", found.time_us, found.sensor, self.simulated))
                self._opened[found.time_us] = record.n
            elif isinstance(found, Closed):
                self._append(self._closed(found))
            elif isinstance(found, Alarm):
                values: dict[str, int | str] = {"code": found.code, "value": found.value}
                self._append(Draft("hs", found.time_us, found.sensor, self.simulated, values))
            else:
                values = {"dur": found.duration_us, "edges": found.edges}
                self._append(Draft("sup", found.time_us, found.sensor, self.simulated, values))

    def _closed(self, found: Closed) -> Draft:
        sensor = (found.mask & -found.mask).bit_length() - 1
        values: dict[str, int | str] = {
            "ref": self._opened.pop(found.time_us, 0),
            "mask": found.mask,
            "pulses": found.pulses,
            "axles": found.axles,
            "last": found.last_us,
            "high": found.high_us,
            "agap": found.gap_us,
            "edges": found.edges,
        }
        if found.slow:
            values["slow"] = 1
        return Draft("xe", found.time_us, sensor, self.simulated, values)

    def _append(self, draft: Draft) -> Record:
        was_safe = not self.journal.in_memory_only
        record = self.journal.append(draft, self.clock_id, synced=self._synced)
        if was_safe and self.journal.in_memory_only:
            self.health("disk")
        return record

    def _cached_settings(self, configured: FilterSettings) -> FilterSettings:
        try:
            decoded: Any = json.loads(self._settings_path.read_text(encoding="utf-8"))
            return configured.changed(cast("dict[str, object]", decoded))
        except (OSError, ValueError, AttributeError):
            return configured

    def _look(self, now_us: int) -> None:
        self._look_us = now_us
        self._synced = wall_is_synced()
        with contextlib.suppress(OSError):
            self._disk_mb = shutil.disk_usage(self._config.data_dir).free >> 20
        with contextlib.suppress(OSError, ValueError):
            text = Path("/sys/class/thermal/thermal_zone0/temp").read_text(encoding="ascii")
            self._temperature = max(-100, min(1000, int(text) // 1000))


def _hardware() -> str:
    with contextlib.suppress(OSError):
        text = Path("/sys/firmware/devicetree/base/model").read_text(encoding="utf-8", errors="replace")
        return text.strip("\0\n ")[:64]
    return f"{platform.system()} {platform.machine()}"[:64]
