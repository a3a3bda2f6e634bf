"""Whether this start has a screen, and what to say when it has none."""

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

HEADLESS_PLATFORMS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")
_X_PORT = 6000
_TRY_S = 1.0


def has_screen(environ: Mapping[str, str] = os.environ, system: str = sys.platform) -> bool:
    """Tell whether a window would be seen by somebody.

    On Linux a variable alone is no proof: the display server it names must take a connection, otherwise Qt
    ends the process without an exception.
    """
    platform = environ.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if platform in ("offscreen", "minimal"):
        return False
    if system != "linux" or platform in HEADLESS_PLATFORMS:
        return True
    return _wayland_answers(environ) or _x_answers(environ.get("DISPLAY", ""))


def platform_chosen(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether someone named Qt's platform on purpose."""
    return bool(environ.get("QT_QPA_PLATFORM"))


def missing_library(environ: Mapping[str, str] = os.environ, system: str = sys.platform) -> str:
    """Return the Debian package that Qt needs for windows under X and that is not there, or nothing.

    Qt would end the process when it is missing, so it is tried before.
    """
    if system != "linux" or platform_chosen(environ) or _wayland_answers(environ):
        return ""
    for library, package in (
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ):
        try:
            ctypes.CDLL(library)
        except OSError:
            return package
    return ""


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    name = environ.get("WAYLAND_DISPLAY", "")
    folder = environ.get("XDG_RUNTIME_DIR", "")
    if not name or not (folder or name.startswith("/")):
        return False
    return _takes_connection(socket.AF_UNIX, str(Path(folder) / name))


def _x_answers(display: str) -> bool:
    """Try the display server that `DISPLAY` names: `:0` is a local socket, `host:10.0` a TCP port."""
    host, colon, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not colon or not number.isdigit():
        return False
    if host not in ("", "unix"):
        return _takes_connection(socket.AF_INET, (host.strip("[]"), _X_PORT + int(number)))
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  (the fixed place of X11)
    return _takes_connection(socket.AF_UNIX, path) or _takes_connection(socket.AF_UNIX, f"\0{path}")


def _takes_connection(family: int, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(_TRY_S)
            line.connect(address)
    except (OSError, OverflowError, ValueError):  # also a port or a name that cannot be
        return False
    return True
