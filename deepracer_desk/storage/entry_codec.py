"""Lines of a run's log as they are kept: a name of the kind and plain values of the action."""

import re
from types import MappingProxyType
from typing import cast, get_args

from deepracer_desk.domain.errors import NewerDataError
from deepracer_desk.domain.race_log import Action
from deepracer_desk.storage.plain_values import NEWER_HINT, from_plain, to_plain


def _kind_name(action: type[object]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", action.__name__).lower()


def _members(union: object) -> list[type[Action]]:
    """Return the classes of a union, of unions inside it too."""
    if isinstance(union, type):
        return [cast("type[Action]", union)]
    return [member for part in get_args(union) for member in _members(part)]


# Kept in every file: a class may be renamed only together with a revision that renames its lines.
ACTION_KINDS = MappingProxyType({_kind_name(action): action for action in _members(Action)})
_NAMES = MappingProxyType({action: name for name, action in ACTION_KINDS.items()})


def encode_action(action: Action) -> tuple[str, dict[str, object]]:
    """Return the kind and the payload of an action."""
    return _NAMES[type(action)], cast("dict[str, object]", to_plain(action))


def decode_action(kind: str, payload: object) -> Action:
    """Return the action that was encoded.

    Raises:
        NewerDataError: a newer version of the desk wrote it.
        DamagedDataError: the payload does not fit the kind.
    """
    action = ACTION_KINDS.get(kind)
    if action is None:
        raise NewerDataError(
            f"A run holds “{kind}”, which this version of the desk does not know.", hint=NEWER_HINT
        )
    return from_plain(action, payload)
