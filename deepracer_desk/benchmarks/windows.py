"""What a person feels: how fast the desk opens, and whether it stays smooth while it works."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deepracer_desk.benchmarks.figure import Figure, Measurement, NotMeasuredError, percentile

STARTS = 5
BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.show()
app.processEvents()
print("usable", flush=True)
"""
DESK = """
import sys
from pathlib import Path
from deepracer_desk.app import new_application
from deepracer_desk.core import Core
from deepracer_desk.desk_windows import DeskWindows
from deepracer_desk.system.paths import Paths
from deepracer_desk.system.settings import Settings
app = new_application()
core = Core(Paths(Path(sys.argv[1])), look_around=False)
windows = DeskWindows(app, core, Settings(), quiet=True)
windows.main.show()
app.processEvents()
print("usable", flush=True)
windows.close()
core.close()
"""
TICK = """
import sys, time, json
from PySide6.QtCore import QTimer, Qt
from PySide6.QtWidgets import QApplication
app = QApplication([])
found = []
last = [time.perf_counter()]
def tick():
    now = time.perf_counter()
    found.append((now - last[0]) * 1000)
    last[0] = now
timer = QTimer()
timer.setTimerType(Qt.TimerType.PreciseTimer)
timer.timeout.connect(tick)
timer.start(33)
QTimer.singleShot(5000, app.quit)
app.exec()
print(json.dumps(sorted(found)))
"""


def _environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


def _until_usable(code: str, *arguments: str) -> float:
    """Return the median of several warm starts of a program until it says so [s]."""
    times = list[float]()
    for _ in range(STARTS):
        begun = time.perf_counter()
        with subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
            [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, env=_environment()
        ) as process:
            if process.stdout is not None and "usable" in process.stdout.readline():
                times.append(time.perf_counter() - begun)
            process.wait(30)
    if len(times) < STARTS:
        raise NotMeasuredError(f"Of {STARTS} starts, {len(times)} came to a usable window.")
    return percentile(times, 0.5)


def start() -> list[Figure]:
    """Time the way to a usable window, beside a bare one."""
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        value = _until_usable(DESK, folder)
    return [
        Figure(
            area="desk",
            name="start_to_usable",
            value=value,
            unit="s",
            goal=2.0,
            baseline=_until_usable(BARE),
        )
    ]


def windows() -> list[Figure]:
    """Run a rehearsal with every window open: how even the desk ticks, how soon a crossing is on the wall."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own code
        [sys.executable, "-c", TICK], capture_output=True, text=True, env=_environment(), check=True
    )
    idle = json.loads(done.stdout)
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        report = Path(folder) / "report.json"
        subprocess.run(  # noqa: S603 - our own interpreter and our own arguments
            [
                *(
                    sys.executable,
                    "-m",
                    "deepracer_desk",
                    "demo",
                    "--headless",
                    "--laps",
                    "30",
                    "--speed",
                    "4",
                ),
                *("--report", str(report), "--shots", str(Path(folder) / "shots"), "--data-dir", folder),
            ],
            stdout=subprocess.DEVNULL,
            env=_environment(),
            check=False,
        )
        if not report.exists():
            raise NotMeasuredError("The rehearsal ended without a report.")
        found = json.loads(report.read_text(encoding="utf-8"))
    return [
        Figure(
            area="desk",
            name="gui_tick_p99",
            value=found["ui_tick_ms"]["p99"],
            unit="ms",
            goal=40,
            baseline=percentile(idle, 0.99),
        ),
        Figure(
            area="desk",
            name="crossing_to_projector_p99",
            value=found["crossing_to_screen_ms"]["p99"],
            unit="ms",
            goal=50,
        ),
        Figure(
            area="desk",
            name="rehearsal_laps_lost_or_doubled",
            value=found["laps_lost"] + found["laps_duplicated"],
            unit="laps",
            goal=0,
        ),
    ]


MEASUREMENTS = (
    Measurement(area="desk", figures=("start_to_usable",), measure=start),
    Measurement(
        area="desk",
        figures=("gui_tick_p99", "crossing_to_projector_p99", "rehearsal_laps_lost_or_doubled"),
        measure=windows,
    ),
)
