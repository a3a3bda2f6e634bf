"""Applies preferences at once and keeps them; makes, exports and restores backups."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QKeySequence

from deepracer_desk.services.backups import Backups
from deepracer_desk.system.settings import Appearance, Settings, SettingsFile, Sound
from deepracer_desk.ui.preferences.view import PreferencesView
from deepracer_desk.ui.shared.key_bindings import DeskKey
from deepracer_desk.ui.shared.kit import Kit


class PreferencesPresenter(QObject):
    """Signals:
    sound_changed: a Sound that is in force from now on.
    settings_changed: all Settings, after they were kept.
    """

    sound_changed = Signal(object)
    settings_changed = Signal(object)

    def __init__(
        self, view: PreferencesView, kit: Kit, settings: Settings, file: SettingsFile, backups: Backups
    ) -> None:
        super().__init__(view)
        self._view = view
        self._settings = settings
        self._file = file
        self._backups = backups
        self._skin = kit.skin
        self._bindings = kit.bindings
        self._runner = kit.slow_runner
        self._notices = kit.notices
        view.appearance_changed.connect(self._on_appearance)
        view.sound_changed.connect(self._on_sound)
        view.backup_requested.connect(self._on_backup)
        view.export_requested.connect(self._on_export)
        view.restore_requested.connect(self._on_restore)
        view.keys.bind_requested.connect(self._on_bind)
        view.keys.default_requested.connect(self._on_default)
        view.show_settings(settings)

    @property
    def settings(self) -> Settings:
        return self._settings

    def activated(self) -> None:
        self._runner.run(self._backups.newest, self._show_backup, self._notices.refuse)

    @Slot(object)
    def _on_appearance(self, appearance: Appearance) -> None:
        self._skin.wear(appearance)
        self._keep(replace(self._settings, appearance=appearance))

    @Slot(object)
    def _on_sound(self, sound: Sound) -> None:
        self._keep(replace(self._settings, sound=sound))
        self.sound_changed.emit(sound)

    @Slot(object, QKeySequence)
    def _on_bind(self, key: DeskKey, sequence: QKeySequence) -> None:
        self._bindings.bind(key, sequence)
        self._keep_keys()

    @Slot(object)
    def _on_default(self, key: DeskKey) -> None:
        self._bindings.restore_default(key)
        self._keep_keys()

    def _keep_keys(self) -> None:
        self._keep(replace(self._settings, keys=MappingProxyType(self._bindings.overrides())))

    def _keep(self, settings: Settings) -> None:
        """Write the settings; when that is not possible they hold until the desk is closed."""
        self._settings = settings

        def refused(error: Exception) -> None:
            if isinstance(error, OSError):
                why = error.strerror or str(error)
                self._notices.tell(
                    self.tr(
                        "The preferences hold until the desk is closed; they were not kept: {why}."
                    ).format(why=why)
                )
            else:
                self._notices.refuse(error)

        self._runner.run(lambda: self._file.save(settings), None, refused)
        self.settings_changed.emit(settings)

    # --- data ---------------------------------------------------------------------------------------

    def _show_backup(self, made: datetime | None) -> None:
        self._view.show_backup(made)

    @Slot()
    def _on_backup(self) -> None:
        self._work(self._backups.now, self.tr("Backup made."), self.tr("Making a backup"))

    @Slot(object)
    def _on_export(self, target: Path) -> None:
        self._work(
            lambda: self._backups.export(target),
            self.tr("Everything was exported to {name}.").format(name=target.name),
            self.tr("Exporting"),
        )

    @Slot(object)
    def _on_restore(self, source: Path) -> None:
        def work() -> None:
            self._backups.now("manual")
            self._backups.restore(source)

        self._work(
            work,
            self.tr("{name} is ready. Close the desk and start it again to use it.").format(name=source.name),
            self.tr("Restoring"),
        )

    def _work(self, work: Callable[[], object], said: str, title: str) -> None:
        def done(_result: object) -> None:
            self._notices.tell(said)
            self.activated()

        self._runner.run(work, done, self._notices.refuse, title=title)
