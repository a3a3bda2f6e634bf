"""Who the station is: a random number kept for life, and which run of the clock its times belong to."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_SYNCED = Path("/run/systemd/timesync/synchronized")


@dataclass(frozen=True)
class Identity:
    """The station's identity.

    Attributes:
        uid: 32 hex digits, random, made at the first start.
    """

    uid: str

    @property
    def station_id(self) -> str:
        """Return the eight hex digits that people and messages use."""
        return self.uid[:8]


def load_identity(folder: Path) -> Identity:
    """Return the identity kept in `folder`; make one at the first start.

    Raises:
        OSError: the folder cannot be written to.
    """
    path = folder / "station.json"
    with contextlib.suppress(OSError, ValueError):
        decoded: Any = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(decoded, dict):
            uid = cast("dict[str, object]", decoded).get("uid")
            if isinstance(uid, str) and len(uid) == 32 and set(uid) <= set("0123456789abcdef"):
                return Identity(uid)
    identity = Identity(secrets.token_hex(16))
    write_safely(path, json.dumps({"uid": identity.uid}))
    return identity


def write_safely(path: Path, text: str) -> None:
    """Replace a file so that a power cut leaves either the old or the new content.

    Raises:
        OSError: the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def clock_id(warp: float = 1.0) -> int:
    """Return the name of the present run of the monotonic clock.

    On Linux the clock runs from boot, so the name comes from the boot: stamps of two runs of the program in
    one boot may be subtracted. Elsewhere every start of the program is a new run.
    """
    try:
        return zlib.crc32(f"{_BOOT_ID.read_text(encoding='ascii')} {warp}".encode()) or 1
    except OSError:
        return secrets.randbits(32) or 1


def wall_is_synced() -> bool:
    """Tell whether a time server has set the wall clock since boot."""
    return _SYNCED.exists()
