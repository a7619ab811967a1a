"""The card of the text: written as it is, read as a talk, or chosen among its branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gui import theme
from gui.autocomplete import chat
from gui.autocomplete.answering import Answering
from gui.autocomplete.branches import Branches
from gui.autocomplete.share_button import ShareButton
from gui.autocomplete.text_study import TextStudy, marks
from gui.autocomplete.text_tables import surprise_table
from gui.autocomplete.write_words import (
    BRANCHES,
    CHAT,
    CUT,
    ELSEWHERE,
    ENDS,
    HINTS,
    OLDER,
    REFUSED,
    SLID,
    SPACE_AT_END,
    START,
    TYPING,
    WRITING,
)
from gui.export import Figure
from gui.figures import offer
from gui.widgets.branch_list import BranchList, BranchRow
from gui.widgets.card import Card
from gui.widgets.examples_button import ExamplesButton
from gui.widgets.painting import SPACE
from gui.widgets.prompt_editor import PromptEditor
from gui.widgets.switch import Switch
from gui.widgets.token_tints import SurpriseLegend
from gui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.session import Session

VIEWS = {
    "Text": "Write, and see how surprising each token is",
    "Chat": "The same text as a talk between you and the model",
    "Branches": "The ways your text has taken, to go back to",
}
TEXT, CHATTING, BRANCHING = range(len(VIEWS))


class TextCard(QObject):
    """The card and what it shows.

    Signals:
        place_wanted: (int | None) the token of the text to look at.
        generate_wanted: the model shall write on.
        stop_wanted: Esc in the text.
        view_chosen: the text, the talk or its branches are seen.

    Args:
        session: Where the facts come from and the intents go.
        parent: Qt's.

    Attributes:
        card: The widget.
        editor: Where the text is written.
        branches: The texts of this session.
        place: The token that is looked at elsewhere.
    """

    place_wanted = Signal(object)
    generate_wanted = Signal()
    stop_wanted = Signal()
    view_chosen = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.editor = PromptEditor()
        self.branches = Branches()
        self.place: int | None = None
        self._study = TextStudy(session, self)
        self._word: tuple[int, ...] = ()  # that is in grey
        self._remark = ""  # something about the text that stands until the text changes
        self._began: int | None = None  # after how many characters the model began to write
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        self._views = Switch("textViews", VIEWS)
        self._remove = QPushButton("Remove it")
        self._remove.setObjectName("removeSpaceButton")
        self._remove.setAccessibleName("Remove the space at the end")
        self._remove.setStyleSheet("QPushButton { padding: 0 8px; }")
        room = self._remove.sizePolicy()
        room.setRetainSizeWhenHidden(True)  # so that nothing moves as it comes
        self._remove.setSizePolicy(room)
        self._remove.hide()
        self._legend = SurpriseLegend()
        writing = QWidget()
        column = QVBoxLayout(writing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.editor, 1)
        below = QHBoxLayout()
        below.addWidget(self._remove)
        below.addStretch(1)
        below.addWidget(self._legend)
        column.addLayout(below)
        self._transcript = Transcript(chat.USER)
        self._branch_list = BranchList()
        self._pages = QStackedWidget()
        for page in (writing, self._transcript, self._branch_list):
            self._pages.addWidget(page)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        row = QHBoxLayout()
        row.addWidget(self._views, 1)
        column.addLayout(row)
        column.addWidget(self._pages, 1)
        self.card = Card("Your text", START, body)
        self.card.keep_room(HINTS)
        self.examples = ExamplesButton()
        self.examples.setObjectName("autocompleteExamplesButton")
        self.card.add_to_header(self.examples)
        self.share = ShareButton(self._session)
        self.card.add_to_header(self.share)
        save = offer(self._session, self.card, "saveTextButton", self._figure)
        row.addWidget(save)
        save.attach(self._legend)

    def _wire(self) -> None:
        session, editor = self._session, self.editor
        editor.text_edited.connect(self._on_text_edited)
        editor.ghost_accepted.connect(self._on_ghost_accepted)
        editor.ghost_changed.connect(self._on_cursor)
        editor.generate_wanted.connect(self.generate_wanted)
        editor.stop_wanted.connect(self.stop_wanted)
        editor.place_wanted.connect(self.place_wanted)
        self._views.chosen.connect(self._on_view)
        self._remove.clicked.connect(self.remove_space)
        self._study.word_found.connect(self._on_word)
        self._study.changed.connect(self._show_marks)
        self._branch_list.chosen.connect(self._on_branch)
        self._transcript.said.connect(self._on_said)
        self._transcript.stop_wanted.connect(session.stop)
        session.prompt_changed.connect(self._on_prompt)
        session.busy_changed.connect(self._on_busy)
        session.generating_changed.connect(self._on_generating)
        self._answering = Answering(session, self)  # hears last of what was written
        self._answering.cut.connect(lambda: self.say(CUT))

    @property
    def is_chat(self) -> bool:
        """Whether the text is read as a talk."""
        return self._views.index == CHATTING

    # --- intents

    def _on_text_edited(self, text: str) -> None:
        self._session.set_prompt(text)
        self.show_prompt()  # also if the session cut it down to what it had
        self.editor.set_ghost("")  # until the answer comes

    def _on_ghost_accepted(self) -> None:
        self._append(self._word)

    def _append(self, ids: tuple[int, ...]) -> None:
        """What several tokens stand for together: some are parts of a character."""
        session = self._session
        if len(ids) == 1:
            session.append_token(ids[0])
        elif ids:
            session.add_tokens(session.drawn_ids() or session.prompt, ids)

    def remove_space(self) -> None:
        """Take away the space at the end that the model's next word would bring itself."""
        self._session.set_prompt(self._session.prompt.rstrip(" "))
        self.go_to_the_end()

    def go_to_the_end(self) -> None:
        """So that typing goes on there."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.moveCursor(QTextCursor.MoveOperation.End)

    def replace(self, place: int, token_id: int) -> None:
        """Let another token stand there: what follows is cut off, and kept in the branch left."""
        session, model = self._session, self._session.language_model
        if model is None or session.trace is None or token_id == model.tokenizer.end_of_text:
            return
        token = session.trace.tokens[place]
        if token.id != token_id:
            drawn = session.drawn_ids()
            n_before = len(session.trace.before) + place
            kept = session.trace.text[: token.start] if drawn is None else drawn[:n_before]
            self.branches.keep()
            session.add_tokens(kept, (token_id,))
        self.go_to_the_end()

    def _on_branch(self, number: int) -> None:
        self._session.set_prompt(self.branches.get(number).text)
        self.editor.moveCursor(QTextCursor.MoveOperation.End)
        self.show_views()

    def _on_said(self, line: str) -> None:
        """Wrap it up, and let the model have its turn."""
        self._session.set_prompt(chat.asked(self._session.prompt, line))
        self._answering.begin()

    def _on_generating(self, is_on: bool) -> None:
        """What the model wrote is kept."""
        self.editor.end_stream()
        text, began = self._session.prompt, self._began
        self._began = len(text) if is_on else None
        if began is not None and len(text) > began:
            self.branches.keep(began, len(chat.answered(text, began)))

    # --- facts

    def _on_prompt(self, text: str) -> None:
        """Told at once, even while nobody looks: no text is forgotten."""
        self.branches.follow(text)

    def _on_busy(self, is_busy: bool) -> None:
        if not is_busy:
            self.editor.set_waiting(False)

    def show_prompt(self) -> None:
        """The session's text."""
        is_writing = self._session.is_generating()
        self.editor.set_text(self._session.prompt, streamed=is_writing)
        has_model = self._session.language_model is not None
        self.editor.set_waiting(has_model and not is_writing)
        self.show_views()

    def show_views(self) -> None:
        """The talk and the branches, where they are seen."""
        if self.is_chat:
            turns = chat.turns(self._session.prompt)
            self._transcript.set_data([(turn.role, turn.words) for turn in turns])
        elif self._views.index == BRANCHING:
            now = self.branches.now
            self._branch_list.set_data(
                [
                    BranchRow(one.number, depth, one.at, one.text, one.number == now)
                    for one, depth in self.branches.tree()
                ]
            )

    def show_answer(self) -> None:
        """The word in grey, the tints, and what is old."""
        session = self._session
        trace, model, prediction = session.trace, session.language_model, session.prediction
        writing = session.is_generating()
        if self._is_answered() or not session.is_busy():
            self.editor.set_waiting(False)
        self._transcript.set_state(is_ready=model is not None, is_writing=writing)
        n_unseen = trace.tokens[0].start if trace is not None and trace.before else 0
        self.editor.set_unseen(n_unseen)
        self._word = ()
        if trace is None or model is None or prediction is None:
            self._study.forget()
        elif self._views.index == TEXT:
            self._study.look_at(model, trace)
        likeliest = None if prediction is None or trace is None else prediction.candidates[0]
        if writing or likeliest is None or likeliest.ends or self._is_space_last():
            self.editor.set_ghost("")
        else:
            self._word = (likeliest.id,)
            self.editor.set_ghost(likeliest.label)
            if model is not None and trace is not None and self._views.index == TEXT:
                self._study.look_for_word(model, trace)
        self.show_caption()

    def _on_word(self, ids: tuple[int, ...]) -> None:
        """The whole word, where its first token stands in grey by now."""
        model = self._session.language_model
        if model is not None and ids[:1] == self._word and self._is_answered():
            self._word = ids
            self.editor.set_ghost("".join(map(model.tokenizer.label, ids)))

    def _show_marks(self) -> None:
        found, model = self._study.surprise, self._session.language_model
        if found is None or model is None:
            self.editor.set_marks(())
            return
        at = places(found.trace.text, self.editor.text())
        if at is not None and found.trace is self._session.trace:
            self.editor.set_marks(marks(found, model, at))
            self.editor.set_place(self.place)

    def set_place(self, place: int | None) -> None:
        """Ring the token that is looked at."""
        self.place = place
        self.editor.set_place(place)

    def _on_cursor(self) -> None:
        """With the arrow keys one goes from token to token."""
        if self.place is not None:
            place = self.editor.token_at_cursor()
            if place != self.place:
                self.place_wanted.emit(place)
        self.show_caption()

    def _on_view(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self.view_chosen.emit()
        self.show_views()
        self.show_answer()
        if index == CHATTING:
            self._transcript.focus()

    def _figure(self) -> Figure:
        """What can be copied and saved: the view, and of the text each token's surprise."""
        shown = self._pages.currentWidget() or self._pages
        return Figure("text", shown, lambda: surprise_table(self._session, self._study.surprise))

    # --- what there is to know about the text

    def say(self, remark: str) -> None:
        """Something that is more urgent than the usual, until the text changes."""
        self._remark = remark
        self.show_caption()

    def show_caption(self) -> None:
        """A remark, or the usual."""
        writing = self._session.is_generating()
        has_space = not writing and self._is_space_last()
        self._remove.setVisible(has_space)
        self.card.set_caption(self._remark or self._usual_caption(writing, has_space))

    def _usual_caption(self, writing: bool, has_space: bool) -> str:
        trace, text = self._session.trace, self._session.prompt
        if writing:
            return SLID if trace is not None and trace.before else WRITING
        if self._views.index != TEXT:
            return CHAT if self.is_chat else BRANCHES
        if not text or self._session.model is None:
            return START
        if not self.editor.is_at_end():
            return ELSEWHERE
        if has_space:
            return SPACE_AT_END
        if trace is not None and trace.before:
            return OLDER
        prediction = self._session.prediction
        if prediction is not None and self._is_answered() and prediction.candidates[0].ends:
            return ENDS
        return REFUSED if self.editor.is_refused else TYPING

    def _is_answered(self) -> bool:
        """Whether the prediction is the one for the text as it is now."""
        trace = self._session.trace
        return trace is not None and trace.text == self._session.prompt

    def _is_space_last(self) -> bool:
        """Whether the text ends with a space that the model's next word would bring itself."""
        plane = self._session.plane
        return (
            self._session.prompt.endswith(" ")
            and plane is not None
            and any(label.startswith(SPACE) and len(label) > 1 for label in plane.labels)
        )


def places(typed: str, shown: str) -> Callable[[int], int] | None:
    """From a character of a text to Qt's place in the same text as an editor shows it.

    Args:
        typed: The text, any line ends.
        shown: The same with one kind of line end and no byte order marks.

    Returns:
        None if it is not the same.
    """
    if typed == shown and typed.isascii():
        return lambda index: index
    ends = [0]
    for index, character in enumerate(typed):
        is_lost = character == "\ufeff" or (character == "\n" and typed[index - 1 : index] == "\r")
        ends.append(ends[-1] + (0 if is_lost else 2 if ord(character) > 0xFFFF else 1))
    is_same = ends[-1] == len(shown.encode("utf-16-le", "surrogatepass")) // 2
    return ends.__getitem__ if is_same else None
