"""The frame of the desk: pages, health, messages, conditions; and the two ways between threads."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from deepracer_desk.domain.errors import RefusedError
from deepracer_desk.ports.timing_station import LinkState
from deepracer_desk.services.changes import ChangeBus, ProblemChanged, RacersChanged, StationsChanged
from deepracer_desk.ui.shared.banners import Banner, Condition, Severity
from deepracer_desk.ui.shared.change_bridge import ChangeBridge
from deepracer_desk.ui.shared.dialogs import Question
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.task_runner import TaskRunner
from deepracer_desk.ui.shell.main_window import MainWindow
from deepracer_desk.ui.shell.presenter import ShellPresenter
from tests.helpers.desk_window import no_icon
from tests.helpers.fake_services import FakeDesk, S, a_health


class PlainPage:
    """A page that notes when it comes and goes."""

    def __init__(self, title: str, icon: str) -> None:
        self.title, self.icon = title, icon
        self.widget = QWidget()
        self.line = QLineEdit()
        layout = QVBoxLayout(self.widget)
        layout.addWidget(self.line)
        self.seen: list[str] = []

    def activated(self) -> None:
        self.seen.append("in")

    def deactivated(self) -> None:
        self.seen.append("out")


@pytest.fixture
def pages(qtbot: QtBot) -> list[PlainPage]:
    return [PlainPage("One", "timer"), PlainPage("Two", "stations"), PlainPage("Three", "setup")]


@pytest.fixture
def window(kit: Kit, desk: FakeDesk, pages: list[PlainPage], qtbot: QtBot) -> MainWindow:
    window = MainWindow(pages, kit, no_icon, rehearsal=True)
    ShellPresenter(window, kit, desk.stations, lambda: 50_000_000_000)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def banners(window: MainWindow) -> list[str]:
    found = window.banners.findChildren(Banner)
    return [banner.accessibleName() for banner in found if banner.isVisible()]


def test_pages_come_and_go_by_key(window: MainWindow, pages: list[PlainPage]) -> None:
    assert window.front is pages[0]
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.front is pages[1]
    assert pages[0].seen == ["in", "out"]
    assert pages[1].seen == ["in"]
    QTest.keyClick(window, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert window.front is pages[1]


def test_f1_shows_and_hides_all_keys(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    helper = window._help
    assert helper is not None
    assert helper.isVisible()
    assert not helper.isModal()
    for words in ("Enter or E", "Lap: the car crossed the line", "Ctrl+3", "Three", "F11"):
        assert words in helper.text
    window.activateWindow()
    window.toggle_help()
    assert not helper.isVisible()


def test_f11_asks_for_the_projector(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.projector_requested, timeout=500):
        QTest.keyClick(window, Qt.Key.Key_F11)
    with qtbot.waitSignal(window.projector_screen_requested, timeout=500):
        QTest.keyClick(window, Qt.Key.Key_F11, Qt.KeyboardModifier.ControlModifier)


def test_a_question_mark_that_is_typed_is_text(window: MainWindow, pages: list[PlainPage]) -> None:
    pages[0].line.setFocus()
    QTest.keyClicks(pages[0].line, "?")
    assert pages[0].line.text() == "?"
    assert window._help is None


def test_event_and_track_are_named_and_another_track_can_be_chosen(
    window: MainWindow, kit: Kit, desk: FakeDesk, qtbot: QtBot
) -> None:
    assert window.top.event_name == "No event"
    event = desk.an_event("Cup", ("North", "South"))
    qtbot.wait(1)
    assert window.top.event_name == "Cup"
    window.top.tracks.setCurrentIndex(1)
    window.top.tracks.activated.emit(1)
    assert kit.choice.track_id == event.tracks[1].track_id


def test_a_rehearsal_is_marked(window: MainWindow) -> None:
    mark = window.top.findChild(QLabel, "rehearsal")
    assert mark is not None
    assert mark.isVisible()
    assert mark.text() == "REHEARSAL"


def test_health_dots_explain_themselves(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> None:
    health = window.top.health
    link = desk.a_station(desk.an_event())
    qtbot.wait(1)
    fact = health.fact("stations")
    assert fact is not None
    assert fact.text == "1 station is live."
    link.say(a_health(link=LinkState.LOST, heard_us=desk.clock.now_us() - 9 * S))
    qtbot.wait(1)
    health.button("stations").click()
    assert "Silent: Track A strip." in health.explained
    assert "Take laps by hand." in health.explained
    disk = health.fact("disk")
    assert disk is not None
    assert disk.text == "50.0 GB are free."


def test_a_silent_station_is_a_banner_with_a_way_out_and_goes_by_itself(
    window: MainWindow, desk: FakeDesk, pages: list[PlainPage], qtbot: QtBot
) -> None:
    link = desk.a_station(desk.an_event())
    link.say(a_health(link=LinkState.LOST))
    qtbot.wait(1)
    assert len(banners(window)) == 1
    assert "Manual timing goes on." in banners(window)[0]
    button = next(b for b in window.banners.findChildren(QPushButton) if b.text() == "Stations")
    button.click()
    assert window.front is pages[1]
    link.say(a_health(link=LinkState.LIVE))
    qtbot.wait(1)
    assert banners(window) == []


def test_a_banner_does_not_move_what_is_above_it(window: MainWindow, kit: Kit, qtbot: QtBot) -> None:
    top = window.top.geometry()
    place = window.front.widget.mapTo(window, window.front.widget.rect().topLeft())
    kit.conditions.put(Condition(key="x", text="Something lasts.", severity=Severity.WARN))
    qtbot.wait(1)
    assert window.top.geometry() == top
    assert window.front.widget.mapTo(window, window.front.widget.rect().topLeft()) == place


def test_problems_of_services_come_and_go(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.bus.publish(ProblemChanged(key="backup", text="No backup was made.", hint="The disk is full."))
    qtbot.wait(1)
    assert banners(window) == ["No backup was made. The disk is full."]
    desk.bus.publish(ProblemChanged(key="backup", text=""))
    qtbot.wait(1)
    assert banners(window) == []


def test_a_crash_is_told_without_blocking_and_its_report_can_be_saved(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_crash(Path("problem.txt"))
    assert "Timing goes on." in banners(window)[0]
    buttons = {button.text(): button for button in window.banners.findChildren(QPushButton)}
    with qtbot.waitSignal(window.report_save_requested, timeout=500) as told:
        buttons["Save report"].click()
    assert told.args == [Path("problem.txt")]
    buttons["✕"].click()
    assert banners(window) == []


def test_a_toast_has_its_undo_and_goes_away(window: MainWindow, kit: Kit, qtbot: QtBot) -> None:
    undone: list[bool] = []
    kit.notices.tell("Lap 4 dropped.", verb="Undo", action=lambda: undone.append(True))
    assert window.toasts.text == "Lap 4 dropped."
    button = window.toasts.findChild(QPushButton, "toastButton")
    assert button is not None
    button.click()
    assert undone == [True]
    assert window.toasts.text == ""
    kit.notices.refuse(RefusedError("The run is submitted.", hint="Correct it in Runs."))
    assert window.toasts.text == "The run is submitted. Correct it in Runs."
    window.toasts._timer.setInterval(1)
    window.toasts._timer.start()
    qtbot.waitUntil(lambda: window.toasts.text == "")


def test_an_error_nobody_knows_goes_to_the_crash_report(kit: Kit, qtbot: QtBot) -> None:
    with qtbot.waitSignal(kit.notices.broke, timeout=500):
        kit.notices.refuse(ZeroDivisionError())


def test_closing_asks_while_a_run_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    window.ask_before_closing(lambda: "A run is going on.")
    window.close()
    assert window.isVisible()
    question = window.findChild(Question)
    assert question is not None
    with qtbot.waitSignal(window.closed, timeout=500):
        question.verb_button.click()
    assert not window.isVisible()


def test_the_rail_gives_its_words_up_in_a_narrow_window(window: MainWindow, qtbot: QtBot) -> None:
    assert not window.rail.collapsed
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: window.rail.collapsed)
    assert window.rail.width() == 64


def test_the_main_window_stays_short() -> None:
    import deepracer_desk.ui.shell.main_window as module

    assert len(Path(module.__file__).read_text(encoding="utf-8").splitlines()) < 205


# --- between threads ------------------------------------------------------------------------------------


def test_changes_of_any_thread_arrive_on_the_gui_thread_in_order(qtbot: QtBot) -> None:
    bus = ChangeBus()
    bridge = ChangeBridge(bus)
    seen: list[tuple[str, bool]] = []
    gui = threading.get_ident()
    bridge.on(ProblemChanged, lambda change: seen.append((change.key, threading.get_ident() == gui)))

    def publish() -> None:
        for number in range(50):
            bus.publish(ProblemChanged(key=str(number), text=""))
            bus.publish(RacersChanged())

    worker = threading.Thread(target=publish)
    worker.start()
    worker.join()
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert seen == [(str(number), True) for number in range(50)]
    bus.publish(ProblemChanged(key="late", text=""))
    bridge.close()
    bus.publish(StationsChanged())
    qtbot.wait(5)
    assert len(seen) == 50


def test_work_runs_in_order_off_the_gui_thread_and_answers_on_it(qtbot: QtBot) -> None:
    runner = TaskRunner()
    gui = threading.get_ident()
    worked: list[int] = []
    answered: list[tuple[int, bool]] = []

    def work(number: int) -> int:
        assert threading.get_ident() != gui
        worked.append(number)
        return number

    for number in range(20):
        runner.run(
            lambda chosen=number: work(chosen),
            lambda value: answered.append((value, threading.get_ident() == gui)),
        )
    assert runner.busy
    qtbot.waitUntil(lambda: len(answered) == 20)
    assert worked == list(range(20))
    assert answered == [(number, True) for number in range(20)]
    assert not runner.busy
    runner.close()


def test_an_error_has_an_owner(qtbot: QtBot) -> None:
    runner = TaskRunner()
    mine: list[Exception] = []

    def fail() -> None:
        raise RefusedError("No.")

    runner.run(fail, None, mine.append)
    qtbot.waitUntil(lambda: len(mine) == 1)
    with qtbot.waitSignal(runner.failed, timeout=1000):
        runner.run(fail)
    runner.close()


def test_what_takes_long_has_a_line_as_long_as_it_lasts(qtbot: QtBot) -> None:
    runner = TaskRunner()
    titles: list[tuple[str, ...]] = []
    runner.working.connect(titles.append)
    gate = threading.Event()
    runner.run(lambda: gate.wait(5), title="Making a backup")
    assert titles == [("Making a backup",)]
    gate.set()
    qtbot.waitUntil(lambda: titles[-1] == ())
    runner.close()
