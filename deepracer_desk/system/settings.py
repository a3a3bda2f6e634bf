"""What the people of this computer prefer; never facts of an event."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

from deepracer_desk.system.atomic_file import write_atomically

VERSION = 1
ZOOM_LIMITS = (0.8, 2.0)

_logger = logging.getLogger(__name__)
_Part = TypeVar("_Part")


class Theme(StrEnum):
    """Colours of the desk's windows."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Density(StrEnum):
    """Height of rows and buttons."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """How the desk looks.

    Attributes:
        zoom: factor on all sizes, within `ZOOM_LIMITS`.
        language: code of a translation such as `de`, or empty for the system's.
        reduced_motion: nothing slides, fades or flies.
    """

    theme: Theme = Theme.SYSTEM
    zoom: float = field(default=1.0, metadata={"limits": ZOOM_LIMITS})
    density: Density = Density.COMFORTABLE
    language: str = ""
    reduced_motion: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What is heard.

    Attributes:
        volume: 0 (silent) to 1.
        speech_on: lap times and names are spoken.
    """

    on: bool = True
    volume: float = field(default=0.7, metadata={"limits": (0.0, 1.0)})
    speech_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Projector:
    """What the room sees.

    Attributes:
        screen_name: name of the screen, or empty for "the one that is not the desk's".
        show_qr: the code that leads phones to the leaderboard.
        qr_text: address in the code, or empty for the desk's own.
        show_title: the event's name.
        moments: celebrations of records and places gained.
    """

    screen_name: str = ""
    show_qr: bool = True
    qr_text: str = ""
    show_title: bool = True
    moments: bool = True


def _no_keys() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All preferences.

    Attributes:
        keys: action name to key sequence in Qt's portable text; only those changed from the default.
    """

    appearance: Appearance = field(default_factory=Appearance)
    sound: Sound = field(default_factory=Sound)
    projector: Projector = field(default_factory=Projector)
    keys: Mapping[str, str] = field(default_factory=_no_keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSettings:
    """Settings with what had to be said about reading them.

    Attributes:
        problems: full sentences for the person at the desk; usually none.
    """

    settings: Settings
    problems: tuple[str, ...] = ()


class SettingsFile:
    """The settings as JSON on disk; keys that this version does not know survive."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw: dict[str, Any] = {}

    def load(self) -> LoadedSettings:
        """Read the file; it is never an obstacle: what cannot be used is replaced and reported."""
        try:
            raw: object = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._raw = {}
            return LoadedSettings(settings=Settings())
        except OSError as error:
            self._raw = {}
            problem = (
                f"The settings file {self._path} could not be read ({error.strerror}). Defaults are in use."
            )
            return LoadedSettings(settings=Settings(), problems=(problem,))
        except ValueError:
            return LoadedSettings(settings=Settings(), problems=(self._put_aside(),))
        if not isinstance(raw, dict):
            return LoadedSettings(settings=Settings(), problems=(self._put_aside(),))
        self._raw = cast("dict[str, Any]", raw)
        problems: list[str] = []
        settings = _decode(Settings(), self._raw, "", problems)
        for problem in problems:
            _logger.info("Settings: %s", problem)
        return LoadedSettings(settings=settings, problems=tuple(problems))

    def save(self, settings: Settings) -> None:
        """Write the settings.

        Raises:
            OSError: the disk is full or the folder cannot be written; the old file stays.
        """
        merged = {**self._raw, **_encode(settings, self._raw), "version": self._version()}
        text = json.dumps(merged, indent=2, ensure_ascii=False, sort_keys=True)
        write_atomically(self._path, text.encode("utf-8") + b"\n")
        self._raw = merged

    def _version(self) -> int:
        found: object = self._raw.get("version")
        return max(found, VERSION) if isinstance(found, int) else VERSION

    def _put_aside(self) -> str:
        self._raw = {}
        aside = self._path.with_name(f"{self._path.stem}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}.json")
        try:
            self._path.replace(aside)
        except OSError as error:
            return f"The settings file {self._path} is damaged and could not be renamed ({error.strerror})."
        return f"The settings file was damaged. It is kept as {aside.name}; defaults are in use."


def _encode(part: object, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a settings part as JSON values, laid over what the file had."""
    result: dict[str, Any] = {}
    for each in fields(cast("Any", part)):
        value = getattr(part, each.name)
        if is_dataclass(value):
            old: object = raw.get(each.name)
            below = cast("dict[str, Any]", old) if isinstance(old, dict) else {}
            result[each.name] = {**below, **_encode(value, below)}
        elif isinstance(value, Mapping):
            result[each.name] = dict(cast("Mapping[str, str]", value))
        else:
            result[each.name] = value
    return result


def _decode(default: _Part, raw: Mapping[str, Any], where: str, problems: list[str]) -> _Part:
    """Return the part with every usable value of `raw`; the others keep their default and are reported."""
    chosen: dict[str, Any] = {}
    for each in fields(cast("Any", default)):
        if each.name not in raw:
            continue
        name = f"{where}{each.name}"
        present: object = getattr(default, each.name)
        value: object = raw[each.name]
        if is_dataclass(present) and isinstance(value, dict):
            chosen[each.name] = _decode(present, cast("dict[str, Any]", value), f"{name}.", problems)
            continue
        try:
            chosen[each.name] = _usable(present, value, each.metadata.get("limits"))
        except ValueError:
            problems.append(
                f"The setting {name} had the value {value!r}, which cannot be used; {present!s} is in use."
            )
    return replace(cast("Any", default), **chosen)


def _usable(present: object, value: object, limits: tuple[float, float] | None) -> object:
    """Return `value` in the type of `present`.

    Raises:
        ValueError: it is of another type or outside its limits.
    """
    match present:
        case StrEnum() if isinstance(value, str):
            return type(present)(value)
        case bool() if isinstance(value, bool):
            return value
        case float() if isinstance(value, int | float) and not isinstance(value, bool):
            if limits is not None and not limits[0] <= value <= limits[1]:
                raise ValueError(value)
            return float(value)
        case str() if isinstance(value, str):
            return value
        case Mapping() if isinstance(value, dict):
            pairs = cast("dict[str, object]", value)
            return MappingProxyType({key: text for key, text in pairs.items() if isinstance(text, str)})
        case _:
            raise ValueError(value)
