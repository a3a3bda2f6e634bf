"""Themes: every pair of colours that carries text can be read."""

import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.fonts import FAMILY, font, load_fonts
from deepracer_desk.ui.shared.theme import TEXT_PAIRS, apply_theme, contrast, load_theme, style_sheet

THEMES = ("light", "dark", "contrast", "stage")


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_every_text_colour_stands_out_from_its_ground(name: str, pair: tuple[str, str]) -> None:
    theme = load_theme(name)
    assert contrast(theme.colour(pair[0]), theme.colour(pair[1])) >= 4.5


def test_contrast_is_the_one_of_the_standard() -> None:
    theme = load_theme("contrast")
    assert contrast(theme.colour("text"), theme.colour("background")) == pytest.approx(21)


@pytest.mark.parametrize("name", THEMES)
def test_every_theme_has_the_same_roles_and_a_whole_style_sheet(name: str) -> None:
    assert set(load_theme("light").colours) <= set(load_theme(name).colours)
    assert "$" not in style_sheet(load_theme(name), zoom=1.5, compact=True)


def test_the_bundled_typeface_is_used_and_its_digits_have_one_width(qapp) -> None:
    load_fonts()
    apply_theme(qapp, "dark")
    assert qapp.font().families()[0] == FAMILY
    metrics = QFontMetricsF(font(64, QFont.Weight.Bold, figures=True))
    widths = {round(metrics.horizontalAdvance(digit * 6), 1) for digit in "0123456789"}
    assert max(widths) - min(widths) < 2


@pytest.mark.parametrize(
    ("time_us", "text"),
    [(8_250_999, "0:08.250"), (0, "0:00.000"), (61_005_000, "1:01.005"), (None, "–"), (-5, "0:00.000")],
)
def test_lap_times_are_cut_off_not_rounded(time_us: int | None, text: str) -> None:
    assert formats.lap_time(time_us) == text


def test_gaps_carry_their_sign() -> None:
    assert formats.gap(1_234_000) == "+1.234"
    assert formats.gap(-65_001_000) == "−1:05.001"
    assert formats.gap(0) == "+0.000"


def test_a_countdown_shows_zero_only_when_it_is_over() -> None:
    assert formats.countdown(1) == "0:00.1"
    assert formats.countdown(0) == "0:00.0"
    assert formats.age(400_000) == "0.4 s"
