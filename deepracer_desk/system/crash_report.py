"""What a person can hand to someone who understands: a report file, and a zip with all that helps."""

import contextlib
import platform
import sys
import threading
import traceback
import zipfile
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from deepracer_desk import __version__
from deepracer_desk.system.atomic_file import write_atomically
from deepracer_desk.system.logs import last_lines, redact
from deepracer_desk.system.paths import Paths

LOG_LINES = 200
_PACKAGES = ("PySide6", "SQLAlchemy", "numpy", "pyqtgraph", "zeroconf", "pyserial")


def versions() -> dict[str, str]:
    """Return name and version of everything that may be to blame."""
    found = {
        "DeepRacer Desk": __version__,
        "Python": sys.version.split()[0],
        "System": platform.platform(),
        "Machine": platform.machine(),
    }
    for name in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def report_text(paths: Paths, error: BaseException) -> str:
    """Return the report: what happened, where, with which versions, and the log's end; without secrets."""
    trace = "".join(traceback.format_exception(error))
    parts = [
        f"DeepRacer Desk problem report, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "\n".join(f"{name}: {value}" for name, value in versions().items()),
        f"Thread: {threading.current_thread().name}",
        trace.rstrip(),
        "Last log lines:",
        "\n".join(last_lines(paths, LOG_LINES)) or "(none)",
    ]
    return _without_home(redact("\n\n".join(parts))) + "\n"


def write_report(paths: Paths, error: BaseException) -> Path:
    """Write the report into `crash/` and return the file.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    path = paths.crash / f"problem-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
    write_atomically(path, report_text(paths, error).encode("utf-8"))
    return path


def support_zip(paths: Paths, target: Path) -> Path:
    """Write logs, reports, settings and versions into one zip; neither the database nor racers' models go in.

    Raises:
        OSError: the disk is full or `target` cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.new")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("versions.txt", "\n".join(f"{k}: {v}" for k, v in versions().items()) + "\n")
            for path in _worth_sending(paths):
                with contextlib.suppress(FileNotFoundError):  # the log may turn over just now
                    text = path.read_text(encoding="utf-8", errors="replace")
                    bundle.writestr(path.relative_to(paths.root).as_posix(), _without_home(redact(text)))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _worth_sending(paths: Paths) -> list[Path]:
    found = [*paths.logs.glob("*.log*"), *paths.crash.glob("*.txt"), paths.settings]
    return sorted(path for path in found if path.is_file())


def _without_home(text: str) -> str:
    """Return the text without the name of the person whose computer this is."""
    home = str(Path.home())
    return text if home in ("/", "") else text.replace(home, "~")
