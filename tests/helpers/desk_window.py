"""The desk's window over services in memory, with answers that come at once."""

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from deepracer_desk.system.settings import Appearance, Theme
from deepracer_desk.ui.shared.banners import Conditions
from deepracer_desk.ui.shared.change_bridge import ChangeBridge
from deepracer_desk.ui.shared.desk_choice import DeskChoice
from deepracer_desk.ui.shared.key_bindings import KeyBindings
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.racer_directory import RacerDirectory
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.task_runner import TaskRunner
from deepracer_desk.ui.shared.theme import ThemeSwitch
from deepracer_desk.ui.shared.toasts import Notices
from tests.helpers.fake_services import FakeDesk


class AtOnce(TaskRunner):
    """Does the work where it is asked for, before `run` returns."""

    def run(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        *,
        title: str = "",
    ) -> None:
        del title
        try:
            value = work()
        except Exception as error:  # noqa: BLE001 - handed on as the real one does
            if on_error is None:
                self.failed.emit(error)
            else:
                on_error(error)
        else:
            if on_done is not None:
                on_done(value)


def no_icon(_name: str) -> QIcon:
    return QIcon()


def a_kit(desk: FakeDesk, *, appearance: Appearance | None = None) -> Kit:
    """Make what pages work with; close it with `close_kit`."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    skin = Skin(ThemeSwitch(app))
    skin.wear(appearance or Appearance(theme=Theme.LIGHT))
    bridge = ChangeBridge(desk.bus)
    return Kit(
        clock=desk.clock,
        skin=skin,
        bindings=KeyBindings(),
        runner=AtOnce("storage"),
        slow_runner=AtOnce("slow"),
        bridge=bridge,
        notices=Notices(),
        conditions=Conditions(),
        choice=DeskChoice(desk.setup, bridge),
        racers=RacerDirectory(desk.roster, bridge),
    )


def close_kit(kit: Kit) -> None:
    kit.bridge.close()
    kit.runner.close()
    kit.slow_runner.close()
