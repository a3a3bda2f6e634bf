"""The left rail: pages as icons with words, or icons alone."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy, QVBoxLayout

from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shell.page import Page

WIDE_PX = 200
NARROW_PX = 64
ICON_PX = 22


class Rail(QFrame):
    """Signals:
    chosen: number of the page, from 0.
    """

    chosen = Signal(int)

    def __init__(self, pages: Sequence[Page], skin: Skin, icon: Callable[[str], QIcon]) -> None:
        super().__init__()
        self.setProperty("bar", "rail")
        self._pages = tuple(pages)
        self._skin = skin
        self._icon = icon
        self._collapsed = False
        self._buttons: list[QPushButton] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self.chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 8)
        layout.setSpacing(4)
        for number, page in enumerate(self._pages):
            button = self._button()
            button.setCheckable(True)
            button.setAccessibleName(page.title)
            self._group.addButton(button, number)
            self._buttons.append(button)
            layout.addWidget(button)
        layout.addStretch(1)
        self._fold = self._button()
        self._fold.clicked.connect(self._on_fold)
        layout.addWidget(self._fold)
        skin.changed.connect(self._dress)
        self._dress()

    @property
    def collapsed(self) -> bool:
        return self._collapsed

    def set_collapsed(self, *, collapsed: bool) -> None:
        if collapsed != self._collapsed:
            self._collapsed = collapsed
            self._dress()

    def mark(self, number: int) -> None:
        """Show which page is in front."""
        self._buttons[number].setChecked(True)

    def _button(self) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "rail")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    @Slot()
    def _on_fold(self) -> None:
        self.set_collapsed(collapsed=not self._collapsed)

    @Slot()
    def _dress(self) -> None:
        side = self._skin.px(ICON_PX)
        self.setFixedWidth(self._skin.px(NARROW_PX if self._collapsed else WIDE_PX))
        for number, page in enumerate(self._pages):
            button = self._buttons[number]
            button.setText("" if self._collapsed else f"  {page.title}")
            button.setIcon(self._icon(page.icon))
            button.setIconSize(QSize(side, side))
            button.setToolTip(f"{page.title} (Ctrl+{number + 1})")
        self._fold.setText("»" if self._collapsed else self.tr("«  Fold"))
        self._fold.setAccessibleName(self.tr("Show words") if self._collapsed else self.tr("Show icons only"))
