"""The projector page: brings the controls, the window and the stage together."""

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QImage

from deepracer_desk.domain.ids import TrackId
from deepracer_desk.ports.clock import Clock
from deepracer_desk.services.changes import EventsChanged, RacersChanged, RunChanged, StandingsChanged
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.stage import COMBINED, Stage
from deepracer_desk.ui.projector.control_view import StageControlView
from deepracer_desk.ui.projector.projector_window import Projector
from deepracer_desk.ui.projector.stage_widget import StageWidget
from deepracer_desk.ui.shared.change_bridge import ChangeBridge

PREVIEW_FPS = 15  # enough to see that it lives


class ProjectorPage(QObject):
    """One entry of the navigation.

    Attributes:
        widget: the page.
        projector: the window on the projector.
    """

    icon = "projector"

    def __init__(
        self,
        *,
        stage: Stage,
        setup: EventSetup,
        bridge: ChangeBridge,
        clock: Clock,
        screen_name: str = "",
    ) -> None:
        super().__init__()
        self._stage = stage
        self._setup = setup
        self._preview = StageWidget(stage.view, clock, fps=PREVIEW_FPS)
        self.widget = StageControlView(self._preview)
        self.projector = Projector(stage.view, clock, screen_name=screen_name)
        self._lost = ""
        self._chose_combined = False
        view = self.widget
        view.toggled.connect(self.projector.toggle)
        view.screen_chosen.connect(self.projector.choose)
        view.track_chosen.connect(self._on_track_chosen)
        view.blank_wanted.connect(self._on_blank)
        view.freeze_wanted.connect(self._on_freeze)
        view.podium_wanted.connect(self._on_podium)
        view.cards_wanted.connect(self._on_cards)
        view.link_wanted.connect(self._on_link)
        self._blank = self._freeze = False
        self.projector.opened_changed.connect(self._on_opened)
        self.projector.screens_changed.connect(self._show_screens)
        self.projector.lost.connect(self._on_lost)
        for kind in (RunChanged, StandingsChanged, RacersChanged):
            bridge.on(kind, self._on_change)
        bridge.on(EventsChanged, self._on_events_changed)
        self._show_tracks()
        self._show_screens()
        self._show_state()

    @property
    def title(self) -> str:
        return self.tr("Projector")

    def activated(self) -> None:
        """Called when the page comes to the front."""
        self._preview.refresh()

    def deactivated(self) -> None:
        """Called when another page comes to the front."""

    def picture(self, size: QSize) -> QImage:
        """Return the stage as it is now, in any size."""
        return self._preview.picture(size)

    def set_reduced_motion(self, wanted: bool) -> None:
        """Let nothing glide, scroll or shine."""
        self._preview.reduced_motion = wanted
        self.projector.reduced_motion = wanted
        if self.projector.window is not None:
            self.projector.window.stage.reduced_motion = wanted

    def close(self) -> None:
        self.projector.close()

    # --- inside -------------------------------------------------------------------------------------

    def _on_change(self, _change: object) -> None:
        self.projector.refresh()

    def _on_events_changed(self, _change: object) -> None:
        self._show_tracks()
        self.projector.refresh()

    def _show_tracks(self) -> None:
        event = self._setup.current()
        tracks = event.tracks if event else ()
        ids = [track.track_id for track in tracks]
        if tracks and self._stage.track_id not in (*ids, COMBINED):
            self._stage.track_id = ids[0]
        if tracks and self._stage.track_id == COMBINED and not self._chose_combined:
            self._stage.track_id = ids[0]
        self.widget.show_tracks([(track.track_id, track.name) for track in tracks], self._stage.track_id)

    def _show_screens(self) -> None:
        texts = [
            (screen.name(), f"{screen.name()}  {screen.size().width()} × {screen.size().height()}")
            for screen in self.projector.screens()
        ]
        self.widget.show_screens(texts, self.projector.screen_name)
        self._show_state()

    def _show_state(self) -> None:
        if self.projector.is_open:
            screen = self.projector.chosen_screen()
            text = self.tr("On {0}").format(screen.name() if screen else "–")
        elif self._lost:
            text = self.tr("The screen {0} is gone. The stage opens again when it is back.").format(
                self._lost
            )
        else:
            text = self.tr("Closed. This is a preview.")
        self.widget.show_state(text, opened=self.projector.is_open)

    def _on_opened(self, opened: bool) -> None:
        if opened:
            self._lost = ""
            self._apply()
        self._show_state()

    def _on_lost(self, name: str) -> None:
        self._lost = name
        self._show_state()

    def _on_track_chosen(self, track_id: str) -> None:
        self._chose_combined = not track_id
        self._stage.track_id = TrackId(track_id)
        self._refresh()

    def _on_blank(self, wanted: bool) -> None:
        self._blank = wanted
        self._apply()

    def _on_freeze(self, wanted: bool) -> None:
        self._freeze = wanted
        self._apply()

    def _apply(self) -> None:
        window = self.projector.window
        for stage in (self._preview, window.stage if window else None):
            if stage is not None:
                stage.blank(self._blank)
                stage.freeze(self._freeze)

    def _on_podium(self, wanted: bool) -> None:
        self._stage.show_podium(wanted)
        self._refresh()

    def _on_cards(self, wanted: bool) -> None:
        self._stage.show_cards = wanted

    def _on_link(self, wanted: bool) -> None:
        self._stage.show_link = wanted
        self._refresh()

    def _refresh(self) -> None:
        self._preview.refresh()
        self.projector.refresh()
