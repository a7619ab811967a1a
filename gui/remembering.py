"""What the window is to look like next time."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from core.config import SamplingConfig
from gui import placement
from gui.first_head import open_telling_head
from gui.settings import Settings, with_recent

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class Memory(QObject):
    """Restores a window and follows what is done in it.

    Signals:
        changed: `settings()` may be others than before.

    Args:
        window: Its parts are there, and wired.
        settings: How it looked last time.

    Attributes:
        recent: Folders of models that were opened, the last one first.
        model_folder: Of the model in use; "" for the bundled one.
    """

    changed = Signal()

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self.recent, self.model_folder = settings.recent, settings.model
        self._place = settings.window
        self._restore(settings)
        session = window.session
        for fact in (
            session.prompt_changed,
            session.second_prompt_changed,
            window.prompt_bar.comparing_changed,
            session.sampling_changed,
            session.seed_changed,
            session.selection_changed,
            session.model_changed,
            window.tabs.currentChanged,
            window.story.step_changed,
            window.appearance.changed,
            window.appearance.text_size_changed,
            window.pixels_tab.challenges.solved_changed,
            window.history.changed,
        ):
            fact.connect(self.changed)

    def note_model(self, folder: str) -> None:
        """Another model is in use: that of a folder, or the bundled one for ""."""
        self.model_folder = folder
        if folder:
            self.recent = with_recent(self.recent, folder)

    def forget_what_is_gone(self) -> bool:
        """Keep no folder that was moved or deleted; returns whether there was one."""
        left = tuple(folder for folder in self.recent if Path(folder).is_dir())
        is_less, self.recent = left != self.recent, left
        if is_less:
            self.changed.emit()
        return is_less

    def _restore(self, settings: Settings) -> None:
        window, session = self._window, self._window.session
        window.story.show_step(settings.story_step)
        window.story.setVisible(settings.story_open)
        window.show_tab(settings.tab)
        window.history.restore(settings.prompts, settings.prompt)
        session.set_prompt(settings.prompt)
        window.prompt_bar.set_second(settings.second_prompt)
        window.prompt_bar.set_comparing(settings.comparing)
        session.set_second_prompt(settings.second_prompt if settings.comparing else "")
        session.set_sampling(
            SamplingConfig(
                **{part.name: getattr(settings, part.name) for part in fields(SamplingConfig)}
            )
        )
        session.set_seed(settings.seed)
        if settings.head is None:
            open_telling_head(session)
        else:
            session.select_head(*settings.head)
        window.pixels_tab.challenges.remember(settings.solved)
        place = placement.placed(settings.window)
        if place is None:
            window.resize(placement.first_size())
        else:
            window.setGeometry(place)
        if settings.maximized:
            window.setWindowState(Qt.WindowState.WindowMaximized)

    def settings(self) -> Settings:
        """What is to be remembered."""
        window, session = self._window, self._window.session
        fills = window.isMaximized() or window.isFullScreen()
        rect = window.normalGeometry() if fills else window.geometry()
        if not rect.isEmpty():  # it is if the window has been maximized all the time
            self._place = (rect.x(), rect.y(), rect.width(), rect.height())
        return Settings(
            theme=window.appearance.choice,
            tab=window.tab_name,
            prompt=session.prompt,
            prompts=window.history.texts,
            second_prompt=window.prompt_bar.second_text(),
            comparing=window.prompt_bar.is_comparing,
            story_open=not window.story.isHidden(),
            story_step=window.story.index,
            reduce_motion=window.is_motion_reduced(),
            window=self._place,
            maximized=window.isMaximized(),
            recent=self.recent,
            **asdict(window.player.users_sampling),
            seed=session.seed,
            text_size=window.appearance.text_size,
            head=(session.selection.layer, session.selection.head),
            solved=window.pixels_tab.challenges.solved,
            model=self.model_folder,
        )
