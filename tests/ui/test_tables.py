"""Table models change row by row, filter as people type, and never lie to their views."""

import random

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from deepracer_desk.ui.shared.tables import (
    ROW_ROLE,
    SORT_ROLE,
    Column,
    FilterProxy,
    RowsTableModel,
    row_of,
)

Row = tuple[str, int]
COLUMNS: tuple[Column[Row], ...] = (
    Column("Name", lambda row: row[0]),
    Column("Number", lambda row: str(row[1]), lambda row: row[1]),
)


def a_model(*rows: Row) -> RowsTableModel[Row]:
    model = RowsTableModel[Row](COLUMNS, lambda row: row[0], context="Test")
    model.set_rows(rows)
    return model


def test_only_what_differs_is_announced() -> None:
    model = a_model(("a", 1), ("b", 2), ("c", 3))
    told: list[str] = []
    model.rowsInserted.connect(lambda _p, first, last: told.append(f"+{first}-{last}"))
    model.rowsRemoved.connect(lambda _p, first, last: told.append(f"-{first}-{last}"))
    model.dataChanged.connect(lambda first, last: told.append(f"~{first.row()}-{last.row()}"))
    model.modelReset.connect(lambda: told.append("reset"))
    model.set_rows([("new", 0), ("a", 1), ("c", 30)])
    assert told == ["-1-1", "+0-0", "~2-2"]
    told.clear()
    model.set_rows([("new", 0), ("a", 1), ("c", 30)])
    assert told == []


@pytest.mark.parametrize("seed", range(30))
def test_any_change_of_rows_ends_in_the_rows_given(seed: int, qtmodeltester: ModelTester) -> None:
    chance = random.Random(seed)
    model = a_model()
    qtmodeltester.check(model)
    for _ in range(12):
        names = chance.sample("abcdefghij", chance.randint(0, 8))
        if chance.random() < 0.7:
            names.sort()
        rows = [(name, chance.randint(0, 3)) for name in names]
        model.set_rows(rows)
        assert list(model.rows) == rows


def test_children_of_a_cell_do_not_exist() -> None:
    model = a_model(("a", 1))
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.columnCount(model.index(0, 0)) == 0


def test_numbers_sort_as_numbers_and_the_row_survives_the_proxy() -> None:
    model = a_model(("a", 10), ("b", 9), ("c", 100))
    proxy = FilterProxy(model, (0,))
    proxy.sort(1, Qt.SortOrder.AscendingOrder)
    assert [row_of(proxy.index(line, 0)) for line in range(3)] == [("b", 9), ("a", 10), ("c", 100)]
    assert proxy.index(0, 1).data(SORT_ROLE) == 9
    assert proxy.index(0, 0).data(ROW_ROLE) == ("b", 9)


def test_every_word_that_is_typed_must_occur() -> None:
    model = a_model(("Zoë Brandt", 1), ("Zoë Klein", 2), ("ÓSCAR Brandt", 3))
    proxy = FilterProxy(model, (0,))
    proxy.set_text("brandt zo")
    assert [row_of(proxy.index(line, 0)) for line in range(proxy.rowCount())] == [("Zoë Brandt", 1)]
    proxy.set_text("óscar")
    assert proxy.rowCount() == 1
    proxy.set_text("")
    assert proxy.rowCount() == 3
