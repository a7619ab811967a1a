"""A button that copies and saves what makes the same words come again, and opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from core.change_words import grouped
from core.errors import UserError
from core.files import read_limited, write_whole
from core.growing_text import GrowingText
from gui import file_dialog
from gui.autocomplete.share import MOST_BYTES, State, fingerprint, from_bytes, to_line
from gui.widgets.menu_button import MenuButton

if TYPE_CHECKING:
    from pathlib import Path

    from core.language_model import LanguageModel
    from gui.session import Session

CLIPBOARD = "The clipboard"
COPIED = "Copied: paste it in any Glassbox with this model, and the same words come."
WITHOUT_CHANGES = " Your changes to the model are not in it; that they were made is noted."
TEXT_COPIED = "The text is copied."
RESTORED = "The text, the dice and the seed are as they were shared."
ALTERED = " But the model was altered then, by {}, which a shared state does not hold."
OTHER_MODEL = (
    "It was shared with the model \N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}, "
    "which is not the one in use: open that one, or other words will come."
)
NO_MODEL = "No model is open: choose one first, it is part of what is shared."
NAME, JSON = "shareDialog", ("Shared text", "json")


class ShareButton(MenuButton):
    """Its menu copies, saves, pastes and opens.

    Args:
        session: Where the state is, and where it goes.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._known: tuple[LanguageModel, str] | None = None
        self.setObjectName("shareButton")
        self.setAccessibleName("Share")
        self.setToolTip("Copy or save the text with its model, dice and seed; and bring it back")
        self.setText("Share")
        menu = self.menu()
        menu.addAction("Copy &all as one line", self.copy)
        menu.addAction("&Paste such a line", self.paste)
        menu.addAction("&Save all as a file…", self.ask_save)
        menu.addAction("&Open such a file…", self.ask_open)
        menu.addSeparator()
        menu.addAction("Copy the &text", self.copy_text)
        menu.addAction("Save the te&xt…", self.ask_save_text)

    def line(self) -> str:
        """What is shared.

        Raises:
            UserError: There is no model.
        """
        session, model = self._session, self._session.language_model
        if model is None:
            raise UserError(NO_MODEL)
        return to_line(
            State(
                session.prompt,
                model.info.name,
                self._fingerprint(model),
                session.sampling,
                session.seed,
                len(grouped(session.changes)),
                session.drawn_ids(),
                session.n_thrown,
            )
        )

    def _fingerprint(self, model: LanguageModel) -> str:
        if self._known is None or self._known[0] is not model:
            self._known = model, fingerprint(model)
        return self._known[1]

    # --- what the menu does

    def copy(self) -> None:
        """Put it on the clipboard."""
        try:
            QGuiApplication.clipboard().setText(self.line())
        except UserError as error:
            self._session.report_error(error)
        else:
            self._session.noticed.emit(COPIED + self._warning())

    def _warning(self) -> str:
        return WITHOUT_CHANGES if self._session.changes else ""

    def paste(self) -> None:
        """Bring back what is on the clipboard."""
        self._restore(QGuiApplication.clipboard().text().encode("utf-8", "replace"), CLIPBOARD)

    def copy_text(self) -> None:
        """The text alone."""
        QGuiApplication.clipboard().setText(self._session.prompt)
        self._session.noticed.emit(TEXT_COPIED)

    def ask_save(self) -> None:
        """Let the user choose a file for it."""
        file_dialog.ask_save(self.window(), NAME, "Save", JSON, "glassbox.json", self.save)

    def ask_open(self) -> None:
        """Let the user choose such a file."""
        file_dialog.ask_open(self.window(), NAME, "Open", JSON, self.open_file)

    def ask_save_text(self) -> None:
        """Let the user choose a file for the text alone."""
        file_dialog.ask_save(
            self.window(), NAME, "Save", ("Text", "txt"), "text.txt", self.save_text
        )

    def save(self, path: Path) -> None:
        """Write the line to a file."""
        try:
            self._write(path, self.line() + "\n", self._warning())
        except UserError as error:
            self._session.report_error(error)

    def save_text(self, path: Path) -> None:
        """Write the text to a file."""
        try:
            self._write(path, self._session.prompt)
        except UserError as error:
            self._session.report_error(error)

    def _write(self, path: Path, text: str, warning: str = "") -> None:
        write_whole(path, text.encode("utf-8", "replace"))
        self._session.noticed.emit(f"Saved as {path.name}.{warning}")

    def open_file(self, path: Path) -> None:
        """Bring back what a file holds."""
        try:
            data = read_limited(path, MOST_BYTES)
        except UserError as error:
            self._session.report_error(error)
        else:
            self._restore(data, f"The file {path.name}")

    def _restore(self, data: bytes, source: str) -> None:
        session, model = self._session, self._session.language_model
        try:
            state = from_bytes(data, source)
        except UserError as error:
            session.report_error(error)
            return
        session.set_sampling(state.sampling)
        session.set_seed(state.seed)
        is_same = model is not None and self._fingerprint(model) == state.fingerprint
        session.set_prompt(state.text, _tokens(model, state) if model and is_same else None)
        if is_same:
            session.remember_thrown(state.thrown)
        said = RESTORED if is_same else OTHER_MODEL.format(state.model[:60])
        n = state.changes
        altered = ALTERED.format("one change" if n == 1 else f"{n:,} changes") if n > 0 else ""
        session.noticed.emit(said + altered)


def _tokens(model: LanguageModel, state: State) -> tuple[int, ...] | None:
    """The text's tokens, if the state tells of any that make up this text."""
    ids = state.tokens
    if ids is None or not all(0 <= each < model.config.vocab_size for each in ids):
        return None
    return ids if GrowingText(model.tokenizer, ids).text == state.text else None
