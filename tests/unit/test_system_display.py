import socket
from pathlib import Path

import pytest

from deepracer_desk.system import display
from deepracer_desk.system.display import has_screen


def test_linux_without_a_display_has_no_screen() -> None:
    assert not has_screen({}, "linux")


def test_windows_and_macos_always_have_one_unless_told_otherwise() -> None:
    assert has_screen({}, "win32")
    assert has_screen({}, "darwin")
    assert not has_screen({"QT_QPA_PLATFORM": "offscreen"}, "win32")


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "offscreen:configfile=/x/screens.json"])
def test_drawing_into_memory_is_no_screen(platform: str) -> None:
    assert not has_screen({"QT_QPA_PLATFORM": platform, "DISPLAY": ":0"}, "linux")


@pytest.mark.parametrize("name", [":99123", "nonsense", ":", ":x", "127.0.0.1:59999"])
def test_a_display_that_does_not_answer_is_no_screen(name: str) -> None:
    assert not has_screen({"DISPLAY": name}, "linux")


def test_a_wayland_socket_that_answers_is_a_screen(tmp_path: Path) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert not has_screen(environ, "linux")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert has_screen(environ, "linux")


def test_a_display_over_the_network_is_tried_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        monkeypatch.setattr(display, "_X_PORT", server.getsockname()[1] - 10)
        assert has_screen({"DISPLAY": "127.0.0.1:10.0"}, "linux")


def test_a_missing_library_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(display.ctypes, "CDLL", missing)
    assert display.missing_library({"DISPLAY": ":0"}, "linux") == "libxcb-cursor0"
    assert display.missing_library({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""
    assert display.missing_library({}, "win32") == ""
