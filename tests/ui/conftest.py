"""A desk in memory, and what its pages work with."""

from collections.abc import Generator

import pytest
from pytestqt.qtbot import QtBot

from deepracer_desk.ui.shared.kit import Kit
from tests.helpers.desk_window import a_kit, close_kit
from tests.helpers.fake_services import FakeDesk

HARMLESS = "This plugin does not support (propagateSizeHints|raise|grabbing)"  # the offscreen platform


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "ui" in item.path.parts:
            item.add_marker(pytest.mark.qt_log_ignore(HARMLESS))


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def kit(desk: FakeDesk, qtbot: QtBot) -> Generator[Kit]:
    made = a_kit(desk)
    yield made
    qtbot.wait(0)  # lets what is queued come before the bridge is closed
    close_kit(made)
