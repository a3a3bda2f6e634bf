"""The station's configuration file: JSON, every key optional, every mistake answered with a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from timing_firmware.crossing_filter import FilterSettings
from timing_firmware.protocol import DEFAULT_BAUD, DEFAULT_TCP_PORT

SOURCES = ("gpio", "simulated", "driven")
_SENSORS_MAX = 8


class ConfigError(Exception):
    """The configuration cannot be used; the text says what to change."""


@dataclass(frozen=True)
class Sensor:
    """One strip.

    Attributes:
        pin: BCM number.
        name: for people.
        pull_up: true for a bare strip between the pin and ground (pressed is low); false for a comparator
            board (pressed is high).
    """

    pin: int
    name: str
    pull_up: bool = True


@dataclass(frozen=True)
class StationConfig:
    """What the station is told at the start.

    Attributes:
        tcp: "host:port" to listen on; empty for no network. Port 0 takes any free one.
        serial: port or pyserial URL that a desk is wired to; empty for none.
        source: where edges come from: `gpio`, `simulated` (mock pins and a car that laps for ever) or
            `driven` (commands on standard input).
        secret: pairing secret that a desk must prove over TCP; empty for none.
        lap_s, speed_mps: of the simulated car.
        clock_id: names the run of the clock; None takes the computer's own.
        warp: how much faster than real time the clock runs; other than 1 only for `driven` strips.
    """

    name: str = "Timing station"
    data_dir: Path = Path("timing_station_data")
    tcp: str = f"0.0.0.0:{DEFAULT_TCP_PORT}"
    serial: str = ""
    baud: int = DEFAULT_BAUD
    source: str = "gpio"
    sensors: tuple[Sensor, ...] = (Sensor(17, "strip 1"), Sensor(27, "strip 2"))
    filter: FilterSettings = field(default_factory=FilterSettings)
    secret: str = ""
    zeroconf: bool = True
    lap_s: float = 8.0
    speed_mps: float = 1.5
    clock_id: int | None = None
    warp: float = 1.0

    @property
    def tcp_address(self) -> tuple[str, int]:
        """Return host and port of `tcp`."""
        host, _, port = self.tcp.rpartition(":")
        return host.strip("[]"), int(port)


def read_config(path: Path) -> StationConfig:
    """Read a configuration file.

    Raises:
        ConfigError: it is missing, is no JSON, or holds something that cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"The configuration {path} cannot be read: {error}.") from error
    try:
        decoded: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"The configuration {path} is not JSON: {error}.") from error
    if not isinstance(decoded, dict):
        raise ConfigError(f"The configuration {path} must hold one JSON object in braces.")
    try:
        return config_from(cast("dict[str, object]", decoded))
    except ConfigError as error:
        raise ConfigError(f"In the configuration {path}: {error}") from error


def config_from(values: Mapping[str, object], defaults: StationConfig | None = None) -> StationConfig:
    """Return the configuration of a JSON object; what it does not name is taken from `defaults`.

    Raises:
        ConfigError: a key is unknown or a value cannot be used.
    """
    unknown = sorted(set(values) - set(_KEYS))
    if unknown:
        raise ConfigError(f"{unknown[0]!r} is no setting. There are {', '.join(sorted(_KEYS))}.")
    taken: dict[str, object] = {}
    for key, value in values.items():
        kind, words = _KEYS[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ConfigError(f"{key!r} must be {words}.")
        if isinstance(value, str) and not _is_text(value):
            raise ConfigError(f"{key!r} holds half a character.")
        taken[key] = value
    if "data_dir" in taken:
        taken["data_dir"] = Path(cast("str", taken["data_dir"])).expanduser()
    if "sensors" in taken:
        taken["sensors"] = _sensors(cast("list[object]", taken["sensors"]))
    if "filter" in taken:
        try:
            taken["filter"] = FilterSettings().changed(cast("dict[str, object]", taken["filter"]))
        except ValueError as error:
            raise ConfigError(str(error)) from error
    config = replace(defaults or StationConfig(), **cast("dict[str, Any]", taken))
    _check(config)
    return config


_KEYS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "name": (str, "a text"),
    "data_dir": (str, "a folder"),
    "tcp": (str, 'a text such as "0.0.0.0:8765", or "" for no network'),
    "serial": (str, 'a port such as "/dev/ttyGS0", or "" for none'),
    "baud": (int, "a whole number"),
    "source": (str, f"one of {', '.join(SOURCES)}"),
    "sensors": (list, 'a list such as [{"pin": 17, "name": "strip 1", "pull_up": true}]'),
    "filter": (dict, 'an object such as {"lockout_us": 2000000}'),
    "secret": (str, "a text"),
    "zeroconf": (bool, "true or false"),
    "lap_s": ((int, float), "a number of seconds"),
    "speed_mps": ((int, float), "a speed in m/s"),
    "warp": ((int, float), "a factor"),
}


def _is_text(value: str) -> bool:
    return value.encode("utf-8", "replace").decode() == value


def _sensors(items: list[object]) -> tuple[Sensor, ...]:
    sensors: list[Sensor] = []
    for at, item in enumerate(items, start=1):
        row = cast("dict[str, object]", item) if isinstance(item, dict) else {}
        pin, name, pull_up = row.get("pin"), row.get("name", f"strip {at}"), row.get("pull_up", True)
        fits = type(pin) is int and 0 <= pin <= 53 and isinstance(name, str) and isinstance(pull_up, bool)
        fits = fits and _is_text(cast("str", name)) and len(cast("str", name)) <= 16
        if not fits or set(row) - {"pin", "name", "pull_up"}:
            raise ConfigError(
                f'sensor {at} must look like {{"pin": 17, "name": "strip 1", "pull_up": true}}.'
            )
        sensors.append(Sensor(cast("int", pin), cast("str", name), cast("bool", pull_up)))
    if not 1 <= len(sensors) <= _SENSORS_MAX or len({sensor.pin for sensor in sensors}) != len(sensors):
        raise ConfigError(f"'sensors' must hold 1 to {_SENSORS_MAX} strips on different pins.")
    return tuple(sensors)


def _check(config: StationConfig) -> None:
    if config.source not in SOURCES:
        raise ConfigError(f"'source' is {config.source!r}; it must be one of {', '.join(SOURCES)}.")
    if config.warp != 1.0 and (config.source != "driven" or not 0.1 <= config.warp <= 100):
        raise ConfigError("'warp' needs the source 'driven', and must be 0.1 to 100.")
    if len(config.name) > 40:
        raise ConfigError("'name' must have at most 40 characters.")
    if config.tcp:
        host, _, port = config.tcp.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
            raise ConfigError(f"'tcp' is {config.tcp!r}; it must be an address and a port: \"0.0.0.0:8765\".")
    if not config.tcp and not config.serial:
        raise ConfigError("'tcp' and 'serial' are both empty, so no desk could ever reach the station.")
    if config.lap_s < config.filter.lockout_us / 1e6 or not 0.1 <= config.speed_mps <= 10:
        raise ConfigError("'lap_s' must be longer than the lockout, and 'speed_mps' 0.1 to 10.")
