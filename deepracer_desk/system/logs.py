"""The app's log: JSON lines in a rotating file, written by its own thread, without secrets."""

import contextlib
import copy
import faulthandler
import json
import logging
import os
import queue
import re
import sys
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

from deepracer_desk.system.paths import Paths

LOG_FILE = "desk.log"
FILE_BYTES = 5 * 1024 * 1024
OLD_FILES = 4  # with the present one: five

_SECRET = re.compile(
    r"(?P<name>\b[\w-]*(?:passw(?:or)?d|passphrase|secret|token|cookie|authorization|api[_-]?key|csrf)[\w-]*[\"']?"
    r"\s*[:=]\s*)(?:(?:basic|bearer)\s+)?(?P<value>\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)",
    re.IGNORECASE,
)
_URL_LOGIN = re.compile(r"(?P<name>\b[a-z][a-z0-9+.-]*://[^\s/:@]*:)[^\s/@]+(?=@)", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_REMOVED = "[removed]"


def redact(text: str) -> str:
    """Return the text without passwords, tokens and e-mail addresses."""
    text = _SECRET.sub(rf"\g<name>{_REMOVED}", text)
    text = _URL_LOGIN.sub(rf"\g<name>{_REMOVED}", text)
    return _MAIL.sub(_REMOVED, text)


class _JsonLines(logging.Formatter):
    """One JSON object a line; a traceback stays inside its line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "utc": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "topic": record.name,
            "thread": record.threadName,
            "text": redact(record.getMessage()),
        }
        if record.exc_text:
            line["traceback"] = redact(record.exc_text)
        return json.dumps(line, ensure_ascii=False)


class _ConsoleLines(logging.Formatter):
    """Short lines for someone who started the app from a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        text = f"{record.levelname.lower()}: {redact(record.getMessage())}"
        return f"{text}\n{redact(record.exc_text)}" if record.exc_text else text


class _Sender(QueueHandler):
    """Hands finished text to the writing thread, with the traceback apart from the message."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        ready = copy.copy(record)
        ready.msg = record.getMessage()
        ready.args = None
        if record.exc_info and not record.exc_text:
            ready.exc_text = logging.Formatter().formatException(record.exc_info)
        ready.exc_info = None
        return ready


class RunningLogs:
    """The log while the app runs; `stop` writes what is waiting and gives the files back."""

    def __init__(self, sender: _Sender, listener: QueueListener, faults: TextIO, faults_path: Path) -> None:
        self._sender = sender
        self._listener = listener
        self._faults = faults
        self._faults_path = faults_path
        self._open = True

    def stop(self) -> None:
        """End the writing thread; may be called twice."""
        if not self._open:
            return
        self._open = False
        logging.getLogger().removeHandler(self._sender)
        self._listener.stop()
        for handler in self._listener.handlers:
            handler.close()
        self._sender.close()
        if faulthandler.is_enabled():
            faulthandler.disable()
        self._faults.close()
        with contextlib.suppress(OSError):
            if self._faults_path.stat().st_size == 0:
                self._faults_path.unlink()


def start_logs(paths: Paths, *, level: int = logging.INFO, console: TextIO | None = None) -> RunningLogs:
    """Send every log record of this process to `logs/desk.log` and hard crashes to a file in `crash/`.

    Args:
        paths: of a data folder that exists.
        level: the least severe records kept.
        console: gets warnings and errors as short lines too, if given.

    Raises:
        OSError: the folder cannot be written.
    """
    paths.create()
    file = RotatingFileHandler(
        paths.logs / LOG_FILE, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True
    )
    file.setFormatter(_JsonLines())
    handlers: list[logging.Handler] = [file]
    if console is not None:
        terminal = logging.StreamHandler(console)
        terminal.setLevel(logging.WARNING)
        terminal.setFormatter(_ConsoleLines())
        handlers.append(terminal)
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    sender = _Sender(waiting)  # pyright: ignore[reportArgumentType]  (typeshed knows Queue only)
    listener = QueueListener(waiting, *handlers, respect_handler_level=True)  # pyright: ignore[reportArgumentType]
    faults_path = paths.crash / f"hard-crash-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    faults = faults_path.open("w", encoding="utf-8")
    faulthandler.enable(file=faults, all_threads=True)
    root = logging.getLogger()
    root.addHandler(sender)
    root.setLevel(level)
    listener.start()
    logging.getLogger(__name__).info("Log starts, Python %s", sys.version.split()[0])
    return RunningLogs(sender, listener, faults, faults_path)


def hard_crashes(paths: Paths) -> tuple[Path, ...]:
    """Return the reports of earlier processes that ended without a word, oldest first.

    The next start mentions them. An empty file belongs to a process that was killed or still runs: no crash.
    """
    found = (path for path in paths.crash.glob("hard-crash-*.txt") if path.stat().st_size > 0)
    return tuple(sorted(found))


def last_lines(paths: Paths, count: int) -> tuple[str, ...]:
    """Return the newest lines of the log, oldest first; fewer when the file was just turned over."""
    lines: list[str] = []
    for name in (f"{LOG_FILE}.1", LOG_FILE):
        with contextlib.suppress(OSError):
            text = (paths.logs / name).read_text(encoding="utf-8", errors="replace")
            lines.extend(text.splitlines()[-count:])
    return tuple(lines[-count:])
