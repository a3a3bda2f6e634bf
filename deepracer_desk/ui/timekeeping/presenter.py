"""Brings runs, standings and stations to the time-keeping page, and its requests to the services."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from deepracer_desk.domain.ids import RunId
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_log import RunSetup
from deepracer_desk.domain.races import Run, RunState
from deepracer_desk.services.changes import (
    PulseSeen,
    RunChanged,
    StandingsChanged,
    StationHealthChanged,
    StationsChanged,
)
from deepracer_desk.services.recovery import RecoveredRun, Recovery, RecoveryChoice
from deepracer_desk.services.roster import Roster
from deepracer_desk.services.run_results import is_closed
from deepracer_desk.services.standings import Standings
from deepracer_desk.services.stations import Stations
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.ui.shared.key_bindings import DeskKey, KeyShortcuts
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.lap_table import lap_rows
from deepracer_desk.ui.shared.race_words import format_sentence, setup_problem
from deepracer_desk.ui.timekeeping.commands import RunCommands
from deepracer_desk.ui.timekeeping.run_texts import header_of, lap_summary, late_text, result_text, runs_text
from deepracer_desk.ui.timekeeping.setup_panel import SetupChoice
from deepracer_desk.ui.timekeeping.standing_reader import Standing, StandingReader, rank_text
from deepracer_desk.ui.timekeeping.view import TimekeepingView

TICK_MS = 25  # 40 Hz while a clock moves
REST_MS = 200  # ages of pulses still grow


class TimekeepingPresenter(QObject):
    """Signals:
    setup_page_requested, stations_page_requested: another page is wanted.
    """

    setup_page_requested = Signal()
    stations_page_requested = Signal()

    def __init__(
        self,
        view: TimekeepingView,
        kit: Kit,
        *,
        timekeeping: Timekeeping,
        standings: Standings,
        roster: Roster,
        recovery: Recovery,
        stations: Stations,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._timekeeping = timekeeping
        self._reader = StandingReader(standings, timekeeping)
        self._roster = roster
        self._recovery = recovery
        self._stations = stations
        self._clock = kit.clock
        self._choice = kit.choice
        self._racers = kit.racers
        self._runner = kit.runner
        self._notices = kit.notices
        self._bindings = kit.bindings
        self._run: Run | None = None
        self._run_id: RunId | None = None
        self._recovered: RecoveredRun | None = None
        self._event_best_us: int | None = None
        self._runs_driven = 0
        self.commands = RunCommands(timekeeping, kit.clock, kit.runner, kit.notices, self)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._on_soon)
        self._connect_view()
        self._bind_keys()
        kit.bridge.on(RunChanged, self._on_run_changed)
        kit.bridge.on(StandingsChanged, self._on_standings_changed)
        kit.bridge.on(StationHealthChanged, self._on_station_health_changed)
        kit.bridge.on(StationsChanged, self._on_stations_changed)
        kit.bridge.on(PulseSeen, self._on_pulse_seen)
        kit.choice.event_changed.connect(self._on_event_changed)
        kit.choice.track_changed.connect(self._on_track_changed)
        kit.racers.changed.connect(self._show_setup)
        self._on_track_changed()

    def activated(self) -> None:
        """The page was brought to the front: let the clocks tick and the keys act."""
        self._view.setFocus()
        self._on_tick()
        self._timer.start(REST_MS)

    def deactivated(self) -> None:
        """The page was left: the race goes on without anybody painting it."""
        self._timer.stop()

    # --- wiring -------------------------------------------------------------------------------------

    def _connect_view(self) -> None:
        view, commands = self._view, self.commands
        view.setup_page_requested.connect(self.setup_page_requested)
        view.car_changed.connect(commands.change_car)
        view.strip.stations_requested.connect(self.stations_page_requested)
        view.setup.choice_changed.connect(self._on_choice_changed)
        view.setup.arm_requested.connect(self._on_primary)
        view.setup.racer_wanted.connect(self._on_racer_wanted)
        view.drive.lap_requested.connect(commands.lap)
        view.drive.reset_requested.connect(commands.reset)
        view.drive.primary_requested.connect(self._on_primary)
        view.drive.give_up_requested.connect(commands.give_up)
        view.drive.reset_back_requested.connect(commands.reset_back)
        view.drive.disarm_requested.connect(commands.disarm)
        view.drive.end_requested.connect(commands.end)
        view.review.submit_requested.connect(commands.submit)
        view.review.discard_requested.connect(commands.discard)
        view.review.continue_requested.connect(commands.go_on)
        view.recovery.chosen.connect(self._on_recovery_chosen)
        view.laps.action_requested.connect(commands.act)
        view.laps.split_requested.connect(commands.split)
        view.laps.merge_requested.connect(commands.merge)
        commands.end_hinted.connect(self._on_end_hinted)

    def _bind_keys(self) -> None:
        commands = self.commands
        self._shortcuts = KeyShortcuts(self._view, self._bindings)
        for key, action in {
            DeskKey.PRIMARY: self._on_primary,
            DeskKey.PAUSE: commands.pause,
            DeskKey.LAP: commands.lap,
            DeskKey.RESET: commands.reset,
            DeskKey.RESET_BACK: commands.reset_back,
            DeskKey.TOGGLE_VALID: commands.toggle_valid,
            DeskKey.DROP: commands.drop,
            DeskKey.FALSE_TRIGGER: commands.false_trigger,
            DeskKey.ACCEPT: commands.accept,
            DeskKey.DID_NOT_FINISH: commands.give_up,
            DeskKey.END: commands.end_key,
            DeskKey.SUBMIT: self._on_submit_key,
            DeskKey.DISCARD: commands.discard,
            DeskKey.UNDO: commands.undo,
            DeskKey.REDO: commands.redo,
        }.items():
            self._shortcuts.on(key, action)

    # --- what happens -------------------------------------------------------------------------------

    @Slot()
    def _on_tick(self) -> None:
        now_us = self._clock.now_us()
        moment = self._run.at(now_us) if self._run else None
        self._view.show_moment(moment, recovered=self._recovered is not None)
        self._view.strip.tick(now_us)
        moving = moment is not None and (not moment.standing or moment.starts_in_us is not None)
        wanted = TICK_MS if moving or self._view.strip.lamp.glow > 0 else REST_MS
        if self._timer.isActive() and self._timer.interval() != wanted:
            self._timer.setInterval(wanted)

    def _on_run_changed(self, change: RunChanged) -> None:
        if change.track_id != self._choice.track_id:
            return
        late = late_text(change, self._clock.now_us())
        if late:
            self._notices.tell(late)
        another = change.run_id != self._run_id
        self._run, self._run_id = change.run, change.run_id
        self._soon.start()
        if self._recovered is not None and (another or is_closed(change.run)):
            self._load_recovered()

    @Slot()
    def _on_soon(self) -> None:
        """Show once what several changes together came to."""
        self._show_run()
        self._read_standing()

    def _on_standings_changed(self, change: StandingsChanged) -> None:
        if change.event_id == self._choice.event_id:
            self._soon.start()

    def _on_station_health_changed(self, change: StationHealthChanged) -> None:
        track = self._choice.track
        if track is not None and track.station_id == change.health.station_id:
            self._view.strip.show_station(change.health)

    def _on_stations_changed(self, _change: StationsChanged) -> None:
        self._show_station()

    def _on_pulse_seen(self, change: PulseSeen) -> None:
        track = self._choice.track
        if track is not None and track.station_id == change.station_id:
            self._view.strip.pulse(change.host_us, counted=change.counted)
            if self._timer.isActive():
                self._on_tick()

    @Slot()
    def _on_event_changed(self) -> None:
        """Take over what was changed in Setup, as long as the run is not armed."""
        self._show_station()
        run, event = self._run, self._choice.racing_event
        if run is not None and run.setup is not None and event is not None:
            settling = run.state_at(self._clock.now_us()) in (RunState.IDLE, RunState.CONFIGURED)
            same_track = run.setup.track_id == self._choice.track_id
            if settling and same_track and run.setup.race_format != event.race_format:
                self._prepare(
                    SetupChoice(racer_id=run.racer_id, car_name=run.car_name, by_proxy=run.by_proxy)
                )
        self._show_run()
        self._read_standing()

    @Slot()
    def _on_track_changed(self) -> None:
        track_id = self._choice.track_id
        self.commands.work_on(track_id)
        self._run = self._timekeeping.run(track_id) if track_id else None
        self._run_id = self._timekeeping.run_id(track_id) if track_id else None
        self._event_best_us = None
        self._load_recovered()
        self._show_station()
        self._show_run()
        self._read_standing()

    # --- requests -----------------------------------------------------------------------------------

    @Slot()
    def _on_primary(self) -> None:
        run = self._run
        state = run.state_at(self._clock.now_us()) if run else RunState.IDLE
        if run is None or state in (RunState.IDLE, RunState.SUBMITTED, RunState.DISCARDED):
            missing = self._missing()
            self._notices.tell(missing[0] if missing else self.tr("Choose the next racer first."))
            return
        track = self._choice.track
        health = self._stations.health(track.station_id) if track and track.station_id else None
        if state is RunState.CONFIGURED and health is not None and any(health.levels):
            self._notices.tell(self.tr("A strip is pressed. Is a car standing on it?"))
        self.commands.primary()

    @Slot()
    def _on_submit_key(self) -> None:
        if self._run is not None and self._run.state_at(self._clock.now_us()) is RunState.REVIEW:
            self._view.review.request_submit()

    @Slot(object)
    def _on_choice_changed(self, choice: SetupChoice) -> None:
        if choice.racer_id is not None or (self._run is not None and not is_closed(self._run)):
            self._prepare(choice)

    @Slot(str)
    def _on_racer_wanted(self, name: str) -> None:
        def use(racer: Racer) -> None:
            self._prepare(SetupChoice(racer_id=racer.racer_id, car_name="", by_proxy=False))

        self._runner.run(lambda: self._roster.add(name), use, self._notices.refuse)

    @Slot(object)
    def _on_recovery_chosen(self, choice: RecoveryChoice) -> None:
        recovered = self._recovered
        if recovered is None:
            return

        def done(_result: None) -> None:
            self._load_recovered()
            self._show_run()

        self._runner.run(lambda: self._recovery.settle(recovered.run_id, choice), done, self._notices.refuse)

    @Slot(bool)
    def _on_end_hinted(self, wanted: bool) -> None:
        key = self._bindings.label(DeskKey.END)
        self._view.band.show_hint(
            self.tr("Press {key} again to end the run").format(key=key) if wanted else ""
        )

    def _prepare(self, choice: SetupChoice) -> None:
        event, track = self._choice.racing_event, self._choice.track
        if event is None or track is None:
            return
        racer = self._roster.get(choice.racer_id) if choice.racer_id else None
        setup = RunSetup(
            event_id=event.event_id,
            event_name=event.name,
            track_id=track.track_id,
            track_name=track.name,
            racer_id=choice.racer_id,
            racer_name=racer.name if racer else "",
            car_name=choice.car_name,
            by_proxy=choice.by_proxy,
            race_format=event.race_format,
        )
        self._runner.run(lambda: self._timekeeping.prepare(setup), None, self._notices.refuse)

    # --- showing ------------------------------------------------------------------------------------

    def _load_recovered(self) -> None:
        pending = {item.track_id: item for item in self._recovery.pending()}
        self._recovered = pending.get(self._choice.track_id) if self._choice.track_id else None
        if self._recovered is not None:
            self._view.recovery.show_run(self._recovered)

    def _show_station(self) -> None:
        track = self._choice.track
        station_id = track.station_id if track else ""
        self._view.strip.show_station(self._stations.health(station_id) if station_id else None)
        self._view.strip.tick(self._clock.now_us())

    def _show_run(self) -> None:
        run = self._run
        self._view.show_event(there_is_one=self._choice.racing_event is not None)
        self._view.show_header(header_of(run, self._racers))
        self._view.show_run(run, self._event_best_us)
        rows = lap_rows(run, self._event_best_us)
        self._view.laps.show_rows(rows, lap_summary(run), self._racers.all(), run.racer_id if run else None)
        if run is not None:
            self._view.review.show_result(
                result_text(run),
                held=len(run.held),
                has_laps=bool(run.driven),
                resumable=run.resumable,
            )
        self._show_setup()
        self._on_tick()

    @Slot()
    def _show_setup(self) -> None:
        run = self._run if self._run is not None and not is_closed(self._run) else None
        self._view.setup.show_choice(
            SetupChoice(
                racer_id=run.racer_id if run else None,
                car_name=run.car_name if run else "",
                by_proxy=run.by_proxy if run else False,
            ),
            self._racers.all(),
        )
        event = self._choice.racing_event
        rules = event.race_format if event else None
        self._view.setup.show_facts(
            format_sentence(rules) if rules else "",
            runs_text(self._runs_driven, rules) if rules and run and run.racer_id else "",
            self._missing(),
        )

    def _missing(self) -> tuple[str, ...]:
        run = self._run
        if run is None or run.setup is None or is_closed(run):
            if not self._racers.all():
                return (self.tr("There are no racers yet. Add one here, or many in Setup."),)
            return (self.tr("Choose a racer."),)
        return tuple(setup_problem(problem) for problem in run.setup.problems())

    # --- standings ----------------------------------------------------------------------------------

    def _read_standing(self) -> None:
        event_id, track_id, run, run_id = (
            self._choice.event_id,
            self._choice.track_id,
            self._run,
            self._run_id,
        )
        if event_id is None or track_id is None or run is None or run_id is None:
            self._view.show_place("")
            return
        review = run.state_at(self._clock.now_us()) is RunState.REVIEW

        def done(standing: Standing) -> None:
            if run_id == self._run_id:
                self._show_standing(standing)

        self._runner.run(
            lambda: self._reader.read(event_id, track_id, run_id, run, review=review),
            done,
            self._notices.refuse,
        )

    def _show_standing(self, standing: Standing) -> None:
        self._runs_driven = standing.runs
        run = self._run
        if run is not None and not run.submitted and standing.event_best_us != self._event_best_us:
            self._event_best_us = standing.event_best_us
            self._show_run()
        self._view.show_place(f"{standing.place}" if standing.place else "")
        self._show_setup()
        if standing.preview is not None:
            self._view.review.show_rank(rank_text(standing.preview))
