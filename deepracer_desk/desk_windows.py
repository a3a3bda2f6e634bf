"""The desk's windows over a core: every page, the projector, sounds."""

import shutil
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from deepracer_desk.core import Core
from deepracer_desk.services.stage import Stage
from deepracer_desk.system import resources
from deepracer_desk.system.settings import Settings, SettingsFile
from deepracer_desk.ui.leaderboard.page import LeaderboardPage
from deepracer_desk.ui.preferences.page import PreferencesPage
from deepracer_desk.ui.projector.page import ProjectorPage
from deepracer_desk.ui.runs.page import RunsPage
from deepracer_desk.ui.setup.page import SetupPage
from deepracer_desk.ui.shared.banners import Conditions
from deepracer_desk.ui.shared.change_bridge import ChangeBridge
from deepracer_desk.ui.shared.desk_choice import DeskChoice
from deepracer_desk.ui.shared.icons import icon
from deepracer_desk.ui.shared.key_bindings import KeyBindings
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.racer_directory import RacerDirectory
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.sounds import Sounds
from deepracer_desk.ui.shared.speech import Speech
from deepracer_desk.ui.shared.task_runner import TaskRunner
from deepracer_desk.ui.shared.theme import ThemeSwitch
from deepracer_desk.ui.shared.toasts import Notices
from deepracer_desk.ui.shell.announcer import Announcer
from deepracer_desk.ui.shell.main_window import MainWindow
from deepracer_desk.ui.shell.presenter import ShellPresenter
from deepracer_desk.ui.stations.page import StationsPage
from deepracer_desk.ui.timekeeping.page import TimekeepingPage


class DeskWindows:
    """Makes every window and page once.

    Attributes:
        main: the desk's window.
        stage: what the projector shows.
        projector: its page and window.
    """

    def __init__(
        self,
        app: QApplication,
        core: Core,
        settings: Settings,
        *,
        settings_file: SettingsFile | None = None,
        rehearsal: bool = False,
        quiet: bool = False,
    ) -> None:
        """Make everything; nothing is shown yet.

        Args:
            app: the application.
            core: the desk without windows, not started yet.
            settings: what people prefer.
            settings_file: the one they were read from, so that what it does not know stays in it.
            rehearsal: every screen says that this is one.
            quiet: no sound and no voice, whatever the settings say.
        """
        self._core = core
        self._quiet = quiet
        self.bridge = ChangeBridge(core.bus)
        switch = ThemeSwitch(app)
        self.skin = Skin(switch)
        self.skin.wear(settings.appearance)
        self.sounds, self.speech = Sounds(), Speech()
        bindings = KeyBindings(settings.keys)
        self._runners = (TaskRunner("storage"), TaskRunner("slow"))
        self.kit = Kit(
            clock=core.clock,
            skin=self.skin,
            bindings=bindings,
            runner=self._runners[0],
            slow_runner=self._runners[1],
            bridge=self.bridge,
            notices=Notices(),
            conditions=Conditions(),
            choice=DeskChoice(core.setup, self.bridge),
            racers=RacerDirectory(core.roster, self.bridge),
        )
        self.stage = Stage(
            timekeeping=core.timekeeping,
            standings=core.standings,
            roster=core.roster,
            setup=core.setup,
            clock=core.clock,
            bus=core.bus,
        )
        self.stage.rehearsal = rehearsal
        self.projector = ProjectorPage(
            stage=self.stage,
            setup=core.setup,
            bridge=self.bridge,
            clock=core.clock,
            screen_name=settings.projector.screen_name,
        )
        self.timekeeping = TimekeepingPage(
            self.kit,
            timekeeping=core.timekeeping,
            standings=core.standings,
            roster=core.roster,
            recovery=core.recovery,
            stations=core.stations,
        )
        self.leaderboard = LeaderboardPage(self.kit, standings=core.standings)
        self.runs = RunsPage(self.kit, archive=core.archive, timekeeping=core.timekeeping)
        self.preferences = PreferencesPage(
            self.kit,
            settings=settings,
            file=settings_file or SettingsFile(core.paths.settings),
            backups=core.backups,
            languages=shipped_languages(),
        )
        self.preferences.presenter.settings_changed.connect(self._apply)
        self.pages = (
            self.timekeeping,
            self.leaderboard,
            self.projector,
            self.runs,
            SetupPage(self.kit, setup=core.setup, roster=core.roster),
            StationsPage(self.kit, stations=core.stations, setup=core.setup),
            self.preferences,
        )
        self.main = MainWindow(self.pages, self.kit, icon, rehearsal=rehearsal)
        self.shell = ShellPresenter(
            self.main, self.kit, core.stations, lambda: shutil.disk_usage(core.paths.root).free
        )
        self.main.projector_requested.connect(self.projector.projector.toggle)
        self.announcer = Announcer(self.kit, self.sounds, self.speech, core.timekeeping, core.standings)
        self.timekeeping.presenter.setup_page_requested.connect(lambda: self.main.show_page_named("setup"))
        self.timekeeping.presenter.stations_page_requested.connect(
            lambda: self.main.show_page_named("stations")
        )
        self.leaderboard.presenter.timekeeping_requested.connect(lambda: self.main.show_page_named("timer"))
        self.runs.presenter.timekeeping_requested.connect(lambda: self.main.show_page_named("timer"))
        self.main.projector_screen_requested.connect(lambda: self.main.show_page_named("projector"))
        self._apply(settings)

    def show_crash(self, report: Path | None) -> None:
        """Tell that a part of the desk broke, without standing in anybody's way."""
        self.main.show_crash(report)

    def close(self) -> None:
        """Take everything down; the core goes on until it is closed itself."""
        self.projector.close()
        self.speech.close()
        self.stage.close()
        self.bridge.close()
        for runner in self._runners:
            runner.close()
        self.main.hide()
        self.main.deleteLater()

    def _apply(self, settings: Settings) -> None:
        """Put preferences into force; the page has dressed the windows already."""
        self.projector.set_reduced_motion(settings.appearance.reduced_motion)
        self.stage.show_cards = settings.projector.moments
        self.stage.show_link = settings.projector.show_qr
        self.sounds.enabled = settings.sound.on and not self._quiet
        self.sounds.set_volume(settings.sound.volume)
        self.speech.enabled = settings.sound.speech_on and not self._quiet


def shipped_languages() -> tuple[tuple[str, str], ...]:
    """Return name and code of every language the desk speaks, English first."""
    codes = [name.rsplit("/", 1)[-1].removesuffix(".qm") for name in resources.names("translations", ".qm")]
    found = [(QLocale(code).nativeLanguageName().capitalize(), code) for code in codes if code != "en"]
    return (("English", "en"), *found)
