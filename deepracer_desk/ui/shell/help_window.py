"""All keys on one page; it opens beside the window and closes with the key that opened it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from deepracer_desk.ui.shared.key_bindings import FACTS, DeskKey, KeyBindings, KeyScope, does


class HelpWindow(QDialog):
    """Lists every key as it is bound now."""

    def __init__(self, bindings: KeyBindings, page_titles: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setModal(False)
        self.resize(620, 640)
        self._bindings = bindings
        self._titles = page_titles
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 8, 16)
        title = QLabel(self.tr("Keys"))
        title.setProperty("type", "title")
        note = QLabel(self.tr("They act while no text is being typed. Change them in Preferences."))
        note.setProperty("tone", "quiet")
        layout.addWidget(title)
        layout.addWidget(note)
        layout.addWidget(self._area, 1)
        bindings.changed.connect(self._fill)
        self._fill()

    @property
    def text(self) -> str:
        """All words on the page, for tests and for the ear."""
        return "\n".join(label.text() for label in self._area.findChildren(QLabel))

    @Slot()
    def _fill(self) -> None:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 8, 16, 8)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        row = 0
        for scope, heading in (
            (KeyScope.TIMEKEEPING, self.tr("On the time-keeping page")),
            (KeyScope.EVERYWHERE, self.tr("Everywhere")),
        ):
            row = self._heading(grid, row, heading)
            for key in DeskKey:
                if FACTS[key].scope is scope:
                    names = self.tr(" or ").join(self._bindings.all_labels(key)) or "–"
                    row = self._line(grid, row, names, does(key))
        for number, page_title in enumerate(self._titles, start=1):
            row = self._line(grid, row, f"Ctrl+{number}", page_title)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(row, 1)
        self._area.setWidget(page)

    def _heading(self, grid: QGridLayout, row: int, text: str) -> int:
        label = QLabel(text)
        label.setProperty("type", "heading")
        grid.addWidget(label, row, 0, 1, 2)
        return row + 1

    def _line(self, grid: QGridLayout, row: int, keys: str, text: str) -> int:
        name = QLabel(keys)
        name.setProperty("weight", "strong")
        what = QLabel(text)
        what.setWordWrap(True)
        grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(what, row, 1)
        return row + 1
