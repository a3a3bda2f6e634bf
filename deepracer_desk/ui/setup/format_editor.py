"""The race format in one column: every rule with its help, and with what is wrong about it in words."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from deepracer_desk.domain.race_formats import ExpiryRule, FormatProblem, RaceFormat, RankingMethod, StartRule
from deepracer_desk.ui.shared.form_fields import DurationEdit, Field, NumberEdit, Optional
from deepracer_desk.ui.shared.race_words import format_problem, format_sentence


class FormatEditor(QWidget):
    """Signals:
    save_requested: a RaceFormat that can be raced.
    changed: something was typed or chosen.
    """

    save_requested = Signal(object)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.time_limit = DurationEdit()
        self.lap_limit = NumberEdit()
        self.ranking = _choices(
            (self.tr("Best lap"), RankingMethod.BEST_LAP),
            (self.tr("Best average of laps in a row"), RankingMethod.BEST_AVERAGE),
        )
        self.average_laps = NumberEdit()
        self.reset_limit = NumberEdit()
        self.min_lap = DurationEdit()
        self.max_lap = DurationEdit()
        self.start = _choices(
            (self.tr("The first crossing"), StartRule.FIRST_CROSSING),
            (self.tr("The operator's key"), StartRule.OPERATOR),
            (self.tr("A count-in after the operator's key"), StartRule.COUNT_IN),
        )
        self.count_in = DurationEdit()
        self.expiry = _choices(
            (self.tr("The lap being driven may be finished"), ExpiryRule.FINISH_LAP),
            (self.tr("The run stops"), ExpiryRule.STOP),
        )
        self.grace = DurationEdit()
        self.crossing_resumes = QCheckBox(self.tr("A crossing lets a paused clock go on"))
        self.paused_laps = QCheckBox(self.tr("A lap with a pause inside may rank"))
        self.runs = NumberEdit()
        limit = self.tr("Limit")
        self._optional = {
            "time_limit": Optional(limit, self.time_limit),
            "lap_limit": Optional(limit, self.lap_limit),
            "reset_limit": Optional(limit, self.reset_limit),
            "max_lap": Optional(self.tr("Watch"), self.max_lap),
            "grace": Optional(limit, self.grace),
            "runs": Optional(limit, self.runs),
        }
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._summary.setProperty("weight", "strong")
        self._applies = QLabel(
            self.tr("Saved rules apply to the next run. A run that is armed keeps the rules it started with.")
        )
        self._applies.setWordWrap(True)
        self._applies.setProperty("tone", "quiet")
        self.save = QPushButton(self.tr("Save format"))
        self.save.setProperty("kind", "primary")
        self.save.clicked.connect(self._on_save)
        self._fields = self._make_fields()
        self._lay_out()
        self._connect()

    def _make_fields(self) -> Mapping[FormatProblem, Field]:
        optional = self._optional
        return {
            FormatProblem.TIME_LIMIT: Field(
                self.tr("Time limit"),
                optional["time_limit"],
                self.tr("Minutes and seconds of driving; pauses do not count."),
            ),
            FormatProblem.LAP_LIMIT: Field(
                self.tr("Laps"),
                optional["lap_limit"],
                self.tr("The run ends after so many laps, valid or not. Both limits together: first come."),
            ),
            FormatProblem.AVERAGE_LAPS: Field(
                self.tr("Laps in the average"),
                self.average_laps,
                self.tr("2 to 10 valid laps in a row. Used when the best average ranks."),
            ),
            FormatProblem.RESET_LIMIT: Field(
                self.tr("Resets in a lap"),
                optional["reset_limit"],
                self.tr("A lap with more resets does not count."),
            ),
            FormatProblem.MIN_LAP: Field(
                self.tr("Shortest lap"),
                self.min_lap,
                self.tr("A crossing that comes sooner is held for a decision instead of ending the lap."),
            ),
            FormatProblem.MAX_LAP: Field(
                self.tr("Longest lap"),
                optional["max_lap"],
                self.tr("A longer lap is marked: a crossing may have been missed. It still counts."),
            ),
            FormatProblem.COUNT_IN: Field(
                self.tr("Count-in"),
                self.count_in,
                self.tr("Time between the key and the clock. Used when the clock starts with a count-in."),
            ),
            FormatProblem.GRACE: Field(
                self.tr("Time for the last lap"),
                optional["grace"],
                self.tr("How long the last lap may take after the time is up."),
            ),
            FormatProblem.RUNS: Field(
                self.tr("Runs for each racer"),
                optional["runs"],
                self.tr("The desk warns when a racer has had them all; it does not forbid more."),
            ),
        }

    def _lay_out(self) -> None:
        fields = self._fields
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        ranking = Field(self.tr("What ranks"), self.ranking)
        start = Field(
            self.tr("What starts the clock"),
            self.start,
            self.tr("Lap 1 always starts at the first crossing."),
        )
        expiry = Field(self.tr("When the time is up"), self.expiry)
        for part in (
            self._summary,
            fields[FormatProblem.TIME_LIMIT],
            fields[FormatProblem.LAP_LIMIT],
            ranking,
            fields[FormatProblem.AVERAGE_LAPS],
            fields[FormatProblem.RUNS],
            fields[FormatProblem.RESET_LIMIT],
            start,
            fields[FormatProblem.COUNT_IN],
            expiry,
            fields[FormatProblem.GRACE],
            fields[FormatProblem.MIN_LAP],
            fields[FormatProblem.MAX_LAP],
            self.crossing_resumes,
            self.paused_laps,
            self._applies,
            self.save,
        ):
            layout.addWidget(part)
        layout.addStretch(1)

    def _connect(self) -> None:
        for box in (self.ranking, self.start, self.expiry):
            box.activated.connect(self._on_edited)
        for line in (self.average_laps, self.min_lap, self.count_in):
            line.textEdited.connect(self._on_edited)
        for part in self._optional.values():
            part.changed.connect(self._on_edited)
        for switch in (self.crossing_resumes, self.paused_laps):
            switch.toggled.connect(self._on_edited)

    # --- value --------------------------------------------------------------------------------------

    def show_format(self, rules: RaceFormat) -> None:
        """Show a format; everything typed before is replaced."""
        self.blockSignals(True)
        self._set("time_limit", self.time_limit, rules.time_limit_us, 120_000_000)
        self._set("grace", self.grace, rules.grace_us, 60_000_000)
        self._set("max_lap", self.max_lap, rules.max_lap_us, 120_000_000)
        for name, line, value, otherwise in (
            ("lap_limit", self.lap_limit, rules.lap_limit, 5),
            ("reset_limit", self.reset_limit, rules.reset_limit, 3),
            ("runs", self.runs, rules.runs_per_racer, 3),
        ):
            self._optional[name].set_on(value is not None)
            line.set_value(otherwise if value is None else value)
        self.average_laps.set_value(rules.average_laps)
        self.min_lap.set_value_us(rules.min_lap_us)
        self.count_in.set_value_us(rules.count_in_us)
        for box, choice in (
            (self.ranking, rules.ranking),
            (self.start, rules.start),
            (self.expiry, rules.expiry),
        ):
            box.setCurrentIndex(box.findData(choice))
        self.crossing_resumes.setChecked(rules.crossing_resumes)
        self.paused_laps.setChecked(rules.paused_laps_count)
        self.blockSignals(False)
        self._check()

    def _set(self, name: str, line: DurationEdit, value_us: int | None, otherwise_us: int) -> None:
        self._optional[name].set_on(value_us is not None)
        line.set_value_us(otherwise_us if value_us is None else value_us)

    def value(self) -> RaceFormat | None:
        """Return the format as it is typed, None when a field holds no value at all."""
        on = {name: part.on for name, part in self._optional.items()}
        times = {
            "time_limit": self.time_limit.value_us() if on["time_limit"] else 0,
            "max_lap": self.max_lap.value_us() if on["max_lap"] else 0,
            "grace": self.grace.value_us() if on["grace"] else 0,
            "min_lap": self.min_lap.value_us(),
            "count_in": self.count_in.value_us(),
        }
        numbers = {
            "lap_limit": self.lap_limit.value() if on["lap_limit"] else 0,
            "reset_limit": self.reset_limit.value() if on["reset_limit"] else 0,
            "runs": self.runs.value() if on["runs"] else 0,
            "average": self.average_laps.value(),
        }
        known = {name: value for name, value in (times | numbers).items() if value is not None}
        if len(known) < len(times) + len(numbers):
            return None
        # A combo box hands enumerations back as plain texts.
        return RaceFormat(
            time_limit_us=known["time_limit"] if on["time_limit"] else None,
            lap_limit=known["lap_limit"] if on["lap_limit"] else None,
            ranking=RankingMethod(self.ranking.currentData()),
            average_laps=known["average"],
            reset_limit=known["reset_limit"] if on["reset_limit"] else None,
            min_lap_us=known["min_lap"],
            max_lap_us=known["max_lap"] if on["max_lap"] else None,
            start=StartRule(self.start.currentData()),
            count_in_us=known["count_in"],
            expiry=ExpiryRule(self.expiry.currentData()),
            grace_us=known["grace"] if on["grace"] else None,
            crossing_resumes=self.crossing_resumes.isChecked(),
            paused_laps_count=self.paused_laps.isChecked(),
            runs_per_racer=known["runs"] if on["runs"] else None,
        )

    def error(self, problem: FormatProblem) -> str:
        """Return what is said under a field."""
        field = self._fields.get(problem, self._fields[FormatProblem.TIME_LIMIT])
        return field.error

    @property
    def summary(self) -> str:
        return self._summary.text()

    # --- inside -------------------------------------------------------------------------------------

    @Slot()
    def _on_edited(self, *_what: object) -> None:
        self._check()
        self.changed.emit()

    @Slot()
    def _on_save(self) -> None:
        rules = self.value()
        if self._check() and rules is not None:
            self.save_requested.emit(rules)

    def _check(self) -> bool:
        """Say under each field what is wrong with it; true when nothing is."""
        for field in self._fields.values():
            field.set_error("")
        unread = self._unread()
        for problem in unread:
            self._fields[problem].set_error(
                self.tr("Write a whole number.")
                if isinstance(self._line(problem), NumberEdit)
                else self.tr("Write minutes and seconds, for example 2:00.")
            )
        rules = self.value()
        problems = rules.problems() if rules is not None else ()
        for problem in problems:
            self._fields.get(problem, self._fields[FormatProblem.TIME_LIMIT]).set_error(
                format_problem(problem)
            )
        good = not unread and not problems
        self.save.setEnabled(good)
        self._summary.setText(
            format_sentence(rules) if good and rules is not None else self.tr("Mend the marked fields.")
        )
        return good

    def _unread(self) -> list[FormatProblem]:
        lines = {problem: self._line(problem) for problem in self._fields}
        return [
            problem
            for problem, line in lines.items()
            if line.isEnabled()
            and (line.value() if isinstance(line, NumberEdit) else line.value_us()) is None
        ]

    def _line(self, problem: FormatProblem) -> NumberEdit | DurationEdit:
        lines: Mapping[FormatProblem, NumberEdit | DurationEdit] = {
            FormatProblem.TIME_LIMIT: self.time_limit,
            FormatProblem.LAP_LIMIT: self.lap_limit,
            FormatProblem.AVERAGE_LAPS: self.average_laps,
            FormatProblem.RESET_LIMIT: self.reset_limit,
            FormatProblem.MIN_LAP: self.min_lap,
            FormatProblem.MAX_LAP: self.max_lap,
            FormatProblem.COUNT_IN: self.count_in,
            FormatProblem.GRACE: self.grace,
            FormatProblem.RUNS: self.runs,
        }
        return lines[problem]


def _choices(*items: tuple[str, object]) -> QComboBox:
    box = QComboBox()
    for text, data in items:
        box.addItem(text, data)
    return box
