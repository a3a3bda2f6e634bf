"""Keys can be bound anew; no two actions share one; every default is free of conflicts."""

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from deepracer_desk.ui.shared.key_bindings import DeskKey, KeyBindings, does, takes, types_text


def test_no_two_actions_share_a_default_key() -> None:
    bindings = KeyBindings()
    names = Counter(item.toString() for key in DeskKey for item in bindings.sequences(key))
    assert [name for name, count in names.items() if count > 1] == []
    assert not any(bindings.is_reserved(item) for key in DeskKey for item in bindings.sequences(key))


def test_every_action_says_what_it_does_and_has_a_key() -> None:
    bindings = KeyBindings()
    assert all(does(key) and bindings.label(key) for key in DeskKey)


def test_a_new_key_is_taken_from_the_action_that_had_it() -> None:
    bindings = KeyBindings()
    sequence = QKeySequence("D")
    assert bindings.conflict(DeskKey.LAP, sequence) is DeskKey.DROP
    bindings.bind(DeskKey.LAP, sequence)
    assert bindings.label(DeskKey.LAP) == "D"
    assert bindings.sequences(DeskKey.DROP) == []
    assert bindings.conflict(DeskKey.LAP, sequence) is None


def test_one_of_several_keys_can_be_lost() -> None:
    bindings = KeyBindings()
    bindings.bind(DeskKey.DROP, QKeySequence("E"))
    assert bindings.all_labels(DeskKey.LAP) == ("Enter",)


def test_changes_survive_in_the_settings_and_defaults_are_not_written() -> None:
    bindings = KeyBindings()
    assert bindings.overrides() == {}
    bindings.bind(DeskKey.RESET, QKeySequence("PgDown"))
    again = KeyBindings(bindings.overrides())
    assert again.label(DeskKey.RESET) == "PgDown"
    again.restore_default(DeskKey.RESET)
    assert again.overrides() == {}


def test_a_default_that_was_given_away_is_not_taken_back() -> None:
    bindings = KeyBindings()
    bindings.bind(DeskKey.LAP, QKeySequence("R"))
    bindings.restore_default(DeskKey.RESET)
    assert bindings.sequences(DeskKey.RESET) == []


def test_changes_are_told(qtbot: QtBot) -> None:
    bindings = KeyBindings()
    with qtbot.waitSignal(bindings.changed):
        bindings.bind(DeskKey.LAP, QKeySequence("L"))


@pytest.mark.parametrize(
    ("kind", "typing"),
    [(QLineEdit, True), (QPlainTextEdit, True), (QSpinBox, True), (QComboBox, True), (QLabel, False)],
)
def test_who_types_keeps_the_keys(kind: type, typing: bool, qtbot: QtBot) -> None:
    widget = kind()
    qtbot.addWidget(widget)
    assert types_text(widget) is typing


def test_a_button_reached_with_tab_needs_only_the_space_bar(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    assert takes(button, QKeySequence("Space"))
    assert not takes(button, QKeySequence("Return"))
