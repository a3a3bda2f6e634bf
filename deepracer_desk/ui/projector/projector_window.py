"""The window on the projector: full screen on one chosen screen, home again when that is unplugged."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from deepracer_desk.domain.stage import StageView
from deepracer_desk.ports.clock import Clock
from deepracer_desk.ui.projector.stage_widget import StageWidget


class ProjectorWindow(QWidget):
    """Nothing but the stage.

    Signals:
        left: somebody pressed Escape on it.
    """

    left = Signal()

    def __init__(self, view: Callable[[], StageView], clock: Clock) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(self.tr("Stage"))
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.stage = StageWidget(view, clock, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stage)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F11) and not event.isAutoRepeat():
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Projector(QObject):
    """Opens the window where it belongs and follows screens that come and go.

    Signals:
        opened_changed: the window was opened or closed.
        screens_changed: a screen came or went.
        lost: the chosen screen was unplugged; the window closed and opens again when it is back.
    """

    opened_changed = Signal(bool)
    screens_changed = Signal()
    lost = Signal(str)

    def __init__(self, view: Callable[[], StageView], clock: Clock, *, screen_name: str = "") -> None:
        super().__init__()
        self._view = view
        self._clock = clock
        self._wanted = False
        self.screen_name = screen_name
        self.reduced_motion = False
        self.window: ProjectorWindow | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenAdded.connect(self._on_screens_changed)
            app.screenRemoved.connect(self._on_screen_removed)

    @property
    def is_open(self) -> bool:
        return self.window is not None

    def screens(self) -> list[QScreen]:
        return list(QGuiApplication.screens())

    def chosen_screen(self) -> QScreen | None:
        """Return the chosen screen, or the first one that is not the desk's; None when the chosen one is
        gone.
        """
        screens = self.screens()
        if self.screen_name:
            return next((screen for screen in screens if screen.name() == self.screen_name), None)
        primary = QGuiApplication.primaryScreen()
        return next((screen for screen in screens if screen is not primary), primary)

    def choose(self, screen_name: str) -> None:
        """Show the stage on another screen, at once when it is open."""
        self.screen_name = screen_name
        if self._wanted:
            self._hide()
            self._show()

    def open(self) -> None:
        self._wanted = True
        self._show()

    def close(self) -> None:
        self._wanted = False
        self._hide()

    def toggle(self) -> None:
        self.close() if self._wanted else self.open()

    def refresh(self) -> None:
        """Show a change at once."""
        if self.window is not None:
            self.window.stage.refresh()

    def _show(self) -> None:
        screen = self.chosen_screen()
        if screen is None or self.window is not None:
            return
        window = ProjectorWindow(self._view, self._clock)
        window.stage.reduced_motion = self.reduced_motion
        window.left.connect(self.close)
        window.setScreen(screen)
        window.setGeometry(screen.geometry())
        window.showFullScreen()
        self.window = window
        self.opened_changed.emit(True)

    def _hide(self) -> None:
        window, self.window = self.window, None
        if window is not None:
            window.hide()
            window.deleteLater()
            self.opened_changed.emit(False)

    def _on_screens_changed(self, _screen: QScreen) -> None:
        self.screens_changed.emit()
        if self._wanted and self.window is None:
            self._show()

    def _on_screen_removed(self, screen: QScreen) -> None:
        """Qt would move the window onto the desk's screen and cover the clock: close it until the screen is
        back.
        """
        self.screens_changed.emit()
        window = self.window
        if window is None:
            return
        gone = window.screen() is screen or screen.name() == self.screen_name
        if gone or not any(item.geometry().contains(window.geometry().center()) for item in self.screens()):
            self.screen_name = self.screen_name or screen.name()
            self._hide()
            self.lost.emit(screen.name())
