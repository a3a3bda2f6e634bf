"""Brings events, formats and racers to the setup page, and what is saved there to the services."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from deepracer_desk.domain.ids import EventId, RacerId
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.services.changes import EventsChanged
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.roster import Roster
from deepracer_desk.ui.setup.view import SetupView
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.race_words import counted


class SetupPresenter(QObject):
    """Nothing that is being typed is thrown away when something else changes."""

    def __init__(self, view: SetupView, kit: Kit, setup: EventSetup, roster: Roster) -> None:
        super().__init__(view)
        self._view = view
        self._setup = setup
        self._roster = roster
        self._choice = kit.choice
        self._racers = kit.racers
        self._runner = kit.runner
        self._notices = kit.notices
        self._shown: EventId | None = None
        self._event_typed = False
        self._format_typed = False
        view.event_chosen.connect(self._on_event_chosen)
        view.event_wanted.connect(self._on_event_wanted)
        view.event_removal_requested.connect(self._on_event_removal)
        view.event_form.save_requested.connect(self._on_event_saved)
        view.event_form.track_wanted.connect(self._on_track_wanted)
        view.event_form.changed.connect(self._on_event_typed)
        view.format.save_requested.connect(self._on_format_saved)
        view.format.changed.connect(self._on_format_typed)
        view.racers.add_requested.connect(self._on_racer_added)
        view.racers.names_requested.connect(self._on_names)
        view.racers.change_requested.connect(self._on_racer_changed)
        view.racers.remove_requested.connect(self._on_racer_removed)
        kit.bridge.on(EventsChanged, self._on_events_changed)
        kit.racers.changed.connect(self._show_racers)
        self._show_events()
        self._show_racers()

    # --- events -------------------------------------------------------------------------------------

    def _on_events_changed(self, _change: EventsChanged) -> None:
        self._show_events()

    def _show_events(self) -> None:
        event = self._setup.current()
        self._view.show_events(self._setup.events(), event)
        if event is None:
            return
        another = event.event_id != self._shown
        self._shown = event.event_id
        if another or not self._event_typed:
            self._view.event_form.show_event(event)
            self._event_typed = False
        if another or not self._format_typed:
            self._view.format.show_format(event.race_format)
            self._format_typed = False

    @Slot()
    def _on_event_typed(self) -> None:
        self._event_typed = True

    @Slot()
    def _on_format_typed(self) -> None:
        self._format_typed = True

    @Slot(str)
    def _on_event_chosen(self, event_id: str) -> None:
        self._event_typed = self._format_typed = False
        self._do(lambda: self._setup.choose(EventId(event_id)), self.tr("Another event is in use."))

    @Slot(str)
    def _on_event_wanted(self, name: str) -> None:
        def work() -> None:
            event = self._setup.new_event(name)
            self._setup.save(event)
            self._setup.choose(event.event_id)

        self._event_typed = self._format_typed = False
        self._do(work, self.tr("Event {name} created.").format(name=name))

    @Slot(str)
    def _on_event_removal(self, event_id: str) -> None:
        self._do(lambda: self._setup.remove(EventId(event_id)), self.tr("Event removed."))

    @Slot(object)
    def _on_event_saved(self, typed: RacingEvent) -> None:
        current = self._setup.current()
        if current is None or current.event_id != typed.event_id:
            return
        stations = {track.track_id: track.station_id for track in current.tracks}
        tracks = tuple(
            replace(track, station_id=stations.get(track.track_id, track.station_id))
            for track in typed.tracks
        )
        event = replace(typed, race_format=current.race_format, tracks=tracks)
        self._event_typed = False
        self._do(lambda: self._setup.save(event), self.tr("Event saved."))

    @Slot()
    def _on_track_wanted(self) -> None:
        self._view.event_form.put_track(self._setup.new_track(len(self._view.event_form.lines) + 1))

    @Slot(object)
    def _on_format_saved(self, rules: RaceFormat) -> None:
        current = self._setup.current()
        if current is None:
            return
        self._format_typed = False
        event = replace(current, race_format=rules)
        self._do(lambda: self._setup.save(event), self.tr("Race format saved. It applies to the next run."))

    # --- racers -------------------------------------------------------------------------------------

    @Slot()
    def _show_racers(self) -> None:
        self._view.racers.show_racers(self._racers.all())

    @Slot(str)
    def _on_racer_added(self, name: str) -> None:
        self._do(lambda: self._roster.add(name), self.tr("{name} added.").format(name=name))

    @Slot(list)
    def _on_names(self, names: list[str]) -> None:
        def tell(added: list[Racer]) -> None:
            text = counted(len(added), self.tr("1 racer added"), self.tr("{n} racers added"))
            left = len(names) - len(added)
            more = (
                counted(left, self.tr("; 1 was there already"), self.tr("; {n} were there already"))
                if left
                else ""
            )
            self._notices.tell(f"{text}{more}.")

        self._runner.run(lambda: self._roster.add_names(names), tell, self._notices.refuse)

    @Slot(object)
    def _on_racer_changed(self, racer: Racer) -> None:
        before = self._racers.get(racer.racer_id)
        self._runner.run(
            lambda: self._roster.change(racer),
            lambda _none: self._tell_changed(before, racer),
            self._notices.refuse,
        )

    def _tell_changed(self, before: Racer | None, racer: Racer) -> None:
        text = self.tr("{name} saved.").format(name=racer.name)
        if before is None or before == racer:
            self._notices.tell(text)
        else:
            self._notices.tell(text, verb=self.tr("Undo"), action=lambda: self._on_racer_changed(before))

    @Slot(str)
    def _on_racer_removed(self, racer_id: str) -> None:
        name = self._racers.name(RacerId(racer_id))
        self._do(lambda: self._roster.remove(RacerId(racer_id)), self.tr("{name} removed.").format(name=name))

    def _do(self, work: Callable[[], object], said: str) -> None:
        self._runner.run(work, lambda _none: self._notices.tell(said), self._notices.refuse)
