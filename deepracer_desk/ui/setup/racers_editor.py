"""The racers: a list to filter, and one of them to change."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QItemSelection, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.people import NAME_LIMIT, RACER_COLOURS, Racer
from deepracer_desk.ui.shared.dialogs import Question, ask, ask_text
from deepracer_desk.ui.shared.form_fields import Field
from deepracer_desk.ui.shared.race_words import counted
from deepracer_desk.ui.shared.row_delegate import RowDelegate
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.tables import (
    CENTRE,
    Column,
    FilterProxy,
    RowsTableModel,
    row_of,
    size_columns,
    style_table,
)

COLUMNS: tuple[Column[Racer], ...] = (
    Column("Name", lambda racer: racer.name, colour=lambda racer: racer.colour, tip=lambda racer: racer.name),
    Column("Country", lambda racer: racer.country, align=CENTRE),
)
COLOUR_NAMES = dict(
    zip(
        RACER_COLOURS,
        ("Blue", "Red", "Orange", "Purple", "Light blue", "Green", "Magenta", "Yellow"),
        strict=True,
    )
)


class RacersTableModel(RowsTableModel[Racer]):
    """All racers by name."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, lambda racer: racer.racer_id, context="RacersTable")


class ColourPicker(QWidget):
    """The eight colours that every car can show.

    Signals:
        picked: a colour of RACER_COLOURS.
    """

    picked = Signal(str)

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self._skin = skin
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._on_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for number, colour in enumerate(RACER_COLOURS):
            name = QCoreApplication.translate("RacerColours", COLOUR_NAMES[colour])
            button = QToolButton()
            button.setCheckable(True)
            button.setIcon(self._swatch(colour))
            button.setIconSize(QSize(skin.px(22), skin.px(22)))
            button.setToolTip(name)
            button.setAccessibleName(name)
            self._group.addButton(button, number)
            layout.addWidget(button)
        layout.addStretch(1)

    def show_colour(self, colour: str) -> None:
        self._group.button(RACER_COLOURS.index(colour)).setChecked(True)

    @property
    def colour(self) -> str:
        return RACER_COLOURS[max(0, self._group.checkedId())]

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.picked.emit(RACER_COLOURS[number])

    def _swatch(self, colour: str) -> QIcon:
        picture = QPixmap(44, 44)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._skin.colour("border"))
        painter.setBrush(self._skin.racer_colour(colour))
        painter.drawEllipse(2, 2, 40, 40)
        painter.end()
        return QIcon(picture)


class RacersEditor(QWidget):
    """Signals:
    add_requested: a name.
    names_requested: lines of a pasted list.
    change_requested: a Racer.
    remove_requested: a RacerId.
    """

    add_requested = Signal(str)
    names_requested = Signal(list)
    change_requested = Signal(object)
    remove_requested = Signal(str)

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self._skin = skin
        self._racer: Racer | None = None
        self.model = RacersTableModel()
        self.proxy = FilterProxy(self.model, (0, 1), self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by name or country"))
        self.filter.setAccessibleName(self.tr("Filter by name or country"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.proxy.set_text)
        self._count = QLabel()
        self._count.setProperty("tone", "quiet")
        self.add = QPushButton(self.tr("Add racer…"))
        self.add.setProperty("kind", "primary")
        self.add.clicked.connect(self._on_add)
        self.paste = QPushButton(self.tr("Paste a list…"))
        self.paste.clicked.connect(self._on_paste)
        self.table = QTableView()
        style_table(self.table, name=self.tr("Racers"))
        self.table.setItemDelegate(RowDelegate(skin, self.table))
        self.table.setModel(self.proxy)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self._form = self._make_form(skin)
        self._lay_out()
        skin.changed.connect(self._size)
        self._size()

    def _make_form(self, skin: Skin) -> QFrame:
        form = QFrame()
        form.setProperty("card", "true")
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.country = QLineEdit()
        self.country.setMaxLength(2)
        self.country.setMaximumWidth(90)
        self.colours = ColourPicker(skin)
        self._name_field = Field(self.tr("Name"), self.name, self.tr("Any script, up to 64 characters."))
        self._country_field = Field(
            self.tr("Country"), self.country, self.tr("Two letters such as FR. Optional.")
        )
        colour_field = Field(
            self.tr("Colour"), self.colours, self.tr("Boards, overlays and the car's tail light show it.")
        )
        self.save = QPushButton(self.tr("Save racer"))
        self.save.setProperty("kind", "primary")
        self.save.clicked.connect(self._on_save)
        self.remove = QPushButton(self.tr("Remove…"))
        self.remove.setProperty("kind", "danger")
        self.remove.clicked.connect(self._on_remove)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save)
        buttons.addStretch(1)
        buttons.addWidget(self.remove)
        layout = QVBoxLayout(form)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        for field in (self._name_field, self._country_field, colour_field):
            layout.addWidget(field)
        layout.addLayout(buttons)
        layout.addStretch(1)
        return form

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.add)
        top.addWidget(self.paste)
        top.addWidget(self.filter, 1)
        top.addWidget(self._count)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.table, 3)
        body.addWidget(self._form, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addLayout(body, 1)
        self._form.setEnabled(False)

    @property
    def form_error(self) -> str:
        return f"{self._name_field.error} {self._country_field.error}".strip()

    def show_racers(self, racers: Sequence[Racer]) -> None:
        self.model.set_rows(racers)
        self._count.setText(counted(len(racers), self.tr("{n} racer"), self.tr("{n} racers")))
        if self._racer is not None and self.model.number_of(self._racer.racer_id) is None:
            self._show(None)

    def _show(self, racer: Racer | None) -> None:
        self._racer = racer
        self._form.setEnabled(racer is not None)
        self.name.setText(racer.name if racer else "")
        self.country.setText(racer.country if racer else "")
        if racer is not None:
            self.colours.show_colour(racer.colour)
        self._name_field.set_error("")
        self._country_field.set_error("")

    @Slot(QItemSelection, QItemSelection)
    def _on_selection(self, _now: QItemSelection, _before: QItemSelection) -> None:
        rows = self.table.selectionModel().selectedRows()
        racer = row_of(rows[0]) if rows else None
        self._show(racer if isinstance(racer, Racer) else None)

    @Slot()
    def _on_save(self) -> None:
        if self._racer is None:
            return
        name, country = self.name.text().strip(), self.country.text().strip().upper()
        self._name_field.set_error("" if name else self.tr("A racer needs a name."))
        letters = not country or (len(country) == 2 and country.isascii() and country.isalpha())
        self._country_field.set_error("" if letters else self.tr("Write two letters, for example FR."))
        if name and letters:
            changed = replace(self._racer, name=name, country=country, colour=self.colours.colour)
            self.change_requested.emit(changed)

    @Slot()
    def _on_add(self) -> None:
        def check(name: str) -> str:
            return "" if name and len(name) <= NAME_LIMIT else self.tr("Write a name of up to 64 characters.")

        ask_text(
            self,
            self.tr("New racer"),
            self.tr("The colour that the fewest have is chosen; change it afterwards."),
            self.tr("Add racer"),
            self.add_requested.emit,
            check=check,
        )

    @Slot()
    def _on_paste(self) -> None:
        question = Question(
            self,
            self.tr("Paste a list of names"),
            self.tr("One name a line. Names that are on the list already are left out."),
            self.tr("Add racers"),
        )
        text = QPlainTextEdit()
        text.setAccessibleName(self.tr("Names"))
        text.setMinimumHeight(220)
        question.body.addWidget(text)

        def names() -> list[str]:
            return [line.strip() for line in text.toPlainText().splitlines() if line.strip()]

        def check() -> str:
            if not names():
                return self.tr("Paste or write at least one name.")
            long = next((name for name in names() if len(name) > NAME_LIMIT), "")
            return self.tr("This name is longer than 64 characters: {name}").format(name=long) if long else ""

        question.require(check)
        question.agreed.connect(lambda: self.names_requested.emit(names()))
        question.show()
        text.setFocus()

    @Slot()
    def _on_remove(self) -> None:
        racer = self._racer
        if racer is None:
            return
        ask(
            self,
            self.tr("Remove {racer}?").format(racer=racer.name),
            self.tr("Runs that were driven keep the name. This cannot be undone."),
            self.tr("Remove"),
            lambda: self.remove_requested.emit(RacerId(racer.racer_id)),
            danger=True,
        )

    @Slot()
    def _size(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(self._skin.row_height)
        size_columns(self.table, (240, 90), stretch=0)
