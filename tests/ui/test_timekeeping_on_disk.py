"""The time-keeping page over the real desk: SQLite, threads, and the clock of this computer."""

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deepracer_desk.core import Core
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.races import RunState
from deepracer_desk.system.paths import Paths
from deepracer_desk.system.settings import Appearance, Theme
from deepracer_desk.ui.shared.banners import Conditions
from deepracer_desk.ui.shared.change_bridge import ChangeBridge
from deepracer_desk.ui.shared.desk_choice import DeskChoice
from deepracer_desk.ui.shared.key_bindings import KeyBindings
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.racer_directory import RacerDirectory
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.task_runner import TaskRunner
from deepracer_desk.ui.shared.theme import ThemeSwitch
from deepracer_desk.ui.shared.toasts import Notices
from deepracer_desk.ui.timekeeping.page import TimekeepingPage


@pytest.fixture
def core(tmp_path: Path) -> Generator[Core]:
    core = Core(Paths(tmp_path), look_around=False)
    yield core
    core.close()


@pytest.fixture
def real_kit(core: Core, qapp: QApplication) -> Generator[Kit]:
    skin = Skin(ThemeSwitch(qapp))
    skin.wear(Appearance(theme=Theme.LIGHT))
    bridge = ChangeBridge(core.bus)
    kit = Kit(
        clock=core.clock,
        skin=skin,
        bindings=KeyBindings(),
        runner=TaskRunner("storage"),
        slow_runner=TaskRunner("slow"),
        bridge=bridge,
        notices=Notices(),
        conditions=Conditions(),
        choice=DeskChoice(core.setup, bridge),
        racers=RacerDirectory(core.roster, bridge),
    )
    yield kit
    bridge.close()
    kit.runner.close()
    kit.slow_runner.close()


def test_a_run_by_keyboard_is_on_disk_and_on_the_board(core: Core, real_kit: Kit, qtbot: QtBot) -> None:
    rules = RaceFormat(min_lap_us=0)
    event = core.setup.new_event("Cup")
    core.setup.save(event)
    core.setup.save(type(event)(event_id=event.event_id, name="Cup", tracks=event.tracks, race_format=rules))
    zoe = core.roster.add("Zoe")
    track_id = event.tracks[0].track_id
    page = TimekeepingPage(
        real_kit,
        timekeeping=core.timekeeping,
        standings=core.standings,
        roster=core.roster,
        recovery=core.recovery,
        stations=core.stations,
    )
    view = page.view
    qtbot.addWidget(view)
    view.resize(1166, 680)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    qtbot.waitUntil(lambda: real_kit.choice.racing_event is not None)
    page.activated()

    def state() -> RunState:
        run = core.timekeeping.run(track_id)
        return run.state_at(core.clock.now_us()) if run else RunState.IDLE

    view.setup.racer.picked.emit(zoe.racer_id)
    qtbot.waitUntil(lambda: "Ready to arm" in view.band.word)
    QTest.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Armed" in view.band.word)
    QTest.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: state() is RunState.RUNNING)
    first = view.clock.text
    qtbot.waitUntil(lambda: view.clock.text not in (first, "0:00.000"))
    qtbot.wait(320)
    QTest.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.laps.model.rowCount() == 1)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.review.rank_text == "New on the board: place 1 of 1")
    QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: state() is RunState.SUBMITTED)
    qtbot.waitUntil(lambda: not real_kit.runner.busy)
    assert core.standings.board(event.event_id, track_id).rank(zoe.racer_id) == 1
    heads = core.archive.heads(event_id=event.event_id)
    assert [(head.racer_name, head.state, head.laps) for head in heads] == [("Zoe", "submitted", 1)]
    page.deactivated()
