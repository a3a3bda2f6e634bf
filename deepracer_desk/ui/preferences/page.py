"""The preferences page as the window sees it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from deepracer_desk.services.backups import Backups
from deepracer_desk.system.settings import Settings, SettingsFile
from deepracer_desk.ui.preferences.presenter import PreferencesPresenter
from deepracer_desk.ui.preferences.view import PreferencesView
from deepracer_desk.ui.shared.kit import Kit


class PreferencesPage:
    """Changes how the desk looks, sounds and listens to keys; keeps the data safe."""

    icon = "settings"

    def __init__(
        self,
        kit: Kit,
        *,
        settings: Settings,
        file: SettingsFile,
        backups: Backups,
        languages: Sequence[tuple[str, str]] = (("English", "en"),),
    ) -> None:
        """Make the page.

        Args:
            kit: what all pages work with.
            settings: those in force.
            file: where they are kept.
            backups: makes and restores copies.
            languages: name and code of each translation that ships.
        """
        self.view = PreferencesView(kit.skin, kit.bindings, languages)
        self.presenter = PreferencesPresenter(self.view, kit, settings, file, backups)

    @property
    def title(self) -> str:
        return QCoreApplication.translate("Pages", "Preferences")

    @property
    def widget(self) -> QWidget:
        return self.view

    def activated(self) -> None:
        self.presenter.activated()

    def deactivated(self) -> None:
        """Nothing to do: preferences are kept as they are chosen."""
