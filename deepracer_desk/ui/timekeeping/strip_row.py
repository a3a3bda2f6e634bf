"""The foot of the page: a lamp that pulses with every edge of the strip, and the quality of the link."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from deepracer_desk.ports.timing_station import LinkState, StationHealth
from deepracer_desk.ui.shared.skin import Skin

GLOW_US = 600_000  # the lamp glows so long after an edge
SECOND_US = 1_000_000


class Lamp(QWidget):
    """A disc that lights up with an edge and fades; filled while a strip is pressed."""

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self._skin = skin
        self._glow = 0.0
        self._role = "quiet"
        self._pressed = False
        self.setFixedSize(self.sizeHint())
        skin.changed.connect(self._on_skin_changed)

    def sizeHint(self) -> QSize:
        side = self._skin.px(28)
        return QSize(side, side)

    def _on_skin_changed(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()

    @property
    def glow(self) -> float:
        """How bright the lamp is, 0 to 1."""
        return self._glow

    def light(self, glow: float, role: str, *, pressed: bool) -> None:
        glow = round(glow * 24) / 24
        if (glow, role, pressed) != (self._glow, self._role, self._pressed):
            self._glow, self._role, self._pressed = glow, role, pressed
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._skin.colour(self._role)
        centre = QPointF(self.width() / 2, self.height() / 2)
        outer = min(self.width(), self.height()) / 2 - 1
        if self._glow > 0:
            halo = QColor(colour)
            halo.setAlphaF(0.45 * self._glow)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            painter.drawEllipse(centre, outer, outer)
        core = outer * (0.5 + 0.12 * self._glow)
        painter.setPen(colour)
        fill = QColor(colour)
        fill.setAlphaF(1.0 if self._pressed else 0.25 + 0.75 * self._glow)
        painter.setBrush(fill)
        painter.drawEllipse(centre, core, core)
        painter.end()


class StripRow(QFrame):
    """Signals:
    stations_requested: the page of the stations is wanted.
    """

    stations_requested = Signal()

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self.setObjectName("stripRow")
        self._lamp = Lamp(skin)
        self._pulse = QLabel()
        self._pulse.setProperty("type", "figures")
        self._pulse.setMinimumWidth(skin.px(210))
        self._link = QLabel()
        self._link.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton(self.tr("Stations"))
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(self.stations_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 8, 4)
        layout.setSpacing(12)
        layout.addWidget(self._lamp)
        layout.addWidget(self._pulse)
        layout.addWidget(self._link, 1)
        layout.addWidget(self._button)
        self._health: StationHealth | None = None
        self._edge_us: int | None = None
        self._counted = True

    @property
    def text(self) -> str:
        """Everything the row says."""
        return f"{self._pulse.text()} {self._link.text()}".strip()

    @property
    def lamp(self) -> Lamp:
        return self._lamp

    def show_station(self, health: StationHealth | None) -> None:
        """Show another station, or that the track has none."""
        if health is None or (self._health is not None and health.station_id != self._health.station_id):
            self._edge_us = None
        self._health = health
        if health is not None and health.pulse_us is not None:
            self._edge_us = max(health.pulse_us, self._edge_us or 0)

    def pulse(self, host_us: int, *, counted: bool) -> None:
        """Light up: an edge was seen at `host_us`; not counted are those inside the dead time."""
        self._edge_us = max(host_us, self._edge_us or 0)
        self._counted = counted

    def tick(self, now_us: int) -> None:
        """Let the ages grow."""
        health = self._health
        if health is None:
            self._lamp.light(0.0, "quiet", pressed=False)
            self._say(self._pulse, self.tr("No strip"))
            self._say(self._link, self.tr("No timing station times this track. Laps are taken by hand."))
            return
        age_us = None if self._edge_us is None else max(0, now_us - self._edge_us)
        glow = 0.0 if age_us is None else max(0.0, 1 - age_us / GLOW_US)
        role = {LinkState.LIVE: "good", LinkState.SUSPECT: "warn", LinkState.LOST: "bad"}[health.link]
        if glow and not self._counted and health.link is LinkState.LIVE:
            role = "warn"
        self._lamp.light(glow, role, pressed=any(health.levels))
        self._say(self._pulse, self._pulse_text(age_us, pressed=any(health.levels)))
        self._say(self._link, self._link_text(health, now_us))

    def _pulse_text(self, age_us: int | None, *, pressed: bool) -> str:
        if pressed:
            return self.tr("A strip is pressed")
        if age_us is None:
            return self.tr("No pulse yet")
        if age_us < 60 * SECOND_US:
            tenths = age_us // 100_000
            return self.tr("Last pulse {age} s ago").format(age=f"{tenths // 10}.{tenths % 10}")
        return self.tr("Last pulse {age} min ago").format(age=age_us // (60 * SECOND_US))

    def _link_text(self, health: StationHealth, now_us: int) -> str:
        name = health.name or health.station_id
        silent_s = 0 if health.heard_us is None else max(0, now_us - health.heard_us) // SECOND_US
        match health.link:
            case LinkState.LIVE:
                text = self.tr("● {name} is live").format(name=name)
            case LinkState.SUSPECT:
                text = self.tr("▲ {name}: nothing heard for {n} s").format(name=name, n=silent_s)
            case LinkState.LOST:
                return self.tr("✕ {name} is lost for {n} s. Take laps by hand.").format(name=name, n=silent_s)
        if health.bound_us is not None:
            text += self.tr(" · true to {bound} ms").format(bound=f"{health.bound_us / 1000:.1f}")
        if health.unacknowledged:
            text += self.tr(" · {n} crossings on the way").format(n=health.unacknowledged)
        return text

    def _say(self, label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)
