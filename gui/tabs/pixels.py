"""Nine pixels, a small net that looks at them, and its answer: everything at once in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import figure_tables, theme
from gui.export import Figure
from gui.figures import offer
from gui.full_size import is_filled, rooms
from gui.pixel_net import NetView
from gui.pixel_pages import NET, STEPS, TRAINING, NetPages
from gui.pixel_session import PixelSession
from gui.pixel_teaching import Teaching
from gui.shortcuts import REDO, UNDO
from gui.symbols_dialog import symbols_button
from gui.tabs.tab import Tab
from gui.widgets.boxes import beside, column, scrolling
from gui.widgets.card import LINES, Card
from gui.widgets.drawing_tools import DrawingTools
from gui.widgets.ink_slider import InkSlider
from gui.widgets.network_painting import CAPTION_PX, LEGEND_PX
from gui.widgets.pixel_grid import PixelGrid
from gui.widgets.symbol_bars import SymbolBars

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QPaintEvent, QResizeEvent

    from gui.session import Session

DRAW = "Click or drag to draw: black is \N{MINUS SIGN}1, white is 1."
GREY = " Click again to erase; slide for grey."
ANSWER = "{n} separate questions, is it {first}, {second}, …: they need not add up to 100%."
_COUNTS = ("", "", "Two", "Three", "Four", "Five", "Six")
SHARES = "Shares of one whole: they add up to 100%."
SHORT_ANSWER = "Separate questions: they need not add up to 100%."
NARROW = 900  # a tab narrower than this puts the answer below the picture
SMALLEST = QSize(640, 540)
NET_TITLE = "The net"
LOW = 530  # a lower one has no room for long captions
LOWER = 640  # likewise for what stands below the picture
LOW_BAR_PX = 18  # of each, below the picture
ANY_PX = (1 << 24) - 1  # Qt's "no limit"
VERDICT_LINES = 4
NOT_YET = "The steps have not come to the answer yet: press Next."
NOISE_SEED = 0


class PixelsTab(Tab):
    """Draw at the left, watch the net in the middle, read its answer at the right.

    Args:
        session: The window's state; what this tab shows is its own, in `pixels`.
        parent: Qt's.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pixelsTab")
        self.pixels = PixelSession(np.random.default_rng(NOISE_SEED), self)
        self._grid = PixelGrid()
        self._ink = InkSlider()
        self._tools = DrawingTools()
        self._net = NetView(self.pixels, self)
        self._bars = SymbolBars()
        self._verdict = _verdict_label()
        self._teaching = Teaching(self.pixels, self)
        self._training = self._teaching.panel
        self._pages = NetPages(self.pixels, self._net.page, self._teaching, self)
        self.challenges = self._pages.challenges
        self._outputs = self.pixels.options.outputs
        self._is_narrow: bool | None = None
        self._step_buttons: list[QToolButton] = []
        self._cards = _Cards()
        self._make_cards()
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scrolling(self._cards))
        self._offer_figures(session)
        self._wire(session)

    # --- making it

    def _make_cards(self) -> None:
        self._take_symbols()
        self._draw_card = Card("Picture", DRAW, column(beside(self._grid, self._ink), self._tools))
        stack = self.pixels.undo_stack
        undo, redo = stack.createUndoAction(self, "Undo"), stack.createRedoAction(self, "Redo")
        self._draw_card.add_to_header(self._action_button(undo, "↶", "undoButton", UNDO))
        self._draw_card.add_to_header(self._action_button(redo, "↷", "redoButton", REDO))
        self._net_card = Card(NET_TITLE, self._pages.caption(narrow=False), self._pages.stack)
        self._net_card.add_to_header(self._pages.switch)
        self._bars_room = column(self._bars)
        self._answer_card = Card(
            "Answer", self._questions(), column(self._bars_room, self._verdict)
        )
        self._answer_card.add_to_header(symbols_button(self.pixels))
        self._training_card = Card("Training", "", self._training)
        for card in (self._draw_card, self._net_card, self._answer_card, self._training_card):
            card.setParent(self._cards)  # it finds its place when the tab gets a size
        self._row = QHBoxLayout(self._cards)
        self._row.setContentsMargins(*(theme.INSIDE,) * 4)
        self._row.setSpacing(theme.INSIDE)
        # The wide arrangement must not keep the tab from becoming narrow.
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._columns = [QVBoxLayout() for _ in range(3)]
        for cards in self._columns:
            cards.setSpacing(theme.INSIDE)
            self._row.addLayout(cards)

    def _take_symbols(self) -> None:
        """Offer the symbols that the net tells apart."""
        self._symbols = self.pixels.symbols
        self._symbol_pictures = np.stack([symbol.picture for symbol in self._symbols])
        self._tools.set_data([symbol.spoken for symbol in self._symbols], self._symbol_pictures)

    def _questions(self) -> str:
        first, second = (symbol.spoken for symbol in self._symbols[:2])
        return ANSWER.format(n=_COUNTS[len(self._symbols)], first=first, second=second)

    def _offer_figures(self, session: Session) -> None:
        """Each card's figure can be copied and saved."""
        picture = offer(session, self._draw_card, "savePictureButton", self._picture_figure)
        picture.attach(self._grid, by_mouse=False)
        net = offer(session, self._net_card, "saveNetButton", self._net_figure)
        pages = self._pages
        for page in (self._net.diagram, pages.map, self._teaching.curves, pages.microscope.page):
            net.attach(page)
        answer = offer(session, self._answer_card, "saveAnswerButton", self._answer_figure)
        answer.attach(self._bars)

    def _picture_figure(self) -> Figure:
        picture = self.pixels.picture
        return Figure("picture", self._grid, lambda: figure_tables.picture_table(picture))

    def _net_figure(self) -> Figure:
        return self._pages.figure() or self._net.figure()

    def _answer_figure(self) -> Figure:
        symbols, answer = self.pixels.symbols, self.pixels.passed.probabilities[0]
        return Figure("answer", self._bars, lambda: figure_tables.answer_table(symbols, answer))

    def _action_button(
        self, action: QAction, sign: str, name: str, keys: tuple[str, ...]
    ) -> QToolButton:
        """A button for Undo or Redo; its keys work wherever the focus is while this tab shows."""
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setIconText(sign)
        self.addAction(action)
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(action.text())
        button.setStyleSheet(_as_title())
        button.setDefaultAction(action)
        self._step_buttons.append(button)
        return button

    def _wire(self, session: Session) -> None:
        pixels, tools = self.pixels, self._tools
        self._grid.painted.connect(pixels.drawing.paint)
        self._grid.stroke_ended.connect(pixels.drawing.end_stroke)
        self._ink.ink_changed.connect(self._grid.set_ink)
        tools.symbol_chosen.connect(pixels.load)
        tools.clear_clicked.connect(pixels.drawing.clear)
        tools.invert_clicked.connect(pixels.drawing.invert)
        tools.noise_clicked.connect(pixels.drawing.flip_one)
        self._bars.symbol_chosen.connect(pixels.load)
        self._pages.switch.chosen.connect(self._on_page)
        self._pages.microscope.changed.connect(self._show_answer)
        self.challenges.told.connect(session.noticed)
        self._teaching.failed.connect(session.report_error)
        self._teaching.told.connect(session.noticed)
        theme.sizes.changed.connect(self._fit_anew)
        rooms.given_back.connect(self._make_room)
        self.follow(pixels.picture_changed, self._show_picture)
        self.follow(pixels.net_changed, self._show_net)
        self.follow(pixels.training_changed, self._show_training)

    # --- places

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window, the answer goes below the picture."""
        super().resizeEvent(event)
        is_narrow = self.width() < theme.px(NARROW)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._arrange(is_narrow)
            self._row.activate()
        self._caption_net()
        self._save_room()
        self._level_bars(is_narrow)

    def _save_room(self) -> None:
        """Large text in a low window: the captions give up lines."""
        cards = self._draw_card, self._answer_card, self._training_card, self._net_card
        for card in cards:
            card.set_cramped(self.height() < theme.px(LOW))
        if self._is_narrow and self._pages.index == STEPS:
            self._net_card.set_cramped(True)  # its page has a title and a sentence of its own
        below = self._answer_card if self._is_narrow else self._training_card
        below.set_cramped(self.height() < theme.px(LOWER))
        is_low = self.height() < theme.px(LOW)
        self._training_card.set_lines(1 if is_low else LINES)
        self._net_card.set_lines(1 if is_low and self._pages.index == TRAINING else LINES)
        if self.pixels.runaway:
            self._training_card.set_cramped(False)  # its caption says why
        for card in cards:
            card.set_narrow(self.height() < theme.px(LOWER))

    def _fit_anew(self) -> None:
        """Text of another size, or more symbols, take other room."""
        for button in self._step_buttons:
            button.setStyleSheet(_as_title())
        self._is_narrow = self.width() < theme.px(NARROW)
        self._arrange(self._is_narrow)
        self._row.activate()
        self._save_room()
        self._level_bars(self._is_narrow)

    def _level_bars(self, is_narrow: bool) -> None:
        """Side by side, the bars stand level with the outputs that they belong to."""
        net, answer = self._net_card, self._answer_card
        answer.set_caption(self._questions())
        if is_narrow or answer.caption_px() > net.caption_px() + theme.px(CAPTION_PX):
            answer.set_caption(SHORT_ANSWER)
        if self.pixels.options.outputs == "softmax":
            answer.set_caption(SHARES)
        lower = answer.caption_px() - net.caption_px()
        above, below = (
            (0, 0) if is_narrow else (max(theme.px(CAPTION_PX) - lower, 0), theme.px(LEGEND_PX))
        )
        self._bars_room.setContentsMargins(0, above, 0, below)
        low = theme.px(LOW_BAR_PX) * len(self._symbols)
        self._bars.setMaximumHeight(low if is_narrow else ANY_PX)

    def _arrange(self, is_narrow: bool) -> None:
        """Picture, net and answer side by side; or the answer below the picture."""
        draw, training = self._draw_card, self._training_card
        net, answer = self._net_card, self._answer_card
        columns: tuple[tuple[Card, ...], ...]
        if is_narrow:
            columns, shares = ((draw, answer), (net, training), ()), (32, 68, 0)
            training.add_to_header(self._training.set_low())
        else:
            columns, shares = ((draw, training), (net,), (answer,)), (28, 51, 21)
            self._training.set_tall()
        for index, (place, cards) in enumerate(zip(self._columns, columns, strict=True)):
            self._row.setStretch(index, shares[index])
            for card in cards:
                place.addWidget(card, 1 if card is cards[0] else 0)
        self._make_room()
        self._caption_net()
        self._caption_training()
        draw.set_caption(DRAW if is_narrow else DRAW + GREY)
        # Said by a style sheet, as in `theme`: the next theme would take back a font set here.
        size_px = theme.BODY if is_narrow else theme.HEADING
        self._verdict.setStyleSheet(f"font-size: {theme.px(size_px)}px; font-weight: 600;")
        n_lines = VERDICT_LINES - (is_narrow and len(self._symbols) > 4)
        lines = n_lines * QFontMetrics(theme.font(size_px, bold=True)).lineSpacing()
        level = max(lines, self._net.sum.text_px)
        self._net.sum.setFixedHeight(self._net.sum.text_px if is_narrow else level)
        self._verdict.setFixedHeight(lines if is_narrow else level)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once the frame can be seen, there is time to train the first net."""
        super().paintEvent(event)
        if not self.pixels.is_ready:
            QTimer.singleShot(0, self.pixels, self.pixels.get_ready)

    # --- facts

    def _show_picture(self) -> None:
        self._grid.set_data(self.pixels.picture)
        self._show_answer()
        self._pages.show_answer()

    def _show_net(self) -> None:
        if not self.pixels.is_ready:
            return  # it comes with the first paint
        self._teaching.show_net()
        if self.pixels.symbols != self._symbols:
            self._take_symbols()
            self._fit_anew()
        if self.pixels.options.outputs != self._outputs:
            self._outputs = self.pixels.options.outputs
            self._level_bars(bool(self._is_narrow))
        self._show_answer()
        self._pages.show_net()

    def _show_answer(self) -> None:
        """What both a new picture and a new net change."""
        pixels = self.pixels
        if not pixels.is_ready:
            return
        names = [symbol.name for symbol in pixels.symbols]
        is_known = self._pages.knows_answer
        answer = pixels.passed.probabilities[0] if is_known else None
        self._net.show()
        self._bars.set_data(names, self._symbol_pictures, answer)
        self._verdict.setText(pixels.verdict() if is_known else NOT_YET)

    def _on_page(self, _page: int) -> None:
        self._make_room()
        self._save_room()
        self._caption_net()
        self._level_bars(bool(self._is_narrow))
        self._show_answer()

    def _make_room(self) -> None:
        """In a narrow window, a page that says it all itself gets the room of what is trained.

        The curves say step and loss; the speed stands beside these then.
        """
        if is_filled(self):
            return
        page = self._pages.index if self._is_narrow and not self.pixels.runaway else NET
        self._training_card.setVisible(page != STEPS)
        self._training.setVisible(page != TRAINING)
        if page == TRAINING:
            self._teaching.curves.put_beside(self._training.speed_row)
        else:
            self._training.take_speed_back()

    def _caption_net(self) -> None:
        narrow = bool(self._is_narrow)
        self._net_card.set_caption(self._pages.caption(narrow=narrow))
        self._net_card.set_title(NET_TITLE if self._net_card.has_room_for(NET_TITLE) else "")

    def _show_training(self) -> None:
        self._teaching.show_state()
        self._caption_training()
        self._make_room()
        self._save_room()

    def _caption_training(self) -> None:
        """With the same room while it learns as after: no button may move away from the mouse."""
        narrow = bool(self._is_narrow)
        self._training_card.keep_room(self._teaching.captions(narrow=narrow))
        self._training_card.set_caption(self._teaching.caption(narrow=narrow))


class _Cards(QWidget):
    """What lies on the tab; it scrolls in a window that is too small for it."""

    def minimumSizeHint(self) -> QSize:
        """That of the narrow arrangement: the wide one is left before it gets too narrow."""
        return QSize(theme.px(SMALLEST.width(), 0.6), theme.px(SMALLEST.height(), 0.4))


def _as_title() -> str:
    """A button no higher than the title beside it."""
    return f"QToolButton {{ padding: 0 8px; min-height: {theme.px(18)}px; }}"


def _verdict_label() -> QLabel:
    label = QLabel()
    label.setObjectName("verdict")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return label
