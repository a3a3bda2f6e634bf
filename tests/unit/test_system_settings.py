import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from deepracer_desk.system.settings import (
    Appearance,
    Density,
    Projector,
    Settings,
    SettingsFile,
    Sound,
    Theme,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


CHANGED = Settings(
    appearance=Appearance(
        theme=Theme.CONTRAST, zoom=1.5, density=Density.COMPACT, language="de", reduced_motion=True
    ),
    sound=Sound(on=False, volume=0.0, speech_on=True),
    projector=Projector(
        screen_name="HDMI-1", show_qr=False, qr_text="http://x", show_title=False, moments=False
    ),
    keys={"lap.mark": "Space"},
)


def test_every_setting_survives_saving_and_loading(path: Path) -> None:
    SettingsFile(path).save(CHANGED)
    loaded = SettingsFile(path).load()
    assert loaded.settings == CHANGED
    assert not loaded.problems
    assert type(loaded.settings.appearance.theme) is Theme


def test_without_a_file_the_defaults_hold_and_nothing_is_reported(path: Path) -> None:
    loaded = SettingsFile(path).load()
    assert loaded.settings == Settings()
    assert not loaded.problems


def test_keys_of_another_version_survive_on_every_level(path: Path) -> None:
    path.write_text(json.dumps({"version": 9, "future": [1], "sound": {"echo": 3, "on": False}}))
    file = SettingsFile(path)
    settings = file.load().settings
    file.save(replace(settings, sound=replace(settings.sound, volume=0.25)))
    kept = json.loads(path.read_text())
    assert kept["future"] == [1]
    assert kept["sound"] == {"echo": 3, "on": False, "volume": 0.25, "speech_on": False}
    assert kept["version"] == 9


def test_a_key_binding_that_was_removed_stays_removed(path: Path) -> None:
    file = SettingsFile(path)
    file.save(CHANGED)
    file.save(replace(CHANGED, keys={}))
    assert SettingsFile(path).load().settings.keys == {}


@pytest.mark.parametrize("content", [b"{", b"[]", b"", b"\xff\xfe\x00", b'{"appearance": '])
def test_a_damaged_file_is_put_aside_and_reported(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    loaded = SettingsFile(path).load()
    assert loaded.settings == Settings()
    (aside,) = path.parent.glob("settings.damaged-*.json")
    assert aside.read_bytes() == content
    assert aside.name in loaded.problems[0]
    assert not path.exists()


@pytest.mark.parametrize(
    "raw",
    [
        {"appearance": {"theme": "pink"}},
        {"appearance": {"zoom": 40}},
        {"appearance": {"zoom": float("nan")}},
        {"appearance": {"reduced_motion": 1}},
        {"appearance": "large"},
        {"sound": {"volume": True}},
        {"keys": ["Space"]},
        {"projector": {"screen_name": None}},
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_the_others_hold(path: Path, raw: dict[str, object]) -> None:
    path.write_text(json.dumps({**raw, "future": 1}))
    loaded = SettingsFile(path).load()
    assert loaded.settings == Settings()
    (problem,) = loaded.problems
    assert next(iter(raw)) in problem


def test_a_full_disk_leaves_the_old_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SettingsFile(path).save(CHANGED)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        SettingsFile(path).save(Settings())
    monkeypatch.undo()
    assert SettingsFile(path).load().settings == CHANGED
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]
