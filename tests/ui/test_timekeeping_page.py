"""The time-keeping page, driven as a person drives it: by key, by button, and by the strip."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from deepracer_desk.domain.laps import LapOutcome
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_formats import RaceFormat, StartRule
from deepracer_desk.domain.race_log import Armed, ManualLap
from deepracer_desk.domain.races import Run, RunState
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.ports.timing_station import LinkState, StationEventKind
from deepracer_desk.services.recovery import RecoveryChoice
from deepracer_desk.ui.shared.dialogs import Question
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.toasts import Toast
from deepracer_desk.ui.timekeeping.page import TimekeepingPage
from tests.helpers.fake_services import FakeClock, FakeDesk, FakeLink, S, a_health

Key = Qt.Key
Ctrl, Shift, NoModifier = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)


class Stage:
    """A page in its own window with one event, three racers and a live strip."""

    def __init__(self, desk: FakeDesk, kit: Kit, qtbot: QtBot, rules: RaceFormat | None = None) -> None:
        self.desk, self.kit, self.qtbot = desk, kit, qtbot
        self.event: RacingEvent = desk.an_event(rules=rules)
        self.zoe: Racer = desk.roster.add("Zoe")
        self.kai: Racer = desk.roster.add("Kai")
        self.link: FakeLink = desk.a_station(self.event)
        self.toasts: list[Toast] = []
        kit.notices.told.connect(self.toasts.append)
        self.page = page_of(desk, kit)
        self.view = self.page.view
        qtbot.addWidget(self.view)
        self.view.resize(1166, 680)
        self.view.show()
        self.view.activateWindow()
        qtbot.waitUntil(self.view.isActiveWindow)
        self.settle()
        self.page.activated()

    @property
    def clock(self) -> FakeClock:
        return self.desk.clock

    @property
    def run(self) -> Run:
        run = self.desk.timekeeping.run(self.event.tracks[0].track_id)
        assert run is not None
        return run

    @property
    def state(self) -> RunState:
        return self.run.state_at(self.clock.now_us())

    def settle(self) -> None:
        self.qtbot.wait(1)
        self.page.presenter._on_tick()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NoModifier) -> None:
        QTest.keyClick(self.view, key, modifier)
        self.settle()

    def choose(self, racer: Racer) -> None:
        self.view.setup.racer.picked.emit(racer.racer_id)
        self.settle()

    def run_with_laps(self, *times_s: float) -> None:
        """Arm and let the strip see the start and each lap."""
        self.choose(self.zoe)
        self.key(Key.Key_Space)
        self.clock.forward(1)
        self.link.cross()
        for time_s in times_s:
            self.clock.forward(time_s)
            self.link.cross()
        self.settle()


def page_of(desk: FakeDesk, kit: Kit) -> TimekeepingPage:
    return TimekeepingPage(
        kit,
        timekeeping=desk.timekeeping,
        standings=desk.standings,
        roster=desk.roster,
        recovery=desk.recovery,
        stations=desk.stations,
    )


@pytest.fixture
def stage(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> Stage:
    return Stage(desk, kit, qtbot)


def test_without_an_event_the_page_says_what_to_do(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    page = page_of(desk, kit)
    qtbot.addWidget(page.view)
    page.view.show()
    buttons = [button for button in page.view.findChildren(QPushButton) if button.isVisible()]
    assert [button.text() for button in buttons] == ["Create an event"]
    with qtbot.waitSignal(page.presenter.setup_page_requested):
        buttons[0].click()


def test_choosing_a_racer_makes_the_run_ready_to_arm(stage: Stage) -> None:
    assert not stage.view.setup.arm.isEnabled()
    assert stage.view.band.detail == "Choose a racer."
    stage.choose(stage.zoe)
    assert stage.state is RunState.CONFIGURED
    assert stage.view.setup.arm.isEnabled()
    assert "Ready to arm" in stage.view.band.word
    assert stage.view.racer.name == "Zoe"


def test_space_arms_then_the_first_crossing_starts_the_clock(stage: Stage) -> None:
    stage.choose(stage.zoe)
    stage.key(Key.Key_Space)
    assert stage.state is RunState.ARMED
    stage.clock.forward(3)
    stage.link.cross()
    stage.clock.forward(2.5)
    stage.settle()
    assert stage.state is RunState.RUNNING
    assert stage.view.clock.text == "0:02.500"
    assert stage.view.lap.face.text == "0:02.500"


def test_the_clock_ticks_at_thirty_hertz_or_more_while_it_runs(stage: Stage, qtbot: QtBot) -> None:
    stage.run_with_laps()
    ticks: list[int] = []
    stage.page.presenter._timer.timeout.connect(lambda: ticks.append(1))
    qtbot.wait(400)
    assert len(ticks) >= 12


def test_a_key_is_stamped_when_it_is_pressed_not_when_it_is_handled(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.run_with_laps(9)
    later: list[object] = []
    runner = stage.kit.runner
    monkeypatch.setattr(runner, "run", lambda *call, **_more: later.append(call))
    stage.clock.forward(8)
    pressed_us = stage.clock.now_us()
    QTest.keyClick(stage.view, Key.Key_Return)
    stage.clock.forward(0.7)
    assert len(later) == 1
    work, done, error = later[0]  # type: ignore[misc]
    monkeypatch.undo()
    runner.run(work, done, error)
    stage.settle()
    assert stage.run.laps[-1].end_us == pressed_us


def test_two_presses_of_the_lap_key_within_300_ms_are_one(stage: Stage) -> None:
    stage.run_with_laps(9)
    stage.clock.forward(8)
    stage.key(Key.Key_Return)
    stage.clock.forward(0.2)
    stage.key(Key.Key_E)
    assert len(stage.run.driven) == 2
    assert not any(toast.bad for toast in stage.toasts)


def test_a_held_key_counts_once(stage: Stage) -> None:
    stage.run_with_laps(9)
    stage.key(Key.Key_R)
    assert stage.run.resets == 1
    shortcuts = stage.page.presenter._shortcuts._shortcuts
    assert shortcuts
    assert not any(shortcut.autoRepeat() for shortcut in shortcuts)


def test_keys_are_silent_while_a_name_is_typed(stage: Stage) -> None:
    stage.view.setup.car.setFocus()
    QTest.keyClicks(stage.view.setup.car, "Red Racer")
    QTest.keyClick(stage.view.setup.car, Key.Key_Space)
    assert stage.view.setup.car.text() == "Red Racer "
    QTest.keyClick(stage.view.setup.car, Key.Key_Return)
    QTest.keyClick(stage.view.setup.car, Key.Key_Escape)
    assert stage.toasts == []
    assert stage.desk.timekeeping.run(stage.event.tracks[0].track_id) is None


def test_after_enter_in_a_field_the_keys_act_again(stage: Stage) -> None:
    stage.choose(stage.zoe)
    stage.view.setup.car.setFocus()
    QTest.keyClicks(stage.view.setup.car, "C1")
    QTest.keyClick(stage.view.setup.car, Key.Key_Return)
    assert stage.run.car_name == "C1"
    stage.key(Key.Key_Space)
    assert stage.state is RunState.ARMED


def test_a_focus_left_in_a_field_does_not_wander_to_a_button(stage: Stage) -> None:
    stage.choose(stage.zoe)
    stage.view.setup.car.setFocus()
    stage.view.setup.arm.click()
    stage.settle()
    assert stage.state is RunState.ARMED
    assert not isinstance(QApplication.focusWidget(), QPushButton)
    stage.key(Key.Key_Space)
    assert stage.state is RunState.RUNNING


def test_keys_are_silent_while_another_page_is_shown(stage: Stage, qtbot: QtBot) -> None:
    stage.run_with_laps(9)
    other = QPushButton("other")
    qtbot.addWidget(other)
    other.show()
    stage.view.hide()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    QTest.keyClick(other, Key.Key_R)
    assert stage.run.resets == 0


def test_resets_are_counted_and_taken_back(stage: Stage) -> None:
    stage.run_with_laps(9)
    stage.key(Key.Key_R)
    stage.key(Key.Key_R)
    stage.key(Key.Key_R, Shift)
    assert stage.run.resets == 1
    stage.clock.forward(8)
    stage.link.cross()
    assert stage.run.driven[-1].resets == 1


def test_pause_and_go_on_leave_the_pause_out(stage: Stage) -> None:
    stage.run_with_laps(9)
    stage.clock.forward(1)
    stage.key(Key.Key_P)
    assert stage.state is RunState.PAUSED
    stage.clock.forward(30)
    stage.settle()
    assert stage.view.clock.text == "0:10.000"
    assert stage.view.drive.primary.word == "Go on"
    stage.key(Key.Key_Space)
    assert stage.state is RunState.RUNNING


def test_the_clock_turns_yellow_then_red_and_time_up_is_a_band(stage: Stage) -> None:
    stage.run_with_laps(9)
    stage.clock.forward(55)
    stage.settle()
    assert (stage.view.remaining.face.role, stage.view.band.tone) == ("warn", "warn")
    stage.clock.forward(31)
    stage.settle()
    assert (stage.view.remaining.face.role, stage.view.band.tone) == ("bad", "bad")
    place = stage.view.clock.geometry()
    stage.clock.forward(30)
    stage.settle()
    assert stage.view.band.tone == "over"
    assert "Time up" in stage.view.band.word
    assert stage.view.clock.geometry() == place


def test_escape_once_hints_and_twice_ends(stage: Stage) -> None:
    stage.run_with_laps(9)
    stage.key(Key.Key_Escape)
    assert stage.state is RunState.RUNNING
    assert stage.view.band.hint == "Press Esc again to end the run"
    stage.key(Key.Key_Escape)
    assert stage.state is RunState.REVIEW
    assert stage.view.band.hint == ""


def test_the_second_escape_may_not_come_too_late(stage: Stage, qtbot: QtBot) -> None:
    stage.run_with_laps(9)
    stage.key(Key.Key_Escape)
    stage.page.presenter.commands._end_timer.setInterval(1)
    stage.page.presenter.commands._end_timer.start()
    qtbot.waitUntil(lambda: stage.view.band.hint == "")
    stage.key(Key.Key_Escape)
    assert stage.state is RunState.RUNNING


def test_dropping_a_lap_is_told_and_undone_by_key(stage: Stage) -> None:
    stage.run_with_laps(9, 8, 10)
    stage.key(Key.Key_D)
    assert len(stage.run.driven) == 2
    assert stage.toasts[-1].text == "Lap 3 dropped."
    assert stage.toasts[-1].verb == "Undo"
    stage.key(Key.Key_Z, Ctrl)
    assert len(stage.run.driven) == 3
    assert stage.toasts[-1].text.startswith("Undone:")
    stage.key(Key.Key_Z, Ctrl | Shift)
    assert len(stage.run.driven) == 2


def test_a_false_trigger_gives_its_time_to_the_running_lap(stage: Stage) -> None:
    stage.run_with_laps(9, 6)
    stage.key(Key.Key_F)
    stage.clock.forward(3)
    stage.link.cross()
    stage.settle()
    assert [lap.time_us for lap in stage.run.driven] == [9 * S, 9 * S]


def test_the_last_lap_is_judged_by_key(stage: Stage) -> None:
    stage.run_with_laps(9)
    stage.key(Key.Key_X)
    assert stage.run.driven[0].outcome is LapOutcome.INVALIDATED
    assert stage.view.last.face.text.startswith("✕")
    stage.key(Key.Key_X)
    assert stage.run.driven[0].valid


def test_a_passage_that_is_held_has_its_buttons_in_the_list(stage: Stage) -> None:
    stage.run_with_laps(9, 1.2)
    assert [lap.held for lap in stage.run.laps] == [False, True]
    accept = [b for b in stage.view.laps.findChildren(QPushButton) if b.text() == "Accept"]
    assert len(accept) == 1
    accept[0].click()
    stage.settle()
    assert [lap.number for lap in stage.run.laps] == [1, 2]
    assert not stage.run.held


def test_submitting_with_a_held_passage_asks_first(stage: Stage, qtbot: QtBot) -> None:
    stage.run_with_laps(9, 1.2)
    stage.key(Key.Key_Escape)
    stage.key(Key.Key_Escape)
    assert "1 passage is held" in stage.view.review.open_text
    stage.key(Key.Key_Return, Ctrl)
    assert stage.state is RunState.REVIEW
    question = stage.view.findChild(Question)
    assert question is not None
    assert not question.isModal()
    qtbot.mouseClick(question.verb_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert stage.state is RunState.SUBMITTED


def test_review_shows_what_submitting_would_change(stage: Stage) -> None:
    stage.desk.drive(stage.event, stage.kai, [10, 11])
    stage.settle()
    stage.run_with_laps(9)
    stage.page.presenter.commands.end()
    stage.settle()
    assert stage.view.review.rank_text == "New on the board: place 1 of 2"
    stage.key(Key.Key_Return, Ctrl)
    assert stage.state is RunState.SUBMITTED
    assert stage.toasts[-1].text == "Submitted."
    stage.key(Key.Key_Z, Ctrl)
    assert stage.state is RunState.REVIEW


def test_a_run_without_laps_cannot_be_submitted_but_discarded_and_brought_back(stage: Stage) -> None:
    stage.run_with_laps()
    stage.page.presenter.commands.end()
    stage.settle()
    assert not stage.view.review.submit.isEnabled()
    stage.key(Key.Key_Backspace, Ctrl)
    assert stage.state is RunState.DISCARDED
    stage.key(Key.Key_Z, Ctrl)
    assert stage.state is RunState.REVIEW


def test_best_of_event_and_best_of_run_have_their_own_marks(stage: Stage) -> None:
    stage.desk.drive(stage.event, stage.kai, [9.5])
    stage.settle()
    stage.run_with_laps(10, 9.8)
    assert stage.view.last.face.text.startswith("▲")
    stage.clock.forward(9.4)
    stage.link.cross()
    stage.settle()
    assert stage.view.last.face.text.startswith("★")
    stage.clock.forward(12)
    stage.link.cross()
    stage.settle()
    assert stage.view.last.face.text.startswith("●")


def test_what_is_refused_is_said_in_a_toast_not_a_dialog(stage: Stage) -> None:
    stage.run_with_laps(9)
    stage.page.presenter.commands.submit()
    assert stage.toasts[-1].bad
    assert stage.toasts[-1].text == "End the run before you submit it."
    assert not stage.view.findChildren(Question)


def test_the_lamp_pulses_with_every_edge_also_those_not_counted(stage: Stage) -> None:
    stage.clock.forward(30)
    stage.settle()
    assert stage.view.strip.lamp.glow == 0
    stage.link.cross(kind=StationEventKind.SUPPRESSED)
    stage.settle()
    assert stage.view.strip.lamp.glow > 0.9
    stage.clock.forward(5)
    stage.settle()
    assert stage.view.strip.lamp.glow == 0
    assert "Last pulse 5.0 s ago" in stage.view.strip.text


def test_a_lost_station_is_named_and_laps_go_on_by_hand(stage: Stage) -> None:
    stage.run_with_laps(9)
    stage.link.say(a_health(link=LinkState.LOST, heard_us=stage.clock.now_us() - 7 * S))
    stage.settle()
    assert "is lost for 7 s. Take laps by hand." in stage.view.strip.text
    stage.clock.forward(8)
    stage.key(Key.Key_Return)
    assert len(stage.run.driven) == 2


def test_crossings_that_come_late_are_told(stage: Stage) -> None:
    stage.run_with_laps(9)
    late_us = stage.clock.now_us() + 8 * S
    stage.clock.forward(15)
    real = stage.clock.now_us()
    stage.clock._now_us = late_us
    stage.link.cross()
    stage.clock._now_us = real
    stage.settle()
    assert any("came late" in toast.text for toast in stage.toasts)


def test_a_changed_format_reaches_a_run_that_is_not_armed_and_no_other(stage: Stage) -> None:
    stage.choose(stage.zoe)
    short = replace(stage.event.race_format, time_limit_us=60 * S)
    stage.desk.setup.save(replace(stage.event, race_format=short))
    stage.settle()
    assert stage.run.rules.time_limit_us == 60 * S
    stage.key(Key.Key_Space)
    stage.desk.setup.save(replace(stage.event, race_format=RaceFormat(time_limit_us=180 * S)))
    stage.settle()
    assert stage.run.rules.time_limit_us == 60 * S


def test_the_corrections_of_a_lap_are_in_its_menu(stage: Stage) -> None:
    stage.run_with_laps(9, 8)
    menu = stage.view.laps.menu_for(stage.view.laps.model.row_at(0))
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert len(texts) == 8
    split = next(action for action in menu.actions() if action.text() == "Split into two laps")
    split.trigger()
    stage.settle()
    assert [lap.outcome for lap in stage.run.driven].count(LapOutcome.ESTIMATED) == 2
    stage.key(Key.Key_Z, Ctrl)
    assert len(stage.run.driven) == 2


def test_a_new_racer_can_be_added_from_here(stage: Stage) -> None:
    stage.view.setup.racer_wanted.emit("Walk-in")
    stage.settle()
    assert stage.run.racer_name == "Walk-in"


def test_an_operator_start_waits_for_the_key(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    stage = Stage(desk, kit, qtbot, RaceFormat(start=StartRule.OPERATOR))
    stage.choose(stage.zoe)
    stage.key(Key.Key_Space)
    assert stage.view.drive.primary.word == "Start clock"
    assert not stage.view.drive.lap.isEnabled()
    stage.key(Key.Key_Space)
    assert stage.state is RunState.RUNNING


def test_a_run_that_was_going_on_is_offered_after_a_restart(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    event, racer = desk.an_event(), desk.roster.add("Zoe")
    track_id = event.tracks[0].track_id
    desk.arm(event, racer)
    desk.timekeeping.act(track_id, ManualLap())
    desk.beats.beat(desk.clock.now_us())
    desk.clock.forward(41)
    desk.timekeeping._tracks.clear()
    desk.recovery.load()
    page = page_of(desk, kit)
    qtbot.addWidget(page.view)
    page.view.show()
    qtbot.wait(1)
    assert page.view.recovery.isVisible()
    page.view.recovery.buttons[RecoveryChoice.RESUME_PAUSED].click()
    qtbot.wait(1)
    run = desk.timekeeping.run(track_id)
    assert run is not None
    assert run.state_at(desk.clock.now_us()) is RunState.PAUSED
    assert not page.view.recovery.isVisible()


def test_the_race_clock_is_at_least_96_pixels_in_the_smallest_window(stage: Stage) -> None:
    for width, height in ((1166, 640), (824, 600), (1720, 1000)):
        stage.view.resize(width, height)
        QApplication.processEvents()
        assert stage.view.clock.figure_px >= 96 or width < 900, (width, height)


def test_no_figure_is_cut_off_after_ten_minutes(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    stage = Stage(desk, kit, qtbot, RaceFormat(time_limit_us=3_000 * S))
    stage.run_with_laps(9)
    wide = stage.view.clock.figure_px
    stage.clock.forward(700)
    stage.settle()
    face = stage.view.clock
    assert face.text == "11:49.000"
    assert QFontMetricsF(face._font).horizontalAdvance(face.text) <= face.width()
    assert face.figure_px < wide


def test_no_run_is_armed_without_a_racer(stage: Stage) -> None:
    stage.key(Key.Key_Space)
    assert stage.toasts[-1].text == "Choose a racer."
    assert stage.desk.timekeeping.run(stage.event.tracks[0].track_id) is None


def test_nothing_of_another_track_is_shown(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    event = desk.an_event(tracks=("A", "B"))
    zoe, kai = desk.roster.add("Zoe"), desk.roster.add("Kai")
    page = page_of(desk, kit)
    qtbot.addWidget(page.view)
    desk.timekeeping.prepare(desk.a_setup(event, zoe, 0))
    desk.timekeeping.prepare(desk.a_setup(event, kai, 1))
    desk.timekeeping.act(event.tracks[1].track_id, Armed())
    qtbot.wait(1)
    assert page.view.racer.name == "Zoe"
    kit.choice.choose_track(event.tracks[1].track_id)
    assert page.view.racer.name == "Kai"
    assert "Armed" in page.view.band.word
