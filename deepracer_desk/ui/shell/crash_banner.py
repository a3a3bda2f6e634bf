"""What is said when a part of the desk broke."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from deepracer_desk.ui.shared.banners import Condition, Severity


def _tr(text: str) -> str:
    return QCoreApplication.translate("CrashBanner", text)


def crash_condition(report: Path | None, save: Callable[[Path], None]) -> Condition:
    """Return the banner of a crash; `save` is called with the report that a person wants to keep."""
    return Condition(
        key="crash",
        text=_tr("Something in the desk went wrong. Timing goes on."),
        hint=_tr("Everything recorded is safe. Save the report and hand it to whoever helps you."),
        severity=Severity.BAD,
        verb=_tr("Save report") if report else "",
        action=(lambda: save(report)) if report else None,
        lasting=False,
    )
