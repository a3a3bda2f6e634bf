"""Short sounds; a computer that cannot play them stays silent."""

import logging
from enum import StrEnum

from PySide6.QtCore import QObject, QUrl

from deepracer_desk.system import resources

log = logging.getLogger(__name__)


class Earcon(StrEnum):
    """What can be heard; the values are file names."""

    LAP = "lap"
    BEST_LAP = "best_lap"
    TIME_UP = "time_up"
    HELD = "held"
    WARNING = "warning"


class Sounds(QObject):
    """Plays earcons without ever waiting; QtMultimedia is loaded at the first use, if it is there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.enabled = True
        self._volume = 0.8
        self._effects: dict[Earcon, QObject] | None = None

    @property
    def available(self) -> bool:
        """True when this computer can play at all; asking loads what is needed."""
        return bool(self._loaded())

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0 to 1."""
        self._volume = max(0.0, min(1.0, volume))
        for effect in (self._effects or {}).values():
            effect.setProperty("volume", self._volume)

    def play(self, earcon: Earcon) -> None:
        if not self.enabled:
            return
        effect = self._loaded().get(earcon)
        if effect is not None:
            effect.play()  # type: ignore[attr-defined]

    def _loaded(self) -> dict[Earcon, QObject]:
        if self._effects is None:
            self._effects = self._load()
        return self._effects

    def _load(self) -> dict[Earcon, QObject]:
        try:
            from PySide6.QtMultimedia import QMediaDevices, QSoundEffect  # noqa: PLC0415 - optional
        except ImportError as error:
            log.info("No sound: %s", error)
            return {}
        if QMediaDevices.defaultAudioOutput().isNull():
            log.info("No sound: the computer has no audio output")
            return {}
        effects = dict[Earcon, QObject]()
        for earcon in Earcon:
            effect = QSoundEffect(self)
            with resources.as_path(f"sounds/{earcon.value}.wav") as path:
                effect.setSource(QUrl.fromLocalFile(str(path)))
            effect.setVolume(self._volume)
            effects[earcon] = effect
        return effects
