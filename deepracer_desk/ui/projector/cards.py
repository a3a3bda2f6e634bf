"""Cards that take the band's place for a moment: next racer, finish."""

from PySide6.QtGui import QColor, QFont

from deepracer_desk.domain.stage import FinishCard, StageRacer
from deepracer_desk.ui.projector.brush import CENTRE, Box, Brush, metal, stage_colour
from deepracer_desk.ui.shared.formats import gap, lap_time

BEAM_S = 1.6  # light passes over a new result in this time


def paint_up_next(brush: Brush, box: Box, racer: StageRacer, words: dict[str, str], breath: float) -> None:
    """Announce who drives next; `breath` goes 0..1 and back."""
    x, y, width, height = box
    colour = stage_colour(racer.colour)
    brush.panel(box, brush.theme.colour("surface", 0.96), border=brush.theme.colour("border"))
    brush.sweep((x, y, width * (0.5 + 0.15 * breath), height), colour, 0.42)
    brush.slant(x + 28, y, 18, height, colour)
    disc = min(height * 0.62, 150.0)
    brush.disc(x + 80, y + (height - disc) / 2, disc, racer)
    left = x + 80 + disc + 36
    middle = y + height / 2
    brush.text(
        (left, middle - 82, width * 0.5, 50), words["up_next"], 36, "quiet", weight=QFont.Weight.DemiBold
    )
    brush.text(
        (left, middle - 32, width - (left - x) - 170, 100), racer.name, 78, "text", weight=QFont.Weight.Bold
    )
    brush.country(x + width - 140, middle - 26, 52, racer.country)


def paint_finish(brush: Brush, box: Box, card: FinishCard, words: dict[str, str], seconds: float) -> None:
    """Say what a run came to."""
    x, y, width, height = box
    colour = stage_colour(card.racer.colour)
    brush.panel(box, brush.theme.colour("surface", 0.97), border=brush.theme.colour(metal(card.rank)))
    brush.sweep((x, y, width * 0.62, height), colour, 0.45)
    brush.slant(x + 28, y, 18, height, colour)
    if seconds < BEAM_S:
        brush.light(box, seconds / BEAM_S, QColor("#FFFFFF"))
    if width > 1300:
        _headline(brush, (x + 76, y, width * 0.54 - 76, height), card, words)
        _facts(brush, (x + width * 0.55, y, width * 0.45 - 28, height), card, words)
    else:
        _headline(brush, (x + 76, y, width - 100, height * 0.56), card, words)
        _facts(brush, (x + 60, y + height * 0.52, width - 88, height * 0.46), card, words)


def _headline(brush: Brush, box: Box, card: FinishCard, words: dict[str, str]) -> None:
    x, y, width, height = box
    place = f"P{card.rank}" if card.rank else words["dnf"]
    brush.text(
        (x, y, 240, height),
        place,
        118 if card.rank else 76,
        metal(card.rank),
        weight=QFont.Weight.Black,
        align=CENTRE,
    )
    headline = words["new_leader" if card.took_lead else "finished"]
    tone = "best_event" if card.took_lead else "quiet"
    middle = y + height / 2
    brush.text((x + 262, middle - 82, width - 262, 50), headline, 36, tone, weight=QFont.Weight.Bold)
    brush.text((x + 262, middle - 32, width - 262, 96), card.racer.name, 64, "text", weight=QFont.Weight.Bold)


def _facts(brush: Brush, box: Box, card: FinishCard, words: dict[str, str]) -> None:
    x, y, width, height = box
    facts = (
        (words["best"], lap_time(card.best_us), 1.25),
        (words["gap"], gap(card.gap_us) if card.rank != 1 else "–", 1.0),
        (words["valid_laps"], f"{card.valid_laps}/{card.laps}", 0.85),
        (words["spread"], gap(card.spread_us).lstrip("+"), 1.1),
    )
    unit = width / sum(share for _, _, share in facts)
    middle = y + height / 2
    for caption, value, share in facts:
        brush.text((x, middle - 62, unit * share, 40), caption, 26, "quiet", align=CENTRE)
        brush.text(
            (x, middle - 20, unit * share, 72),
            value,
            46 if width > 840 else 40,
            "text",
            weight=QFont.Weight.Bold,
            align=CENTRE,
            figures=True,
        )
        x += unit * share
