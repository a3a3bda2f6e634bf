"""What every page of the desk works with."""

from dataclasses import dataclass

from deepracer_desk.ports.clock import Clock
from deepracer_desk.ui.shared.banners import Conditions
from deepracer_desk.ui.shared.change_bridge import ChangeBridge
from deepracer_desk.ui.shared.desk_choice import DeskChoice
from deepracer_desk.ui.shared.key_bindings import KeyBindings
from deepracer_desk.ui.shared.racer_directory import RacerDirectory
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.task_runner import TaskRunner
from deepracer_desk.ui.shared.toasts import Notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """Made once by the composition root; handed to each page.

    Attributes:
        runner: the one thread for what touches the database; the race comes first there.
        slow_runner: another thread for what takes long, such as backups.
    """

    clock: Clock
    skin: Skin
    bindings: KeyBindings
    runner: TaskRunner
    slow_runner: TaskRunner
    bridge: ChangeBridge
    notices: Notices
    conditions: Conditions
    choice: DeskChoice
    racers: RacerDirectory
