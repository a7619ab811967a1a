"""The frame round everything: tabs, prompt bar, story, status. It wires and decides nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from core.paths import SMALL_WORLD_MODEL
from gui import theme
from gui.appearance import Appearance, reduce_motion
from gui.file_dialog import ask_folder
from gui.icon import window_icon
from gui.menus import fill_menu_bar
from gui.prompt_history import PromptHistory
from gui.remembering import Memory
from gui.session import Session
from gui.status_explanations import answer_questions
from gui.story.panel import StoryPanel
from gui.story.player import Player
from gui.story.steps import examples, steps
from gui.tabs.autocomplete import AutocompleteTab
from gui.tabs.pixels import PixelsTab
from gui.tabs.text import TextTab
from gui.text.changes_view import altered, open_changes
from gui.undoing import Undoing
from gui.widgets.banded_tabs import BandedTabs
from gui.widgets.banner import Banner
from gui.widgets.comparing_bar import ComparingBar
from gui.widgets.model_button import ModelButton
from gui.widgets.status_line import StatusLine, short_count
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from core.trace import ModelInfo, Trace
    from gui.failures import Failure
    from gui.settings import Settings


class TabInfo(NamedTuple):
    """What the window knows about a tab.

    Attributes:
        name: On the command line, in the settings and in the story.
        title: For people.
        banded: Whether the prompt bar is above it; Autocomplete's own editor is the same prompt.
    """

    name: str
    title: str
    banded: bool


TABS = (
    TabInfo("pixels", "Pixels", banded=False),
    TabInfo("text", "Text", banded=True),
    TabInfo("autocomplete", "Autocomplete", banded=False),
)
CHOOSE_ANOTHER = "Choose another folder…"


class MainWindow(QMainWindow):
    """The window.

    Signals:
        painted: it can be seen for the first time; slow things may begin.
        closing: it is about to close; `settings()` is still true.
        closed: nothing runs any more.
        remembered_changed: `settings()` may be others than before.

    Args:
        settings: How it looked last time.
    """

    painted = Signal()
    closing = Signal()
    closed = Signal()
    remembered_changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle("Glassbox")
        self.setObjectName("mainWindow")
        self.setWindowIcon(window_icon())
        self._was_painted = False
        self.session = Session(self)
        self.appearance = Appearance(self)
        self.appearance.choose_text_size(settings.text_size)
        self.appearance.choose(settings.theme)
        reduce_motion(settings.reduce_motion)

        self.prompt_bar = ComparingBar()
        self.history = PromptHistory(self)
        self.tabs = BandedTabs(self.prompt_bar)
        self.model_button = ModelButton()
        self.banner = Banner(self)
        self.story = StoryPanel(steps())
        self.status = StatusLine()
        self._lay_out()
        self.player = Player(self.session, self.pixels_tab.pixels, self)
        self._wire_session()
        self._wire_frame()
        self.memory = Memory(self, settings)
        self.memory.changed.connect(self.remembered_changed)
        self._show_recent()
        steps_drawn = self.pixels_tab.pixels.undo_stack
        places = self.tabs, self.pixels_tab, steps_drawn, self.autocomplete_tab
        self.undoing = Undoing(*places, self.session, self.prompt_bar.editor)
        self.undoing.outdated.connect(self.banner.retract)
        fill_menu_bar(self)

    # --- making it

    def _lay_out(self) -> None:
        self.tabs.setObjectName("tabs")
        self.tabs.setAccessibleName("Tabs")
        self.tabs.setCornerWidget(self.model_button)
        self.pixels_tab = PixelsTab(self.session)
        self.autocomplete_tab = autocomplete = AutocompleteTab(self.session)
        text = TextTab(self.session)
        text.guesses_wanted.connect(lambda: self._show_guesses(autocomplete))
        pages = (self.pixels_tab, text, autocomplete)
        for number, (page, tab) in enumerate(zip(pages, TABS, strict=True), start=1):
            self.tabs.add_page(page, f"{number} {tab.title}", tab.banded)
        for place in (self.prompt_bar, autocomplete):
            place.set_examples(examples())
            self.history.changed.connect(lambda at=place: at.set_before(self.history.texts))
        body = QHBoxLayout()
        body.setSpacing(theme.INSIDE)
        body.addWidget(self.tabs, 1)
        body.addWidget(self.story)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(*(theme.INSIDE,) * 4)
        column.setSpacing(theme.INSIDE)
        column.addLayout(body, 1)
        self.setCentralWidget(central)
        self.setStatusBar(self.status)
        self._on_training(False)

    def _wire_session(self) -> None:
        session = self.session
        session.prompt_changed.connect(self.prompt_bar.set_text)
        session.prompt_changed.connect(self.history.note)
        session.model_changed.connect(self._on_model)
        session.loading_changed.connect(self._on_loading)
        session.trace_changed.connect(self._on_trace)
        session.changes_changed.connect(self._show_altered)
        session.trace_changed.connect(self._show_altered)
        session.answered.connect(self.status.set_answer)
        answer_questions(self.status, session)
        session.noticed.connect(self.banner.say)
        session.failed.connect(self._on_failed)
        self.prompt_bar.edited.connect(session.set_prompt)
        self.prompt_bar.second_edited.connect(session.set_second_prompt)
        session.second_prompt_changed.connect(self._on_second_prompt)

    def _wire_frame(self) -> None:
        self.prompt_bar.too_long.connect(
            lambda: self.banner.say("The prompt is full: what did not fit was left out.")
        )
        self.banner.acted.connect(self.ask_for_model)
        self.status.altered_clicked.connect(lambda: open_changes(self.session, self.status.altered))
        self.model_button.bundled_chosen.connect(self.open_bundled_model)
        self.model_button.folder_wanted.connect(self.ask_for_model)
        self.model_button.recent_chosen.connect(self.open_model)
        self.model_button.menu().aboutToShow.connect(self._forget_what_is_gone)
        self.story.tried.connect(self.player.play)
        self.story.left.connect(self.player.leave)
        self.story.over.connect(self.story.hide)
        self.story.over.connect(self.focus_prompt)
        self.player.tab_wanted.connect(self.show_tab)
        self.player.view_wanted.connect(self._show_view)
        self.player.view_left.connect(self._leave_view)
        self.player.choice_wanted.connect(self._choose)
        self.pixels_tab.pixels.training_changed.connect(self._on_training)
        self.closing.connect(self.pixels_tab.pixels.pause)

    def settings(self) -> Settings:
        """What is to be remembered."""
        return self.memory.settings()

    # --- commands

    def open_first_model(self, folder: Path | None) -> None:
        """Open what was asked for at the start, else the last one; if in vain the bundled one."""
        last = self.memory.model_folder
        if folder is None and last and Path(last).is_dir():
            folder = Path(last)
        if folder is None:
            self.open_bundled_model()
        else:
            self.session.open_model(folder.absolute(), otherwise=SMALL_WORLD_MODEL)

    def open_bundled_model(self) -> None:
        """Use the model that comes with the program."""
        self.session.open_model(SMALL_WORLD_MODEL)

    def open_model(self, folder: str) -> None:
        """Use the model in a folder."""
        self.session.open_model(Path(folder))

    def ask_for_model(self) -> None:
        """Let the user choose a model folder."""
        ask_folder(self, "modelDialog", "Open a model folder", self.session.open_model)

    @property
    def tab_name(self) -> str:
        """Of the tab that is open."""
        return TABS[self.tabs.currentIndex()].name

    def show_tab(self, name: str) -> None:
        """Open a tab by its name; an unknown name changes nothing."""
        for index, tab in enumerate(TABS):
            if tab.name == name:
                self.tabs.setCurrentIndex(index)

    def _show_view(self, tab: str, view: str) -> None:
        """Let a tab show one of its views."""
        page = self.tabs.widget([each.name for each in TABS].index(tab))
        if isinstance(page, TextTab | AutocompleteTab):
            page.show_view(view)

    def _choose(self, tab: str, name: str, choice: str) -> None:
        """Press a button of one of a tab's switches, if the switch is needed now."""
        page = self.tabs.widget([each.name for each in TABS].index(tab))
        switch = None if page is None else page.findChild(Switch, name)
        if switch is not None and not switch.isHidden():
            switch.choose(switch.names.index(choice))

    def _show_guesses(self, page: AutocompleteTab) -> None:
        """All of what the model would say next."""
        page.show_view(page.VIEWS[0])
        self.show_tab("autocomplete")

    def _leave_view(self, tab: str, view: str) -> None:
        """Let a tab show its usual view again, if it still shows this one."""
        page = self.tabs.widget([each.name for each in TABS].index(tab))
        if isinstance(page, TextTab | AutocompleteTab):
            page.leave_view(view)

    def go_to_prompt(self) -> None:
        """Put the cursor where the prompt is typed, if need be on another tab."""
        if not self.focus_prompt():
            self.show_tab("text")
            self.focus_prompt()

    def focus_prompt(self) -> bool:
        """Put the cursor where the prompt is typed on this tab, if it has such a place."""
        editor: QWidget | None = self.prompt_bar.editor
        if self.prompt_bar.isHidden():
            page = self.tabs.currentWidget()
            editor = page.editor if isinstance(page, AutocompleteTab) else None
        if editor is not None:
            editor.setFocus()
        return editor is not None

    def is_motion_reduced(self) -> bool:
        """Whether animations are off."""
        app = QApplication.instance()
        return app is not None and bool(app.property("reduceMotion"))

    # --- facts

    def _on_loading(self, name: str) -> None:
        if name:
            self.status.set_model(f"Loading {name}…")
        else:
            self._on_model(self.session.model)

    def _on_model(self, model: ModelInfo | None) -> None:
        if model is None:
            self.model_button.set_model("", "")
            self.status.set_model("No model")
        else:
            is_bundled = not model.folder or Path(model.folder) == SMALL_WORLD_MODEL
            self.memory.note_model("" if is_bundled else model.folder)
            self._show_recent()
            warning = "contains non-finite values" if model.non_finite else ""
            self.model_button.set_model(model.name, warning)
            self.status.set_model(f"{model.name}, {short_count(model.n_parameters)} parameters")
        self._on_trace(self.session.trace)

    def _show_recent(self) -> None:
        is_open = self.session.model is not None
        memory = self.memory
        self.model_button.set_recent(memory.recent, memory.model_folder if is_open else None)

    def _forget_what_is_gone(self) -> None:
        """Offer no folder that was moved or deleted."""
        if self.memory.forget_what_is_gone():
            self._show_recent()

    def _on_trace(self, trace: Trace | None) -> None:
        context = self.session.model.context if self.session.model else 0
        if trace is None:
            self.status.set_tokens(0, context)
        else:
            self.status.set_tokens(len(trace.tokens), context, len(trace.before))

    def _on_second_prompt(self, text: str) -> None:
        """Also what was set elsewhere stands in the field."""
        if text:
            self.prompt_bar.set_second(text)
            self.prompt_bar.set_comparing(True)
        elif self.prompt_bar.second_text():
            self.prompt_bar.set_comparing(False)

    def _show_altered(self) -> None:
        self.status.set_altered(altered(self.session))

    def _on_training(self, running: bool) -> None:
        self.status.set_training("training the net" if running else "not training")

    def _on_failed(self, failure: Failure) -> None:
        action = CHOOSE_ANOTHER if failure.of_folder else ""
        self.banner.say(failure.sentence, details=failure.details, action=action, error=True)

    # --- Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window can be seen."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def event(self, event: QEvent) -> bool:
        """Notice what of the window's place is remembered."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange):
            self.remembered_changed.emit()
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Vanish at once, then wait for what still runs."""
        self.closing.emit()
        self.hide()
        self.session.shutdown()
        super().closeEvent(event)
        self.closed.emit()
