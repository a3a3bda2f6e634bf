import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtCore", exc_type=ImportError)

from PySide6.QtCore import QTranslator

SOURCE = Path(__file__).parents[2]
TEXTS = """
from PySide6.QtCore import QObject
class LapPanel(QObject):
    def words(self):
        return self.tr("Next racer"), self.tr("Paused")
"""


@pytest.mark.slow
def test_one_command_collects_the_texts_and_releases_what_was_translated(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SOURCE / "packaging"))  # as when the command is started
    spec = importlib.util.spec_from_file_location("language", SOURCE / "packaging" / "language.py")
    assert spec is not None
    assert spec.loader is not None
    language = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(language)
    (tmp_path / "deepracer_desk").mkdir()
    (tmp_path / "deepracer_desk" / "panel.py").write_text(TEXTS)

    assert language.main(["de"], tmp_path) == 0
    assert "2 texts, 2 not translated yet" in capfd.readouterr().out
    file = tmp_path / "resources" / "translations" / "de.ts"
    text = file.read_text(encoding="utf-8")
    one = '<source>Next racer</source>\n        <translation type="unfinished"></translation>'
    assert one in text
    file.write_text(
        text.replace(one, "<source>Next racer</source><translation>Der Nächste</translation>"),
        encoding="utf-8",
    )

    assert language.main(["de"], tmp_path) == 0
    assert "2 texts, 1 not translated yet" in capfd.readouterr().out
    translator = QTranslator()
    assert translator.load(str(file.with_suffix(".qm")))
    assert translator.translate("LapPanel", "Next racer") == "Der Nächste"
    assert not translator.translate("LapPanel", "Paused")


def test_a_code_that_is_no_language_is_refused() -> None:
    import subprocess
    import sys

    command = [sys.executable, str(SOURCE / "packaging" / "language.py"), "../x"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "not the code of a language" in ended.stderr
