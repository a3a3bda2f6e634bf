"""Brings the history to the runs page; corrections of what is public want a reason."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot

from deepracer_desk.domain.ids import EventId, RunId, TrackId
from deepracer_desk.domain.race_log import Action, Discarded, Entry, RacerChanged, Restored
from deepracer_desk.domain.races import Run, fold
from deepracer_desk.domain.run_head import HeadState, RunHead
from deepracer_desk.services.changes import RunChanged
from deepracer_desk.services.run_archive import RunArchive
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.ui.runs.detail_panel import facts_line
from deepracer_desk.ui.runs.table_models import RunRow, log_rows
from deepracer_desk.ui.runs.view import RunsView
from deepracer_desk.ui.shared.dialogs import Question, ask_text
from deepracer_desk.ui.shared.form_fields import PickBox
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.race_words import action_sentence, counted

MOST = 5_000  # runs in the list


class RunsPresenter(QObject):
    """Signals:
    timekeeping_requested: the page where runs are driven is wanted.
    """

    timekeeping_requested = Signal()

    def __init__(self, view: RunsView, kit: Kit, archive: RunArchive, timekeeping: Timekeeping) -> None:
        super().__init__(view)
        self._view = view
        self._archive = archive
        self._timekeeping = timekeeping
        self._choice = kit.choice
        self._runner = kit.runner
        self._notices = kit.notices
        self._racers = kit.racers
        self._front = False
        self._stale = True
        self._run_id: RunId | None = None
        self._run: Run | None = None
        self._state: HeadState = "open"
        view.run_chosen.connect(self._on_run_chosen)
        view.scope_changed.connect(self._load)
        view.timekeeping_requested.connect(self.timekeeping_requested)
        view.detail.action_requested.connect(self._on_action)
        view.detail.split_requested.connect(self._on_split)
        view.detail.merge_requested.connect(self._on_merge)
        view.detail.discard_requested.connect(self._on_discard)
        view.detail.restore_requested.connect(self._on_restore)
        view.detail.undo_requested.connect(self._on_undo)
        view.detail.racer_requested.connect(self._on_racer)
        kit.choice.event_changed.connect(self._on_event_changed)
        kit.racers.changed.connect(self._mark_stale)
        kit.bridge.on(RunChanged, self._on_run_changed)
        self._on_event_changed()

    def activated(self) -> None:
        self._front = True
        self._view.table.setFocus()
        if self._stale:
            self._load()

    def deactivated(self) -> None:
        self._front = False

    # --- reading ------------------------------------------------------------------------------------

    @Slot()
    def _on_event_changed(self) -> None:
        event = self._choice.racing_event
        self._view.show_tracks([(track.name, track.track_id) for track in event.tracks] if event else [])
        self._mark_stale()

    @Slot()
    def _mark_stale(self) -> None:
        self._stale = True
        if self._front:
            self._load()

    def _on_run_changed(self, change: RunChanged) -> None:
        self._mark_stale()
        if self._front and change.run_id == self._run_id:
            self._show_run(change.run_id)

    @Slot()
    def _load(self) -> None:
        event_id = self._choice.event_id
        self._stale = False
        if event_id is None:
            self._view.show_rows((), "", empty=True)
            return
        track_id, state = self._view.chosen_track, self._view.chosen_state
        self._runner.run(
            lambda: self._heads(event_id, track_id, state), self._show_heads, self._notices.refuse
        )

    def _heads(self, event_id: EventId, track_id: TrackId | None, state: str) -> list[RunHead]:
        states = (cast("HeadState", state),) if state else None
        return self._archive.heads(event_id=event_id, track_id=track_id, states=states, limit=MOST)

    def _show_heads(self, heads: list[RunHead]) -> None:
        event = self._choice.racing_event
        names = {track.track_id: track.name for track in event.tracks} if event else {}
        rows = [
            RunRow(
                head=head,
                track=names.get(head.track_id, ""),
                colour=self._racers.colour(head.racer_id),
            )
            for head in heads
        ]
        count = counted(len(rows), self.tr("{n} run"), self.tr("{n} runs"))
        nothing_asked = not self._view.chosen_state and self._view.chosen_track is None
        self._view.show_rows(rows, count, empty=not rows and nothing_asked)

    @Slot(str)
    def _on_run_chosen(self, run_id: str) -> None:
        self._run_id = RunId(run_id) if run_id else None
        if self._run_id is None:
            self._run = None
            self._view.show_detail(there_is_one=False)
        else:
            self._show_run(self._run_id)

    def _show_run(self, run_id: RunId) -> None:
        def show(entries: list[Entry]) -> None:
            if run_id == self._run_id and entries:
                self._show_entries(entries)

        self._runner.run(lambda: self._archive.entries(run_id), show, self._notices.refuse)

    def _show_entries(self, entries: list[Entry]) -> None:
        run = fold(entries)
        self._run = run
        self._state = "discarded" if run.discarded else "submitted" if run.submitted else "open"
        track = run.setup.track_name if run.setup else ""
        when = f"{entries[0].utc.astimezone():%Y-%m-%d %H:%M}"
        self._view.detail.show_run(
            run,
            log_rows(entries, run),
            state=self._state,
            facts=facts_line(run, track, when),
            racers=self._racers.all(),
        )
        self._view.show_detail(there_is_one=True)

    # --- correcting ---------------------------------------------------------------------------------

    @Slot(object)
    def _on_action(self, action: Action) -> None:
        run_id = self._run_id
        if run_id is not None:
            said = action_sentence(action, self._run)
            self._with_reason(said, lambda why: self._timekeeping.correct(run_id, action, reason=why), run_id)

    @Slot(int)
    def _on_split(self, ref: int) -> None:
        run_id = self._run_id
        if run_id is not None:
            said = self.tr("Lap split in two, both times are estimates")
            self._with_reason(said, lambda why: self._timekeeping.split(run_id, ref, reason=why), run_id)

    @Slot(int)
    def _on_merge(self, ref: int) -> None:
        run_id = self._run_id
        if run_id is not None:
            said = self.tr("Lap merged with the next one")
            self._with_reason(said, lambda why: self._timekeeping.merge(run_id, ref, reason=why), run_id)

    @Slot()
    def _on_discard(self) -> None:
        self._on_action(Discarded())

    @Slot()
    def _on_restore(self) -> None:
        self._on_action(Restored())

    @Slot()
    def _on_undo(self) -> None:
        run_id = self._run_id
        if run_id is not None:
            self._do(lambda: self._timekeeping.undo_in(run_id), self.tr("Undone"), run_id)

    @Slot()
    def _on_racer(self) -> None:
        run = self._run
        if run is None:
            return
        question = Question(
            self._view,
            self.tr("Whose run is it?"),
            self.tr("All its laps count for the racer you choose."),
            self.tr("Give the run"),
        )
        box = PickBox(self.tr("Type a name"))
        box.setAccessibleName(self.tr("Racer"))
        others = [racer for racer in self._racers.all() if racer.racer_id != run.racer_id]
        box.set_items([(racer.name, racer.racer_id) for racer in others], None)
        question.body.addWidget(box)
        question.require(
            lambda: "" if self._racers.get(box.currentData()) else self.tr("Choose a racer of the list.")
        )

        def give() -> None:
            racer = self._racers.get(box.currentData())
            if racer is not None:
                self._on_action(RacerChanged(racer_id=racer.racer_id, racer_name=racer.name))

        question.agreed.connect(give)
        question.show()
        box.setFocus()

    def _with_reason(self, said: str, work: Callable[[str], Run], run_id: RunId) -> None:
        """Ask why when the run is public or in the bin; an open run is corrected at once."""
        if self._state == "open":
            self._do(lambda: work(""), said, run_id)
            return

        def go(why: str) -> None:
            self._do(lambda: work(why), said, run_id)

        ask_text(
            self._view,
            self.tr("Why?"),
            self.tr("{what}. The reason stays in the log of the run.").format(what=said),
            self.tr("Correct it"),
            go,
            check=lambda text: "" if text else self.tr("Write a few words, so that others can follow."),
        )

    def _do(self, work: Callable[[], Run], said: str, run_id: RunId) -> None:
        def tell(_run: Run) -> None:
            self._notices.tell(f"{said}.", verb=self.tr("Undo"), action=lambda: self._undo(run_id))
            self._show_run(run_id)

        self._runner.run(work, tell, self._notices.refuse)

    def _undo(self, run_id: RunId) -> None:
        def tell(_run: Run) -> None:
            self._notices.tell(self.tr("Undone."))
            self._show_run(run_id)

        self._runner.run(lambda: self._timekeeping.undo_in(run_id), tell, self._notices.refuse)
