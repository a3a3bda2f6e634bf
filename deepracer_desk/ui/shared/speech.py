"""Spoken call-outs, by whatever voice the computer has; none is needed."""

import logging
import shutil

from PySide6.QtCore import QObject, QProcess

log = logging.getLogger(__name__)


class Speech(QObject):
    """Speaks sentences one after the other without ever waiting: Qt's voice, else espeak-ng, else silence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.enabled = False
        self._voice: QObject | None = None
        self._program = ""
        self._looked = False
        self._waiting: list[str] = []
        self._process: QProcess | None = None

    @property
    def available(self) -> bool:
        """True when this computer can speak; asking loads what is needed."""
        self._look()
        return self._voice is not None or bool(self._program)

    def say(self, sentence: str) -> None:
        if not self.enabled or not sentence.strip():
            return
        self._look()
        if self._voice is not None:
            self._voice.enqueue(sentence)  # type: ignore[attr-defined]
        elif self._program:
            self._waiting = [*self._waiting, sentence][-3:]  # what is older is no news any more
            self._speak_next()

    def close(self) -> None:
        """Fall silent."""
        self._waiting.clear()
        if self._process is not None:
            self._process.kill()
            self._process.waitForFinished(500)

    def _look(self) -> None:
        if self._looked:
            return
        self._looked = True
        try:
            from PySide6.QtTextToSpeech import QTextToSpeech  # noqa: PLC0415 - optional
        except ImportError as error:
            log.info("Qt has no voice here: %s", error)
        else:
            if [name for name in QTextToSpeech.availableEngines() if name != "mock"]:
                voice = QTextToSpeech(self)
                if voice.state() is not QTextToSpeech.State.Error:
                    self._voice = voice
                    return
        self._program = shutil.which("espeak-ng") or ""

    def _speak_next(self) -> None:
        if self._process is not None or not self._waiting:
            return
        process = QProcess(self)
        process.finished.connect(self._on_finished)
        self._process = process
        process.start(self._program, ["--", self._waiting.pop(0)])

    def _on_finished(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self._speak_next()
