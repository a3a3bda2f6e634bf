"""The program with a window: logs, one desk for each data folder, crash reports, and everything taken down
in order.
"""

import atexit
import logging
import signal
import sys
import threading
from pathlib import Path
from threading import ExceptHookArgs
from types import FrameType, TracebackType

from PySide6.QtCore import (
    QLocale,
    QObject,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    QTranslator,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from deepracer_desk import __version__
from deepracer_desk.core import Core
from deepracer_desk.desk_windows import DeskWindows
from deepracer_desk.domain.stage import StagePhase, StageRacer, StageRow, StageView
from deepracer_desk.system import crash_report, resources
from deepracer_desk.system.clock import SystemClock
from deepracer_desk.system.logs import start_logs
from deepracer_desk.system.options import Options
from deepracer_desk.system.paths import Paths
from deepracer_desk.system.settings import SettingsFile
from deepracer_desk.system.single_instance import SingleInstance
from deepracer_desk.ui.projector.stage_widget import StageWidget
from deepracer_desk.ui.shared.fonts import load_fonts

log = logging.getLogger(__name__)

ALREADY_OPEN = 0


class CrashGuard(QObject):
    """Writes a report for every exception that nobody caught, on any thread; the program goes on.

    Signals:
        reported: the report's file, None when it could not be written; queued to the GUI thread.
    """

    reported = Signal(object)

    def __init__(self, paths: Paths) -> None:
        super().__init__()
        self._paths = paths

    def install(self) -> None:
        """Take over from Python's own hooks."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self.report(error.with_traceback(trace))

    def _on_thread_exception(self, args: ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)

    def report(self, error: BaseException) -> None:
        """Write down what happened and tell the window."""
        log.error("Nobody caught this", exc_info=error)
        try:
            path = crash_report.write_report(self._paths, error)
        except OSError:
            log.exception("The crash report could not be written")
            path = None
        self.reported.emit(path)


def new_application() -> QApplication:
    """Return the application object, named and with the bundled typeface."""
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("DeepRacer Desk")
    app.setApplicationVersion(__version__)
    app.setOrganizationName("deepracer-desk")
    qInstallMessageHandler(_on_qt_message)  # what Qt has to say goes into the logs, not onto the console
    atexit.register(qInstallMessageHandler, None)
    load_fonts()
    return app


def show_large(window: QWidget) -> None:
    """Open a window over the whole screen, also where no window manager is there to do it."""
    screen = window.screen()
    window.resize(screen.availableGeometry().size())
    window.showMaximized()


def install_language(app: QApplication, language: str) -> None:
    """Let texts appear in a language, by itself in the computer's; English where there is no other."""
    wanted = language or QLocale.system().name().split("_")[0]
    name = f"translations/{wanted}.qm"
    if wanted == "en" or not resources.exists(name):
        return
    translator = QTranslator(app)
    with resources.as_path(name) as path:
        if translator.load(str(path)):
            app.installTranslator(translator)


def run(options: Options) -> int:
    """Open the desk and return when its window is closed."""
    paths = Paths(options.data_dir)
    paths.create()
    bell = _Bell()
    with_instance = SingleInstance(paths.lock, bell.rung.emit)
    if not with_instance.acquire():
        with_instance.ask_first()
        print("DeepRacer Desk is open already; its window comes to the front.")  # noqa: T201
        return ALREADY_OPEN
    logs = start_logs(paths)
    try:
        app = new_application()
        settings_file = SettingsFile(paths.settings)
        loaded = settings_file.load()
        install_language(app, loaded.settings.appearance.language)
        guard = CrashGuard(paths)
        guard.install()
        core = Core(paths)
        windows = DeskWindows(app, core, loaded.settings, settings_file=settings_file)
        windows.main.report_save_requested.connect(ReportSaver(windows, paths).save)
        guard.reported.connect(windows.show_crash)
        bell.rung.connect(windows.main.raise_)
        for problem in loaded.problems:
            windows.kit.notices.tell(problem)
        windows.main.ask_before_closing(lambda: _why_not_close(core))
        show_large(windows.main)
        signal.signal(signal.SIGINT, _on_interrupt)
        awake = QTimer()  # lets Python see Ctrl+C while Qt waits
        awake.timeout.connect(lambda: None)
        awake.start(500)
        QTimer.singleShot(0, core.start)
        code = app.exec()
        windows.close()
        core.close()
        return code
    finally:
        logs.stop()
        with_instance.release()


class ReportSaver(QObject):
    """Puts a crash report, with the logs, where a person wants it."""

    def __init__(self, windows: DeskWindows, paths: Paths) -> None:
        super().__init__(windows.main)
        self._windows = windows
        self._paths = paths

    @Slot(object)
    def save(self, _report: Path) -> None:
        """Ask for a place and write one zip file there, off the GUI thread."""
        suggestion = str(Path.home() / "deepracer-desk-report.zip")
        chosen, _ = QFileDialog.getSaveFileName(
            self._windows.main, self.tr("Save report"), suggestion, "*.zip"
        )
        if not chosen:
            return
        notices = self._windows.kit.notices
        self._windows.kit.slow_runner.run(
            lambda: crash_report.support_zip(self._paths, Path(chosen)),
            lambda path: notices.tell(self.tr("The report is saved as {name}.").format(name=path.name)),
            lambda error: notices.tell(self.tr("The report was not saved: {why}").format(why=error)),
            title=self.tr("Saving the report"),
        )


class _Bell(QObject):
    """Rung by a second start of the program, on a thread of its own."""

    rung = Signal()


def _on_interrupt(_number: int, _frame: FrameType | None) -> None:
    QApplication.quit()


def _why_not_close(core: Core) -> str:
    """Return what is to be thought of before closing; empty when nothing is."""
    now_us = core.clock.now_us()
    going = [item.run for item in core.timekeeping.open_logs() if item.run.started_us is not None]
    moving = [run.racer_name for run in going if not run.at(now_us).standing]
    if not moving:
        return ""
    names = ", ".join(moving)
    return f"The run of {names} is going on. Nothing is lost, and its clock runs on while the desk is closed."


def _on_qt_message(kind: QtMsgType, _context: object, text: str) -> None:
    level = logging.DEBUG if kind is QtMsgType.QtDebugMsg else logging.WARNING
    logging.getLogger("qt").log(level, "%s", text)


def picture_of_the_stage(target: Path) -> int:
    """Paint a stage into a file and return how many colours it has; for the self-check."""
    app = QApplication.instance() or new_application()
    racer = StageRacer(racer_id=None, name="Check", initials="C", country="", colour="#1E90FF")
    row = StageRow(racer=racer, rank=1, best_us=8_250_000, gap_us=0)
    view = StageView(phase=StagePhase.IDLE, title="Self-check", rows=(row,))
    widget = StageWidget(lambda: view, SystemClock())
    image = widget.picture(QSize(960, 540))
    widget.deleteLater()
    if not image.save(str(target)):
        raise OSError(f"{target} cannot be written.")
    del app
    return len({image.pixel(x, y) for x in range(0, 960, 3) for y in range(0, 540, 3)})
