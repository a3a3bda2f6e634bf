"""The history: every run, its laps and its log; corrections of what is public want a reason."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepracer_desk.domain.ids import RunId
from deepracer_desk.domain.race_log import LapDropped
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.ui.runs.page import RunsPage
from deepracer_desk.ui.shared.dialogs import TextQuestion
from deepracer_desk.ui.shared.kit import Kit
from tests.helpers.fake_services import FakeDesk


class Stage:
    """A runs page with two submitted runs."""

    def __init__(self, desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.event: RacingEvent = desk.an_event(tracks=("A", "B"))
        self.zoe, self.kai = desk.roster.add("Zoe"), desk.roster.add("Kai")
        self.first = desk.drive(self.event, self.zoe, [9, 10])
        self.second = desk.drive(self.event, self.kai, [8], track=1)
        self.page = RunsPage(kit, archive=desk.archive, timekeeping=desk.timekeeping)
        self.view = self.page.view
        qtbot.addWidget(self.view)
        self.view.show()
        qtbot.wait(1)
        self.page.activated()

    def choose(self, run_id: RunId) -> None:
        line = self.view.model.number_of(run_id)
        assert line is not None
        index = self.view.proxy.mapFromSource(self.view.model.index(line, 0))
        self.view.table.selectRow(index.row())
        self.qtbot.wait(1)

    def answer(self, why: str) -> None:
        questions = [item for item in self.view.findChildren(TextQuestion) if item.isVisible()]
        question = questions[-1]
        question.line.setText(why)
        self.qtbot.mouseClick(question.verb_button, Qt.MouseButton.LeftButton)
        self.qtbot.wait(1)


@pytest.fixture
def stage(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> Stage:
    return Stage(desk, kit, qtbot)


def test_without_runs_the_page_says_why(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    desk.an_event()
    page = RunsPage(kit, archive=desk.archive, timekeeping=desk.timekeeping)
    qtbot.addWidget(page.view)
    qtbot.wait(1)
    page.activated()
    assert page.view.is_empty


def test_runs_are_listed_newest_first(stage: Stage) -> None:
    names = [stage.view.proxy.index(line, 1).data() for line in range(stage.view.proxy.rowCount())]
    assert names == ["Kai", "Zoe"]


def test_the_list_can_be_narrowed_to_a_track_or_a_state(stage: Stage) -> None:
    stage.view.tracks.setCurrentIndex(1)
    stage.view.scope_changed.emit()
    assert [row.head.racer_name for row in stage.view.model.rows] == ["Zoe"]
    stage.view.states.setCurrentIndex(stage.view.states.findData("discarded"))
    stage.view.scope_changed.emit()
    assert stage.view.model.rows == ()
    assert not stage.view.is_empty


def test_a_run_shows_its_laps_and_its_log(stage: Stage) -> None:
    stage.choose(stage.first)
    assert stage.view.detail.title == "Zoe"
    assert [row.lap.number for row in stage.view.detail.laps.rows] == [2, 1]
    texts = [row.text for row in stage.view.detail.log.rows]
    assert texts[0] == "Submitted"
    assert texts[-1] == "Set up for Zoe on A"


def test_a_correction_of_a_submitted_run_wants_a_reason(stage: Stage) -> None:
    stage.choose(stage.first)
    ref = stage.view.detail.laps.rows[-1].lap.ref
    stage.view.detail.action_requested.emit(LapDropped(ref=ref))
    stage.answer("")
    assert len(stage.desk.archive.run(stage.first).driven) == 2
    stage.answer("wrong car")
    run = stage.desk.archive.run(stage.first)
    assert len(run.driven) == 1
    assert stage.view.detail.log.rows[0].reason == "wrong car"


def test_a_run_goes_into_the_bin_and_comes_back(stage: Stage) -> None:
    stage.choose(stage.first)
    stage.view.detail.discard.click()
    stage.answer("test run")
    assert stage.desk.archive.run(stage.first).discarded
    assert stage.view.detail.restore.isVisible()
    stage.view.detail.restore.click()
    stage.answer("it counted after all")
    assert not stage.desk.archive.run(stage.first).discarded


def test_undo_takes_back_the_last_entry_of_this_run(stage: Stage) -> None:
    stage.choose(stage.first)
    stage.view.detail.undo.click()
    stage.qtbot.wait(1)
    assert not stage.desk.archive.run(stage.first).submitted


def test_a_run_that_changes_elsewhere_is_shown_anew(stage: Stage) -> None:
    stage.choose(stage.first)
    ref = stage.view.detail.laps.rows[-1].lap.ref
    stage.desk.timekeeping.correct(stage.first, LapDropped(ref=ref), reason="seen on video")
    stage.qtbot.wait(1)
    assert [row.lap.number for row in stage.view.detail.laps.rows] == [1, None]
