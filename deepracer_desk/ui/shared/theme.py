"""Colours and sizes by role; widgets name roles, never numbers.

Code asks `current().colour("good")`. Widgets get their looks from dynamic properties that the style sheet
knows:

    kind   primary | danger | link | small | quiet            (buttons)
    size   touch | huge                                        (buttons, at least 44 px)
    type   title | heading | label | small | huge | figures | key   (labels)
    tone   quiet | good | warn | bad | info                    (labels)
    card   true                                                (frames with surface and border)
    band   info | good | warn | bad                            (full-width frames)
"""

import tomllib
from dataclasses import dataclass
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from deepracer_desk.system import resources
from deepracer_desk.ui.shared.fonts import font, load_fonts

SPACE = (0, 4, 8, 12, 16, 24, 32, 48)  # px; steps between things
RADIUS = 6  # px; controls
CARD_RADIUS = 10  # px
TYPE = {"small": 12, "label": 13, "body": 15, "heading": 18, "title": 24, "huge": 48, "clock": 96}  # px

# Pairs that appear as text on ground; a test computes the contrast of each.
TEXT_PAIRS = (
    *((role, ground) for role in ("text", "quiet") for ground in ("background", "surface", "raised")),
    *((role, "surface") for role in ("primary", "good", "warn", "bad", "info", "best_event", "best_run")),
    *((role, "surface") for role in ("gold", "silver", "bronze")),
    *(("text", f"{tone}_tint") for tone in ("good", "warn", "bad", "info")),
    *((tone, f"{tone}_tint") for tone in ("good", "warn", "bad", "info")),
    ("on_primary", "primary"),
    ("on_bad", "bad"),
    ("text", "selection"),
)


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours by role."""

    name: str
    colours: dict[str, str]

    def colour(self, role: str, alpha: float = 1.0) -> QColor:
        """Return the colour of a role, more or less see-through."""
        found = QColor(self.colours[role])
        found.setAlphaF(alpha)
        return found

    @property
    def is_dark(self) -> bool:
        return QColor(self.colours["background"]).lightnessF() < 0.5


def load_theme(name: str) -> Theme:
    """Read a theme: light, dark, contrast or stage."""
    return Theme(name, tomllib.loads(resources.read_text(f"themes/{name}.toml")))


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


class ThemeSwitch(QObject):
    """Applies themes to the application and tells who paints by hand.

    Signals:
        changed: another theme or another zoom is in force.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self.theme = load_theme("light")
        self.zoom = 1.0

    def use(self, name: str, *, zoom: float = 1.0, compact: bool = False) -> None:
        """Apply a theme; "system" follows the computer."""
        if name == "system":
            dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
            name = "dark" if dark else "light"
        self.theme, self.zoom = load_theme(name), zoom
        apply_theme(self._app, name, zoom=zoom, compact=compact)
        self.changed.emit()


_applied: dict[str, Theme] = {}


def current() -> Theme:
    """Return the theme that was applied last; light before the first."""
    return _applied.get("theme") or load_theme("light")


def apply_theme(app: QApplication, name: str, *, zoom: float = 1.0, compact: bool = False) -> Theme:
    """Give an application the typeface, palette and style sheet of a theme."""
    theme = load_theme(name)
    _applied["theme"] = theme
    load_fonts()
    app.setStyle("Fusion")
    app.setFont(font(TYPE["body"] * zoom))
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme, zoom=zoom, compact=compact))
    return theme


def palette(theme: Theme) -> QPalette:
    """Return a Qt palette, so that what the style sheet does not know fits as well."""
    roles = {
        QPalette.ColorRole.Window: "background",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "background",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "bad",
        QPalette.ColorRole.Highlight: "selection",
        QPalette.ColorRole.HighlightedText: "text",
        QPalette.ColorRole.Link: "primary",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.PlaceholderText: "quiet",
        QPalette.ColorRole.Accent: "primary",
    }
    made = QPalette()
    for role, name in roles.items():
        made.setColor(role, theme.colour(name))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.colour("quiet", 0.75))
    return made


def style_sheet(theme: Theme, *, zoom: float = 1.0, compact: bool = False) -> str:
    """Return the application's style sheet."""
    sizes = {f"t_{name}": str(round(pixels * zoom)) for name, pixels in TYPE.items()}
    measures = {
        "pad": "4px 10px" if compact else "7px 14px",
        "row": str(round((28 if compact else 36) * zoom)),
        "touch": str(round(44 * zoom)),
        "giant": str(round(72 * zoom)),
        "radius": str(RADIUS),
        "card": str(CARD_RADIUS),
    }
    with resources.as_path(f"themes/{theme.name}/check.svg") as picture:
        measures["pictures"] = picture.parent.as_posix()
    return Template(resources.read_text("themes/desk.qss")).substitute(theme.colours | sizes | measures)
