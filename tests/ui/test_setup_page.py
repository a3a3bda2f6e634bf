"""Setup: an event with its tracks, rules that are told in words, and racers."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from deepracer_desk.domain.people import RACER_COLOURS
from deepracer_desk.domain.race_formats import ExpiryRule, FormatProblem, RaceFormat, RankingMethod, StartRule
from deepracer_desk.ui.setup.page import SetupPage
from deepracer_desk.ui.shared.dialogs import Question, TextQuestion
from deepracer_desk.ui.shared.form_fields import duration_text, parse_duration
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.toasts import Toast
from tests.helpers.fake_services import FakeDesk, S


class Stage:
    """A setup page with one event of two tracks."""

    def __init__(self, desk: FakeDesk, kit: Kit, qtbot: QtBot, *, event: bool = True) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.toasts: list[Toast] = []
        kit.notices.told.connect(self.toasts.append)
        if event:
            desk.an_event(tracks=("A", "B"))
        self.page = SetupPage(kit, setup=desk.setup, roster=desk.roster)
        self.view = self.page.view
        qtbot.addWidget(self.view)
        self.view.show()
        self.settle()

    def settle(self) -> None:
        self.qtbot.wait(1)

    @property
    def rules(self) -> RaceFormat:
        event = self.desk.setup.current()
        assert event is not None
        return event.race_format


@pytest.fixture
def stage(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> Stage:
    return Stage(desk, kit, qtbot)


def test_the_first_event_is_one_question_away(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    stage = Stage(desk, kit, qtbot, event=False)
    assert stage.view.is_empty
    button = next(b for b in stage.view.findChildren(QPushButton) if b.text() == "Create an event")
    button.click()
    question = stage.view.findChild(TextQuestion)
    assert question is not None
    question.verb_button.click()
    assert desk.setup.current() is None
    question.line.setText("Spring Cup")
    question.verb_button.click()
    stage.settle()
    event = desk.setup.current()
    assert event is not None
    assert event.name == "Spring Cup"
    assert not stage.view.is_empty


def test_tracks_are_renamed_added_and_removed(stage: Stage) -> None:
    form = stage.view.event_form
    before = stage.desk.setup.current()
    assert before is not None
    form.lines[0].name.setText("Main hall")
    form.lines[1].remove.click()
    form.add_track.click()
    assert [line.name.text() for line in form.lines] == ["Main hall", "Track 2"]
    form.save.click()
    stage.settle()
    event = stage.desk.setup.current()
    assert event is not None
    assert [track.name for track in event.tracks] == ["Main hall", "Track 2"]
    assert event.tracks[0].track_id == before.tracks[0].track_id
    assert stage.toasts[-1].text == "Event saved."


def test_what_is_wrong_with_the_event_is_said_and_nothing_is_saved(stage: Stage) -> None:
    form = stage.view.event_form
    form.name.clear()
    form.day.setText("1 May")
    form.lines[1].name.setText("a")
    for line in (form.name, form.day):
        line.textEdited.emit(line.text())
    assert "An event needs a name." in form.errors
    assert "for example 2026-05-01" in form.errors
    assert "Two tracks have the same name." in form.errors
    assert not form.save.isEnabled()
    assert form.day.text() == "1 May"


def test_the_last_track_cannot_be_removed(stage: Stage) -> None:
    form = stage.view.event_form
    form.lines[1].remove.click()
    assert not form.lines[0].remove.isEnabled()


ODD = RaceFormat(
    time_limit_us=None,
    lap_limit=7,
    ranking=RankingMethod.BEST_AVERAGE,
    average_laps=4,
    reset_limit=0,
    min_lap_us=2_500_000,
    max_lap_us=None,
    start=StartRule.COUNT_IN,
    count_in_us=5 * S,
    expiry=ExpiryRule.STOP,
    grace_us=None,
    crossing_resumes=False,
    paused_laps_count=True,
    runs_per_racer=2,
)


@pytest.mark.parametrize("rules", [RaceFormat(), ODD])
def test_every_rule_survives_the_form(stage: Stage, rules: RaceFormat) -> None:
    stage.view.format.show_format(rules)
    value = stage.view.format.value()
    assert value == rules
    assert value is not None
    assert isinstance(value.ranking, RankingMethod)


def test_a_saved_format_is_the_events_and_says_when_it_applies(stage: Stage) -> None:
    form = stage.view.format
    form.time_limit.setText("3:30")
    form.time_limit.textEdited.emit("3:30")
    assert form.summary.startswith("3:30 minutes;")
    form.save.click()
    stage.settle()
    assert stage.rules.time_limit_us == 210 * S
    assert stage.toasts[-1].text == "Race format saved. It applies to the next run."


@pytest.mark.parametrize(
    ("field", "typed", "problem", "words"),
    [
        ("time_limit", "99:00", FormatProblem.TIME_LIMIT, "The time limit is from 0:01 to 60:00."),
        ("time_limit", "soon", FormatProblem.TIME_LIMIT, "for example 2:00"),
        ("average_laps", "1", FormatProblem.AVERAGE_LAPS, "2 to 10 laps"),
        ("average_laps", "x", FormatProblem.AVERAGE_LAPS, "Write a whole number."),
        ("min_lap", "2:00", FormatProblem.MIN_LAP, "from 0:00 to 1:00"),
        ("max_lap", "0:01", FormatProblem.MAX_LAP, "longer than the shortest"),
    ],
)
def test_what_is_wrong_is_said_under_its_field(
    stage: Stage, field: str, typed: str, problem: FormatProblem, words: str
) -> None:
    form = stage.view.format
    line = getattr(form, field)
    line.setText(typed)
    line.textEdited.emit(typed)
    assert words in form.error(problem)
    assert not form.save.isEnabled()
    assert line.text() == typed


def test_a_run_without_any_end_is_refused_in_words(stage: Stage) -> None:
    form = stage.view.format
    form._optional["time_limit"].set_on(on=False)
    assert "A run needs an end" in form.error(FormatProblem.NO_END)


def test_what_is_typed_survives_a_change_elsewhere(stage: Stage) -> None:
    stage.view.event_form.name.setText("Half typed")
    stage.view.event_form.name.textEdited.emit("Half typed")
    stage.view.format.save_requested.emit(RaceFormat(time_limit_us=60 * S))
    stage.settle()
    assert stage.rules.time_limit_us == 60 * S
    assert stage.view.event_form.name.text() == "Half typed"


def test_saving_the_event_keeps_the_station_of_a_track(stage: Stage) -> None:
    event = stage.desk.setup.current()
    assert event is not None
    stage.view.event_form.name.setText("Renamed")
    stage.view.event_form.name.textEdited.emit("Renamed")
    stage.desk.setup.assign_station(event.tracks[1].track_id, "5747")
    stage.settle()
    stage.view.event_form.save.click()
    stage.settle()
    saved = stage.desk.setup.current()
    assert saved is not None
    assert (saved.name, saved.tracks[1].station_id) == ("Renamed", "5747")


def test_a_pasted_list_adds_who_is_new(stage: Stage) -> None:
    stage.desk.roster.add("Kai")
    stage.settle()
    stage.view.racers.paste.click()
    question = next(item for item in stage.view.findChildren(Question) if item.isVisible())
    text = question.findChild(QPlainTextEdit)
    assert text is not None
    question.verb_button.click()
    assert question.isVisible()
    text.setPlainText("Zoe\n\n  Kai \nNia\n")
    question.verb_button.click()
    stage.settle()
    assert [racer.name for racer in stage.desk.roster.racers()] == ["Kai", "Nia", "Zoe"]
    assert stage.toasts[-1].text == "2 racers added; 1 was there already."


def test_a_racer_is_changed_and_the_change_undone(stage: Stage) -> None:
    racer = stage.desk.roster.add("Zoe", colour=RACER_COLOURS[0])
    stage.settle()
    editor = stage.view.racers
    editor.table.selectRow(0)
    editor.name.setText("Zoë")
    editor.country.setText("de")
    QTest.mouseClick(editor.colours._group.button(3), Qt.MouseButton.LeftButton)
    editor.save.click()
    stage.settle()
    changed = stage.desk.roster.get(racer.racer_id)
    assert changed is not None
    assert (changed.name, changed.country, changed.colour) == ("Zoë", "DE", RACER_COLOURS[3])
    action = stage.toasts[-1].action
    assert action is not None
    action()
    assert stage.desk.roster.get(racer.racer_id) == racer


def test_a_wrong_country_is_said(stage: Stage) -> None:
    stage.desk.roster.add("Zoe")
    stage.settle()
    editor = stage.view.racers
    editor.table.selectRow(0)
    editor.country.setText("1")
    editor.save.click()
    assert editor.form_error == "✕ Write two letters, for example FR."


def test_removing_a_racer_asks_first(stage: Stage) -> None:
    stage.desk.roster.add("Zoe")
    stage.settle()
    stage.view.racers.table.selectRow(0)
    stage.view.racers.remove.click()
    assert len(stage.desk.roster.racers()) == 1
    question = next(item for item in stage.view.findChildren(Question) if item.isVisible())
    question.verb_button.click()
    stage.settle()
    assert stage.desk.roster.racers() == []


@pytest.mark.parametrize(
    ("text", "time_us"),
    [
        ("2:00", 120 * S),
        ("90", 90 * S),
        ("8.25", 8_250_000),
        ("0:08.250", 8_250_000),
        ("1:60", None),
        ("", None),
        ("-1", None),
        ("1:2:3", None),
        ("٢:٠٠", 120 * S),
    ],
)
def test_times_are_read_as_people_write_them(text: str, time_us: int | None) -> None:
    assert parse_duration(text) == time_us


@pytest.mark.parametrize("time_us", [0, 4 * S, 90 * S, 3_600 * S, 8_250_000])
def test_a_time_survives_being_written(time_us: int) -> None:
    assert parse_duration(duration_text(time_us)) == time_us
