"""The rehearsal as a program: with windows to play with, or without a screen and with a report."""

import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from deepracer_desk.app import CrashGuard, install_language, new_application, show_large
from deepracer_desk.desk_windows import DeskWindows
from deepracer_desk.domain.leaderboard import Leaderboard, summarise
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.rehearsal_desk import RehearsalDesk
from deepracer_desk.rehearsal_output import board_table, lap_line, summary_lines, write_report
from deepracer_desk.services.changes import RunChanged
from deepracer_desk.services.rehearsal import TrackCrew
from deepracer_desk.services.stage import COMBINED
from deepracer_desk.system.logs import start_logs
from deepracer_desk.system.options import Options
from deepracer_desk.system.paths import Paths
from deepracer_desk.system.settings import Appearance, Settings, SettingsFile, Theme
from deepracer_desk.system.single_instance import SingleInstance
from deepracer_desk.ui.shared.banners import Condition, Severity

log = logging.getLogger(__name__)

HEADLESS_WARP = 8.0  # so much faster than life when nobody watches
HEADLESS_LAPS = 40
TICK_MS = 33
SIZES = ((1366, 768), (1920, 1080))


def run(options: Options) -> int:
    """Rehearse until the window is closed, or until enough laps are recorded when there is no window."""
    paths = Paths(options.data_dir)
    lock = SingleInstance(paths.lock, lambda: None)
    paths.create()
    if not lock.acquire():
        print("A rehearsal is open already. Close it, or name another folder with --data-dir.")  # noqa: T201
        return 2
    if options.headless and options.keep is None:
        _clear(paths)
    logs = start_logs(paths)
    try:
        app = new_application()
        guard = CrashGuard(paths)
        guard.install()
        return _headless(app, options, guard) if options.headless else _windowed(app, options, guard)
    finally:
        logs.stop()
        lock.release()


def _clear(paths: Paths) -> None:
    """Begin with an empty rehearsal: its folder is its own and holds nothing of a real event."""
    for suffix in ("", "-wal", "-shm"):
        paths.database.with_name(paths.database.name + suffix).unlink(missing_ok=True)
    for station in paths.root.glob("station-*"):
        shutil.rmtree(station, ignore_errors=True)


# --- with a window --------------------------------------------------------------------------------------


class CrewBanner(QObject):
    """Says who runs the track in front, and lets a person take over or hand back."""

    def __init__(self, windows: DeskWindows, crews: Sequence[TrackCrew]) -> None:
        super().__init__()
        self._windows = windows
        self._crews = {crew.track_id: crew for crew in crews}
        windows.kit.choice.track_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        choice = self._windows.kit.choice
        crew = self._crews.get(choice.track_id) if choice.track_id else None
        if crew is None:
            return
        name = choice.track.name if choice.track else ""
        if crew.staffed:
            text = self.tr("Rehearsal: a virtual crew runs {track}. Watch, or try it yourself.").format(
                track=name
            )
            hint = self.tr("Virtual cars drive over the strips of a real station program.")
            verb = self.tr("Take over")
        else:
            text = self.tr("You run {track}. The virtual car drives as soon as you arm a run.").format(
                track=name
            )
            hint = self.tr("Choose a racer, arm, and correct whatever goes wrong.")
            verb = self.tr("Hand back to the crew")
        self._windows.kit.conditions.put(
            Condition(
                key="crew",
                text=text,
                hint=hint,
                severity=Severity.INFO,
                verb=verb,
                action=lambda: self._switch(crew),
            )
        )

    def _switch(self, crew: TrackCrew) -> None:
        crew.staffed = not crew.staffed
        self._show()


def _windowed(app: QApplication, options: Options, guard: CrashGuard) -> int:
    print("Rehearsal: virtual cars, strips and racers. Close the window to end it.")  # noqa: T201
    settings = SettingsFile(Paths(options.data_dir).settings).load().settings
    install_language(app, settings.appearance.language)
    desk = RehearsalDesk(options.data_dir, warp=options.speed, seed=options.seed)
    desk.leave_recovered_to_a_person()
    windows = DeskWindows(app, desk.core, settings, rehearsal=True)
    guard.reported.connect(windows.show_crash)
    banner = CrewBanner(windows, desk.crews)
    show_large(windows.main)
    QTimer.singleShot(0, desk.start)
    code = app.exec()
    banner.deleteLater()
    windows.close()
    desk.close()
    return code


# --- without a screen -----------------------------------------------------------------------------------


@dataclass
class Measurements:
    """What the run of the headless rehearsal was like."""

    tick_ms: list[float] = field(default_factory=list[float])
    to_screen_ms: list[float] = field(default_factory=list[float])
    agree: bool = True
    screens: list[str] = field(default_factory=list[str])


class Watch(QObject):
    """Looks on while the rehearsal runs: prints laps, measures ticks and paints, and ends it in time."""

    def __init__(
        self, app: QApplication, desk: RehearsalDesk, windows: DeskWindows, shots: "Shots", laps: int
    ) -> None:
        super().__init__()
        self._app = app
        self._shots = shots
        self._desk = desk
        self._windows = windows
        self._laps = laps
        self.found = Measurements()
        self._last_s: float | None = None
        self._waiting: list[int] = []
        self._measured_from_us = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)
        windows.bridge.on(RunChanged, self._on_run_changed)
        window = windows.projector.projector.window
        if window is not None:
            window.stage.painted = self._on_painted

    def stop(self) -> None:
        self._timer.stop()
        window = self._windows.projector.projector.window
        if window is not None:
            window.stage.painted = None

    @property
    def recorded(self) -> int:
        return sum(crew.laps_driven for crew in self._desk.crews)

    def _tick(self) -> None:
        now_s = time.perf_counter()
        if self._last_s is not None:
            self.found.tick_ms.append((now_s - self._last_s) * 1000)
        self._last_s = now_s
        if not self.found.screens and self.recorded >= self._laps // 2 and self._is_live():
            self.found.screens = self._shots.live()
            self._last_s = None  # taking pictures is no part of what is measured
            self._measured_from_us = self._desk.core.clock.now_us()
            self._waiting.clear()
        if self.recorded >= self._laps:
            self._app.quit()

    def _is_live(self) -> bool:
        """Tell whether a car has been on the first track for a while."""
        run = self._desk.core.timekeeping.run(self._desk.event.tracks[0].track_id)
        return run is not None and not run.at(self._desk.core.clock.now_us()).standing and len(run.driven) > 1

    def _on_run_changed(self, change: RunChanged) -> None:
        for lap in change.new_laps:
            print(lap_line(change.run, lap), flush=True)  # noqa: T201 - what a person without a screen sees
        fresh = bool(change.new_laps) and change.new_laps[-1].end_us > self._measured_from_us
        if fresh and change.track_id == self._windows.stage.track_id:
            self._waiting.append(change.new_laps[-1].end_us)

    def _on_painted(self) -> None:
        now_us = self._desk.core.clock.now_us()
        for crossing_us in self._waiting:
            self.found.to_screen_ms.append((now_us - crossing_us) / 1000 / self._desk.warp)
        self._waiting.clear()


def _headless(app: QApplication, options: Options, guard: CrashGuard) -> int:
    warp = options.speed if options.speed != 1.0 else HEADLESS_WARP
    laps = options.laps or HEADLESS_LAPS
    shots = options.shots or options.data_dir / "screens"
    report = options.report or options.data_dir / "report.json"
    print(f"Rehearsal without a screen: {laps} laps, {warp:g} times faster than life.")  # noqa: T201
    crashes: list[object] = []
    guard.reported.connect(crashes.append)
    desk = RehearsalDesk(options.data_dir, warp=warp, seed=options.seed)
    desk.settle_recovered()
    windows = DeskWindows(
        app, desk.core, Settings(appearance=Appearance(theme=Theme.LIGHT)), rehearsal=True, quiet=True
    )
    try:
        windows.main.resize(*SIZES[0])
        windows.main.show()
        windows.projector.projector.open()
        pictures = Shots(app, desk, windows, shots)
        watch = Watch(app, desk, windows, pictures, laps)
        desk.start()
        app.exec()
        desk.finish()
        watch.stop()
        _let_arrive(app, 1.0)
        watch.found.screens += pictures.take()
        watch.found.agree = boards_agree(app, desk, windows)
        findings = desk.findings()
        write_report(report, findings, watch.found, crashes=len(crashes))
        for line in summary_lines(findings, watch.found, board_table(desk.core, desk.event)):
            print(line)  # noqa: T201
        print(f"Pictures: {shots}\nReport: {report}")  # noqa: T201
        good = not (findings.laps_lost or findings.laps_duplicated or crashes) and watch.found.agree
        return 0 if good else 1
    finally:
        windows.close()
        desk.close()


def _let_arrive(app: QApplication, seconds: float) -> None:
    """Run the event loop for a while."""
    QTimer.singleShot(int(seconds * 1000), app.quit)
    app.exec()


def boards_agree(app: QApplication, desk: RehearsalDesk, windows: DeskWindows) -> bool:
    """Compare every place that shows a leaderboard with one that is worked out anew from all logs."""
    event = desk.event
    for track in event.tracks:
        anew = _board_from_logs(desk, event, track.track_id)
        windows.stage.track_id = track.track_id
        stage = [(row.racer.racer_id, row.rank, row.best_us) for row in windows.stage.view().rows]
        board = desk.core.standings.board(event.event_id, track.track_id)
        kept = [(row.racer_id, row.rank, row.best_us) for row in board.rows()]
        if not stage == kept == anew:
            log.error("The boards of %s differ: stage %s, kept %s, anew %s", track.name, stage, kept, anew)
            return False
        windows.kit.choice.choose_track(track.track_id)
        _let_arrive(app, 0.3)
        if (window := _window_rows(windows)) != anew:
            log.error("The window's board of %s differs: %s, anew %s", track.name, window, anew)
            return False
    return True


def _window_rows(windows: DeskWindows) -> list[tuple[object, int | None, int | None]]:
    """Return what the leaderboard page of the desk shows."""
    model = windows.leaderboard.model
    rows = [model.row_at(line).row for line in range(model.rowCount())]
    return [(row.racer_id, row.rank, row.best_us) for row in rows]


def _board_from_logs(
    desk: RehearsalDesk, event: RacingEvent, track_id: str
) -> list[tuple[object, int | None, int | None]]:
    """Rank from the logs alone, past every summary that is stored."""
    laps = desk.laps_from_logs(track_id)
    window = event.race_format.average_laps
    summaries = [summarise(racer_id, found, window=window) for racer_id, found in laps.items()]
    board = Leaderboard(event.race_format.ranking, summaries)
    return [(row.racer_id, row.rank, row.best_us) for row in board.rows()]


class Shots:
    """Takes a picture of every screen, in every theme and size."""

    def __init__(self, app: QApplication, desk: RehearsalDesk, windows: DeskWindows, folder: Path) -> None:
        self._app = app
        self._desk = desk
        self._windows = windows
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def live(self) -> list[str]:
        """Take what can be seen only while a car drives; return the names of the files."""
        size = QSize(*SIZES[1])
        return [self._save(self._windows.main, "timer-live-light-1366"), self._save_stage("stage-live", size)]

    def take(self) -> list[str]:
        """Take everything that can be seen afterwards; return the names of the files."""
        names = list[str]()
        projector = self._windows.projector.projector
        projector.close()
        for theme in (Theme.LIGHT, Theme.DARK):
            self._windows.skin.wear(Appearance(theme=theme))
            for width, height in SIZES:
                self._windows.main.resize(width, height)
                for number, page in enumerate(self._windows.pages):
                    self._windows.main.show_page(number)
                    _let_arrive(self._app, 0.15)
                    names.append(self._save(self._windows.main, f"{page.icon}-{theme.value}-{width}"))
        for width, height in SIZES:
            names.extend(self._stage(QSize(width, height)))
        return names

    def _stage(self, size: QSize) -> list[str]:
        stage = self._windows.stage
        names = list[str]()
        for track in self._desk.event.tracks:
            stage.track_id = track.track_id
            names.append(self._save_stage(f"stage-{stage.view().phase.value}-{track.track_id[-1]}", size))
        stage.track_id = COMBINED
        names.append(self._save_stage("stage-combined", size))
        stage.track_id = self._desk.event.tracks[0].track_id
        stage.show_podium(True)
        names.append(self._save_stage("stage-podium", size, later_s=9))
        stage.show_podium(False)
        return names

    def _save_stage(self, name: str, size: QSize, *, later_s: float = 0.0) -> str:
        if later_s:
            _let_arrive(self._app, later_s / self._desk.warp)
        image = self._windows.projector.picture(size)
        file = f"{name}-{size.width()}.png"
        if not image.save(str(self._folder / file)):
            raise OSError(f"{self._folder / file} cannot be written.")
        return file

    def _save(self, widget: QWidget, name: str) -> str:
        file = f"{name}.png"
        if not widget.grab().save(str(self._folder / file)):
            raise OSError(f"{self._folder / file} cannot be written.")
        return file
