"""One app per data folder; a second start asks the first to show itself."""

import contextlib
import json
import logging
import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self, cast

_logger = logging.getLogger(__name__)
_LOOPBACK = "127.0.0.1"
_LOCKED_BYTE = 1 << 30  # far behind the text: Windows denies reading what is locked
_ANSWER_S = 2.0
_LINE_LIMIT = 256  # bytes


class SingleInstance:
    """A lock on the data folder that dies with the process, and the door at which a second start knocks.

    `on_raise` is called in a thread of its own whenever another start asks for the window.
    """

    def __init__(self, lock_file: Path, on_raise: Callable[[], None]) -> None:
        self._lock_file = lock_file
        self._on_raise = on_raise
        self._file: IO[bytes] | None = None
        self._door: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._word = ""

    def acquire(self) -> bool:
        """Take the folder; False when another running app has it.

        Raises:
            OSError: the folder cannot be written.
        """
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        file = os.fdopen(handle, "r+b", buffering=0)
        if not _try_lock(file):
            file.close()
            return False
        self._file = file
        self._open_door()
        port = self._door.getsockname()[1] if self._door is not None else 0
        note = json.dumps({"pid": os.getpid(), "port": port, "word": self._word}).encode("ascii")
        file.seek(0)
        file.truncate()
        file.write(note)
        return True

    def ask_first(self) -> bool:
        """Ask the app that has the folder to show its window; True when it said yes."""
        note = self._note()
        port, word = note.get("port"), note.get("word")
        if not isinstance(port, int) or not isinstance(word, str) or not port:
            return False
        try:
            with socket.create_connection((_LOOPBACK, port), timeout=_ANSWER_S) as line:
                line.sendall(f"raise {word}\n".encode("ascii"))
                return line.recv(_LINE_LIMIT).strip() == b"ok"
        except OSError:
            return False

    def first_pid(self) -> int | None:
        """Return the process id of the app that has the folder, if it left a note."""
        pid = self._note().get("pid")
        return pid if isinstance(pid, int) else None

    def release(self) -> None:
        """Give the folder back; may be called twice."""
        if self._door is not None:
            with contextlib.suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
            self._door = None
        if self._thread is not None:
            self._thread.join(_ANSWER_S)
            self._thread = None
        if self._file is not None:
            self._file.close()  # the file stays: without it two starts could hold two different files
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _note(self) -> dict[str, Any]:
        try:
            note: object = json.loads(self._lock_file.read_bytes())
        except (OSError, ValueError):
            return {}
        return cast("dict[str, Any]", note) if isinstance(note, dict) else {}

    def _open_door(self) -> None:
        """Listen on loopback; without it the lock still holds and the second start only says so."""
        door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            door.bind((_LOOPBACK, 0))
            door.listen(4)
        except OSError as error:
            _logger.info("No loopback port for second starts: %s", error)
            door.close()
            return
        self._door = door
        self._word = secrets.token_hex(16)
        self._thread = threading.Thread(target=self._answer, args=(door,), name="second-start", daemon=True)
        self._thread.start()

    def _answer(self, door: socket.socket) -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return  # released
            with line, contextlib.suppress(OSError):
                line.settimeout(_ANSWER_S)
                asked = line.recv(_LINE_LIMIT).strip()
                if secrets.compare_digest(asked, f"raise {self._word}".encode("ascii")):
                    self._on_raise()
                    line.sendall(b"ok\n")


def _try_lock(file: IO[bytes]) -> bool:
    """Lock without waiting; the system lets go when the process ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  (exists there only)

            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415  (not on Windows)

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
