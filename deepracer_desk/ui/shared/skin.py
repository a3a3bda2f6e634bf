"""The look in force, for widgets that paint by hand or count in pixels."""

from string import Template

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor, QFont

from deepracer_desk.system.settings import Appearance, Density
from deepracer_desk.ui.shared.fonts import font
from deepracer_desk.ui.shared.theme import TYPE, ThemeSwitch

ROW_PX = 36
COMPACT_ROW_PX = 28


class Skin(QObject):
    """Colours by role, sizes at the present zoom, and the heights that density decides.

    Signals:
        changed: theme, zoom or density is another one.
    """

    changed = Signal()

    def __init__(self, switch: ThemeSwitch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._switch = switch
        self._compact = False
        switch.changed.connect(self._on_switched)

    def wear(self, appearance: Appearance) -> None:
        """Apply what people prefer."""
        self._compact = appearance.density is Density.COMPACT
        self._switch.use(appearance.theme.value, zoom=appearance.zoom, compact=self._compact)

    @property
    def zoom(self) -> float:
        return self._switch.zoom

    @property
    def row_height(self) -> int:
        """Height of a table row [px]."""
        return self.px(COMPACT_ROW_PX if self._compact else ROW_PX)

    def colour(self, role: str) -> QColor:
        """Return the colour of a role of the theme."""
        return self._switch.theme.colour(role)

    def racer_colour(self, colour: str) -> QColor:
        """Return a racer's own colour, which is the same in every theme."""
        return QColor(colour)

    def px(self, pixels: float) -> int:
        """Return a length at the present zoom."""
        return round(pixels * self._switch.zoom)

    def figures(self, pixels: int, weight: QFont.Weight = QFont.Weight.DemiBold) -> QFont:
        """Return the typeface with digits of equal width; `pixels` is final, zoom included."""
        return font(pixels, weight, figures=True)

    def body(self, *, strong: bool = False, figures: bool = True) -> QFont:
        """Return the typeface of tables and texts."""
        weight = QFont.Weight.DemiBold if strong else QFont.Weight.Normal
        return font(self.px(TYPE["body"]), weight, figures=figures)

    def window_style(self) -> str:
        """Return the style of what only the main window has."""
        sizes = {f"t_{name}": str(self.px(pixels)) for name, pixels in TYPE.items()}
        return Template(_WINDOW_STYLE).substitute(self._switch.theme.colours | sizes)

    @Slot()
    def _on_switched(self) -> None:
        self.changed.emit()


_WINDOW_STYLE = """
QFrame#stateBand { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame#stateBand[band="ready"] { background: $info_tint; border-color: $info; }
QFrame#stateBand[band="good"] { background: $good_tint; border-color: $good; }
QFrame#stateBand[band="warn"] { background: $warn_tint; border-color: $warn; }
QFrame#stateBand[band="bad"] { background: $bad_tint; border-color: $bad; }
QFrame#stateBand[band="over"] { background: $bad; border-color: $bad; }
QLabel#stateWord { font-size: ${t_title}px; font-weight: 700; }
QLabel#stateHint { font-weight: 700; }
QFrame#stateBand[band="over"] QLabel { color: $on_bad; }
QFrame#stripRow { background: $surface; border: 1px solid $border; border-radius: 10px; }
QLabel[type="figures"] { font-weight: 500; }
QToolButton#healthButton { padding: 4px 4px; }
QLabel#eventName { font-size: ${t_body}px; font-weight: 600; }
QLabel#rehearsal { background: $warn_tint; color: $text; border: 1px dashed $warn; border-radius: 4px;
    padding: 2px 10px; font-weight: 700; }
QLabel#pageTitle { font-size: ${t_title}px; font-weight: 600; }
QFrame#helpOverlay { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame#sidePanel { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame[card="true"] QTableView, QFrame#sidePanel QTableView { border: none; border-radius: 0; }
"""
