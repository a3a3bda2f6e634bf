"""The desk's window: rail, top bar, the page in front, banners, and the line for messages."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from deepracer_desk.ui.shared.banners import BannerStack
from deepracer_desk.ui.shared.dialogs import ask
from deepracer_desk.ui.shared.key_bindings import DeskKey, KeyShortcuts
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.toasts import ToastLine
from deepracer_desk.ui.shell.crash_banner import crash_condition
from deepracer_desk.ui.shell.help_window import HelpWindow
from deepracer_desk.ui.shell.page import Page
from deepracer_desk.ui.shell.rail import Rail
from deepracer_desk.ui.shell.top_bar import TopBar

SMALLEST = QSize(1024, 640)
FOLD_BELOW_PX = 1180  # width at 100 % below which the rail gives its words up
BOTTOM_PX = 40


class MainWindow(QMainWindow):
    """Signals:
    page_shown: number of the page in front.
    projector_requested, projector_screen_requested: by key.
    report_save_requested: the file of a crash report that a person wants to keep.
    closed: the window is gone for good.
    """

    page_shown = Signal(int)
    projector_requested = Signal()
    projector_screen_requested = Signal()
    report_save_requested = Signal(object)
    closed = Signal()

    def __init__(
        self,
        pages: Sequence[Page],
        kit: Kit,
        icon: Callable[[str], QIcon],
        *,
        rehearsal: bool = False,
    ) -> None:
        super().__init__()
        self._pages = tuple(pages)
        self._skin = kit.skin
        self._conditions = kit.conditions
        self._front = -1
        self._close_check: Callable[[], str] = str
        self._may_close = False
        self._bindings = kit.bindings
        self._help: HelpWindow | None = None
        self.setWindowTitle("DeepRacer Desk")
        self.setMinimumSize(SMALLEST)
        self.rail = Rail(pages, kit.skin, icon)
        self.top = TopBar(kit.skin, rehearsal=rehearsal)
        self.toasts = ToastLine(kit.notices)
        self.banners = BannerStack(kit.conditions)
        self._jobs = QLabel()
        self._jobs.setProperty("tone", "quiet")
        self._stack = QStackedWidget()
        for page in self._pages:
            self._stack.addWidget(page.widget)
        self._lay_out()
        self.rail.chosen.connect(self.show_page)
        self._bind_keys()
        kit.skin.changed.connect(self._dress)
        self._dress()
        self.show_page(0)

    def _lay_out(self) -> None:
        self._bottom = QFrame()
        self._bottom.setProperty("bar", "bottom")
        line = QHBoxLayout(self._bottom)
        line.setContentsMargins(16, 0, 16, 0)
        line.setSpacing(24)
        line.addWidget(self.toasts, 1)
        line.addWidget(self._jobs)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top)
        right.addWidget(self._stack, 1)
        right.addWidget(self.banners)
        right.addWidget(self._bottom)
        centre = QWidget()
        layout = QHBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(right, 1)
        self.setCentralWidget(centre)

    def _bind_keys(self) -> None:
        self._shortcuts = KeyShortcuts(self, self._bindings, while_typing=False)
        self._shortcuts.on(DeskKey.PROJECTOR, self.projector_requested.emit)
        self._shortcuts.on(DeskKey.PROJECTOR_SCREEN, self.projector_screen_requested.emit)
        self._shortcuts.on(DeskKey.HELP, self.toggle_help)
        for number in range(len(self._pages)):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda chosen=number: self.show_page(chosen))

    @property
    def front(self) -> Page:
        """The page that is shown."""
        return self._pages[self._front]

    @Slot(int)
    def show_page(self, number: int) -> None:
        """Bring a page to the front."""
        if not 0 <= number < len(self._pages):
            return
        if number != self._front:
            if self._front >= 0:
                self._pages[self._front].deactivated()
            self._front = number
            self._stack.setCurrentIndex(number)
            self._pages[number].activated()
            self.page_shown.emit(number)
        self.rail.mark(number)

    def show_page_named(self, icon: str) -> None:
        """Bring the page with this icon to the front."""
        for number, page in enumerate(self._pages):
            if page.icon == icon:
                self.show_page(number)

    @Slot(tuple)
    def show_jobs(self, titles: tuple[str, ...]) -> None:
        """Show what is being worked on, the oldest first."""
        more = self.tr(" and {n} more").format(n=len(titles) - 1) if len(titles) > 1 else ""
        self._jobs.setText(f"{titles[0]}…{more}" if titles else "")

    @Slot()
    def toggle_help(self) -> None:
        if self._help is None:
            self._help = HelpWindow(self._bindings, tuple(page.title for page in self._pages), self)
        self._help.setVisible(not self._help.isVisible())

    def show_crash(self, report: Path | None) -> None:
        """Say that a part of the desk broke; timing goes on, nothing is blocked."""
        self._conditions.put(crash_condition(report, self.report_save_requested.emit))

    def ask_before_closing(self, check: Callable[[], str]) -> None:
        """Ask when `check` returns a sentence, for example that a run is going on."""
        self._close_check = check

    def closeEvent(self, event: QCloseEvent) -> None:
        sentence = "" if self._may_close else self._close_check()
        if sentence:
            event.ignore()
            ask(self, self.tr("Close the desk?"), sentence, self.tr("Close"), self._close_now, danger=True)
            return
        event.accept()
        self.closed.emit()

    def _close_now(self) -> None:
        self._may_close = True
        self.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_collapsed(collapsed=self.width() < self._skin.px(FOLD_BELOW_PX))

    @Slot()
    def _dress(self) -> None:
        self.setStyleSheet(self._skin.window_style())
        self._bottom.setFixedHeight(self._skin.px(BOTTOM_PX))
