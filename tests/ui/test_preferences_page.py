"""Preferences hold at once, are kept on disk, and never make two actions share a key."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QLabel
from pytestqt.qtbot import QtBot

from deepracer_desk.system.settings import Density, Settings, SettingsFile, Theme
from deepracer_desk.ui.preferences.page import PreferencesPage
from deepracer_desk.ui.shared.dialogs import Question
from deepracer_desk.ui.shared.key_bindings import DeskKey
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.toasts import Toast
from tests.helpers.fake_services import FakeDesk


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "settings.json")


@pytest.fixture
def page(desk: FakeDesk, kit: Kit, file: SettingsFile, qtbot: QtBot) -> PreferencesPage:
    page = PreferencesPage(kit, settings=Settings(), file=file, backups=desk.backups)
    qtbot.addWidget(page.view)
    page.view.show()
    return page


def pick(page: PreferencesPage, box: str, data: object) -> None:
    combo = getattr(page.view, box)
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_looks_hold_at_once_and_are_kept(page: PreferencesPage, kit: Kit, file: SettingsFile) -> None:
    light = kit.skin.colour("background")
    pick(page, "theme", Theme.DARK)
    pick(page, "zoom", 1.5)
    pick(page, "density", Density.COMPACT)
    assert kit.skin.colour("background") != light
    assert kit.skin.row_height == round(28 * 1.5)
    kept = file.load().settings.appearance
    assert (kept.theme, kept.zoom, kept.density) == (Theme.DARK, 1.5, Density.COMPACT)


def test_sound_is_told_and_kept(page: PreferencesPage, file: SettingsFile, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.presenter.sound_changed, timeout=500):
        page.view.sound_on.setChecked(False)
    page.view.speech.setChecked(True)
    kept = file.load().settings.sound
    assert (kept.on, kept.speech_on) == (False, True)
    assert not page.view.volume.isEnabled()


def ask_key(page: PreferencesPage, key: DeskKey, sequence: str) -> tuple[Question, Callable[[], str]]:
    question = page.view.keys.ask(key)
    edit = question.findChild(QKeySequenceEdit)
    assert edit is not None
    edit.setKeySequence(QKeySequence(sequence))
    return question, lambda: " ".join(label.text() for label in question.findChildren(QLabel))


def test_a_key_is_bound_anew_and_kept(page: PreferencesPage, kit: Kit, file: SettingsFile) -> None:
    question, _words = ask_key(page, DeskKey.LAP, "PgDown")
    question.verb_button.click()
    assert kit.bindings.label(DeskKey.LAP) == "PgDown"
    assert page.view.keys.label(DeskKey.LAP) == "PgDown"
    assert dict(file.load().settings.keys) == {"lap": "PgDown"}
    page.view.keys.default_requested.emit(DeskKey.LAP)
    assert dict(file.load().settings.keys) == {}


def test_a_key_that_is_taken_is_told_before_it_changes_hands(page: PreferencesPage, kit: Kit) -> None:
    question, words = ask_key(page, DeskKey.LAP, "R")
    assert "R does this now: Reset" in words()
    question.verb_button.click()
    assert kit.bindings.label(DeskKey.LAP) == "R"
    assert page.view.keys.label(DeskKey.RESET) == "No key"


def test_keys_of_the_pages_cannot_be_taken(page: PreferencesPage, kit: Kit) -> None:
    question, words = ask_key(page, DeskKey.LAP, "Ctrl+2")
    question.verb_button.click()
    assert "belongs to the pages" in words()
    assert kit.bindings.is_default(DeskKey.LAP)


def test_a_backup_is_made_and_dated(page: PreferencesPage, desk: FakeDesk) -> None:
    page.activated()
    assert page.view.backup_text == "There is no backup yet."
    page.view.backup.click()
    assert desk.backup_store.made == ["manual"]
    assert page.view.backup_text.startswith("Last backup: 2026-05-01")


def test_everything_is_exported_to_the_file_that_was_chosen(
    page: PreferencesPage, desk: FakeDesk, tmp_path: Path
) -> None:
    page.view.export_requested.emit(tmp_path / "cup.zip")
    assert desk.backup_store.made == ["export cup.zip"]


def test_restoring_asks_first_and_backs_up_what_is_there(
    page: PreferencesPage, desk: FakeDesk, tmp_path: Path
) -> None:
    page.view.ask_restore(tmp_path / "cup.zip")
    assert desk.restored == []
    question = page.view.findChild(Question)
    assert question is not None
    question.verb_button.click()
    assert desk.backup_store.made == ["manual"]
    assert desk.restored == [tmp_path / "cup.zip"]


def test_a_full_disk_is_said_and_the_choice_holds(
    page: PreferencesPage, kit: Kit, file: SettingsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Toast] = []
    kit.notices.told.connect(told.append)

    def full(_settings: Settings) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file, "save", full)
    pick(page, "theme", Theme.DARK)
    assert "No space left on device" in told[-1].text
    assert page.presenter.settings.appearance.theme is Theme.DARK
