"""Preferences: looks, sound, keys, and the safety of the data."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from deepracer_desk.system.settings import Appearance, Density, Settings, Sound, Theme
from deepracer_desk.ui.preferences.keys_editor import KeysEditor
from deepracer_desk.ui.shared.dialogs import ask
from deepracer_desk.ui.shared.form_fields import Field
from deepracer_desk.ui.shared.key_bindings import KeyBindings
from deepracer_desk.ui.shared.skin import Skin

ZOOMS = (1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
FORM_PX = 640


class PreferencesView(QWidget):
    """Signals:
    appearance_changed: an Appearance.
    sound_changed: a Sound.
    backup_requested: now, please.
    export_requested, restore_requested: a Path.
    """

    appearance_changed = Signal(object)
    sound_changed = Signal(object)
    backup_requested = Signal()
    export_requested = Signal(object)
    restore_requested = Signal(object)

    def __init__(self, skin: Skin, bindings: KeyBindings, languages: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._skin = skin
        self._appearance = Appearance()
        self._sound = Sound()
        self.keys = KeysEditor(bindings)
        self._make_looks(languages)
        self._make_sound()
        self._make_data()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for part, title in (
            (self._looks, self.tr("Looks")),
            (self._sounds, self.tr("Sound")),
            (self.keys, self.tr("Keys")),
            (self._data, self.tr("Data")),
        ):
            self.tabs.addTab(self._form(part), title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self.tabs)

    def _make_looks(self, languages: Sequence[tuple[str, str]]) -> None:
        self.theme = self._box(
            (self.tr("As the computer"), Theme.SYSTEM),
            (self.tr("Light"), Theme.LIGHT),
            (self.tr("Dark"), Theme.DARK),
            (self.tr("High contrast"), Theme.CONTRAST),
        )
        self.zoom = self._box(*((f"{round(zoom * 100)} %", zoom) for zoom in ZOOMS))
        self.density = self._box(
            (self.tr("Comfortable"), Density.COMFORTABLE), (self.tr("Compact"), Density.COMPACT)
        )
        self.language = self._box((self.tr("As the computer"), ""), *languages)
        self.motion = QCheckBox(self.tr("Less motion: nothing slides, fades or flies"))
        self.motion.toggled.connect(self._on_looks)
        for box in (self.theme, self.zoom, self.density, self.language):
            box.activated.connect(self._on_looks)
        self._looks = _column(
            Field(self.tr("Colours"), self.theme),
            Field(self.tr("Size"), self.zoom, self.tr("Of texts, buttons and rows.")),
            Field(self.tr("Rows"), self.density),
            Field(self.tr("Language"), self.language, self.tr("Used from the next start on.")),
            self.motion,
        )

    def _make_sound(self) -> None:
        self.sound_on = QCheckBox(self.tr("Sounds for laps, time up and problems"))
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setMaximumWidth(320)
        self.speech = QCheckBox(self.tr("Speak names and lap times"))
        self.sound_on.toggled.connect(self._on_sound)
        self.speech.toggled.connect(self._on_sound)
        self.volume.sliderReleased.connect(self._on_sound)
        self._sounds = _column(
            self.sound_on,
            Field(self.tr("Volume"), self.volume),
            self.speech,
        )

    def _make_data(self) -> None:
        self._last = QLabel()
        self._last.setProperty("weight", "strong")
        self.backup = QPushButton(self.tr("Back up now"))
        self.backup.setProperty("kind", "primary")
        self.backup.clicked.connect(self.backup_requested)
        self.export = QPushButton(self.tr("Export everything to one file…"))
        self.export.clicked.connect(self._on_export)
        self.restore = QPushButton(self.tr("Restore from a file…"))
        self.restore.setProperty("kind", "danger")
        self.restore.clicked.connect(self._on_restore)
        note = QLabel(self.tr("The desk makes a backup every hour and after every submitted run."))
        note.setWordWrap(True)
        note.setProperty("tone", "quiet")
        restore_note = QLabel(
            self.tr("A restored file takes the place of everything here, from the next start on.")
        )
        restore_note.setWordWrap(True)
        restore_note.setProperty("tone", "quiet")
        self._data = _column(
            self._last,
            note,
            self._left(self.backup),
            self._left(self.export),
            restore_note,
            self._left(self.restore),
        )

    def _box(self, *items: tuple[str, object]) -> QComboBox:
        box = QComboBox()
        box.setMaximumWidth(320)
        for text, data in items:
            box.addItem(text, data)
        return box

    def _left(self, button: QPushButton) -> QWidget:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(button)
        layout.addStretch(1)
        return line

    def _form(self, editor: QWidget) -> QScrollArea:
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(4, 16, 16, 16)
        editor.setMaximumWidth(self._skin.px(FORM_PX))
        layout.addWidget(editor, 1)
        layout.addStretch(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(holder)
        return area

    # --- what is shown ------------------------------------------------------------------------------

    def show_settings(self, settings: Settings) -> None:
        """Show these preferences."""
        self._appearance, self._sound = settings.appearance, settings.sound
        parts = (self.motion, self.sound_on, self.speech, self.volume)
        for part in parts:
            part.blockSignals(True)
        self.theme.setCurrentIndex(self.theme.findData(settings.appearance.theme))
        self.zoom.setCurrentIndex(max(0, self.zoom.findData(settings.appearance.zoom)))
        self.density.setCurrentIndex(self.density.findData(settings.appearance.density))
        self.language.setCurrentIndex(max(0, self.language.findData(settings.appearance.language)))
        self.motion.setChecked(settings.appearance.reduced_motion)
        self.sound_on.setChecked(settings.sound.on)
        self.speech.setChecked(settings.sound.speech_on)
        self.volume.setValue(round(settings.sound.volume * 100))
        for part in parts:
            part.blockSignals(False)
        self.volume.setEnabled(settings.sound.on)

    def show_backup(self, made: datetime | None) -> None:
        """Say when the newest backup was made."""
        if made is None:
            self._last.setText(self.tr("There is no backup yet."))
        else:
            when = f"{made.astimezone():%Y-%m-%d %H:%M}"
            self._last.setText(self.tr("Last backup: {when}").format(when=when))

    @property
    def backup_text(self) -> str:
        return self._last.text()

    @Slot()
    def _on_looks(self, *_what: object) -> None:
        self._appearance = replace(
            self._appearance,
            theme=Theme(self.theme.currentData()),
            zoom=self.zoom.currentData(),
            density=Density(self.density.currentData()),
            language=self.language.currentData(),
            reduced_motion=self.motion.isChecked(),
        )
        self.appearance_changed.emit(self._appearance)

    @Slot()
    def _on_sound(self, *_what: object) -> None:
        self._sound = replace(
            self._sound,
            on=self.sound_on.isChecked(),
            volume=self.volume.value() / 100,
            speech_on=self.speech.isChecked(),
        )
        self.volume.setEnabled(self._sound.on)
        self.sound_changed.emit(self._sound)

    @Slot()
    def _on_export(self) -> None:
        dialog = QFileDialog(
            self, self.tr("Export everything"), "", self.tr("DeepRacer Desk archive (*.zip)")
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.selectFile("deepracer-desk.zip")
        self._open(dialog, self.export_requested.emit)

    @Slot()
    def _on_restore(self) -> None:
        dialog = QFileDialog(self, self.tr("Restore"), "", self.tr("DeepRacer Desk archive (*.zip)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog, self.ask_restore)

    def ask_restore(self, source: Path) -> None:
        """Ask before everything is replaced."""
        ask(
            self,
            self.tr("Restore from {name}?").format(name=source.name),
            self.tr(
                "Everything on this desk is replaced at the next start. "
                "A backup of the present state is made first."
            ),
            self.tr("Restore"),
            lambda: self.restore_requested.emit(source),
            danger=True,
        )

    def _open(self, dialog: QFileDialog, use: object) -> None:
        dialog.setModal(False)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def chosen(name: str) -> None:
            if callable(use):
                use(Path(name))

        dialog.fileSelected.connect(chosen)
        dialog.show()


def _column(*parts: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(16)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
    return page
