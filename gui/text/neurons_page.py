"""The neurons that fire at a token: how one adds up, what it speaks for, what makes it fire."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.shared_words import BROKEN
from gui.text import neuron_explanations, neuron_words
from gui.text.comparing import DIFFERENCE, ONE, ComparingTab, by_text, positions
from gui.text.explanations import difference
from gui.text.neuron_examples_view import NeuronExamplesView
from gui.text.neuron_study import ACTIVE, WORDS, study
from gui.text.second_views import Pair
from gui.widgets.boxes import sentence, stacked, titled
from gui.widgets.card import Card
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.neuron_picture import PURPOSE as NET_PURPOSE
from gui.widgets.neuron_picture import NeuronPicture
from gui.widgets.switch import Switch
from gui.widgets.token_stepper import TokenStepper
from gui.widgets.value_list import ValueList

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.language_model import LanguageModel
    from core.neurons import Vocabulary
    from core.trace import Trace
    from gui.session import Session
    from gui.text.neuron_study import NeuronStudy, Place
    from gui.widgets.neuron_net import Spot

KIND = "neurons"
TITLE = "Neurons"
CAPTION = (
    "After looking around, a token's numbers go through a feed-forward net. At the left, the "
    "neurons that fire most at this token, and the word that each speaks for."
)
HINT = "Type a sentence above to see which neurons fire."
VIEWS = {
    "How it adds up": "What comes into the neuron and what goes out, in numbers",
    "Its words": "The words that it makes likelier, and those that it makes less likely",
    "Its examples": "Where it fires most, in many texts",
}
NET, VOCABULARY, EXAMPLES = range(3)
ALL = "all layers"
LISTED = (  # above the list, of both texts and of the difference
    "The highest in either text: its value in the first, then in the second.",
    "Those that differ most: the second text's value less the first's.",
)
# Device-independent pixels: a lower page has no room for the caption, for all the words.
LOW, LOW_FOR_WORDS = 460, 540


class NeuronsPage(ComparingTab):
    """A list of neurons, and one of them from three sides; in one text or in two.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        list: The neurons that fire most.
        picture: One of them in its net.
        second: The same in the second text.
        up: The words that it pushes up.
        down: And down.
        examples: Where it fires most.
    """

    TITLE = "Neurons"
    PURPOSE = "Which neurons fire, what each speaks for, and what makes it fire"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("neuronsPage")
        self._model: LanguageModel | None = None
        self._chosen: Place | None = None  # by hand; else the one that fires most
        self._words: dict[Place, Vocabulary] = {}  # of this model
        self._study: NeuronStudy | None = None
        self.list = ValueList("neuronList", "Neurons that fire most", ACTIVE, HINT, plus=False)
        self.picture = NeuronPicture()
        self.second = NeuronPicture("secondNeuronPicture", f"{NET_PURPOSE}, in the second text")
        self.up = ValueList("pushedUp", "Words that it makes likelier", WORDS, HINT)
        self.down = ValueList("pushedDown", "Words that it makes less likely", WORDS, HINT)
        self.stepper = TokenStepper("neuronToken", "")
        self.examples = NeuronExamplesView(session, sentence("neuronSearched", caption=True))
        self._lay_out()
        self._connect()
        self.follow(session.model_changed, self._on_model)
        self.follow(session.trace_changed, self._ask)
        self.follow(session.second_changed, self._ask)
        self.follow(session.selection_changed, self._ask)
        self.follow(self.examples.search.stepped, self.examples.refresh)

    # --- layout

    def _lay_out(self) -> None:
        self.layer = ChoiceBox("neuronLayer", "Layers whose neurons are listed")
        self.switch = Switch("neuronViews", VIEWS)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.BETWEEN)
        self._listed = sentence("neuronListed", caption=True)
        row.addWidget(stacked(self.list, above=self._listed), 8)
        row.addWidget(self._detail(), 17)
        self.card = Card(TITLE, CAPTION, body)
        self.card.add_to_header(self.layer)
        self.card.add_to_header(self.stepper)
        save = offer(self._session, self.card, "saveNeuronsButton", self._figure)
        for figure in (self.picture, self.second, self.up, self.down, self.examples.list):
            save.attach(figure)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.card)

    def _detail(self) -> QWidget:
        """One neuron, from three sides."""
        self._heading = sentence("neuronHeading")
        theme.set_font(self._heading, bold=True)
        self._views = QStackedWidget()
        self._sum, self._sister = sentence("neuronNetSum"), sentence("neuronSister", caption=True)
        self._pushing = sentence("neuronPushing", caption=True)
        self.pair = Pair(self._session, self.picture, self.second, "shownNets")
        net = stacked(self.pair, self._sum, self._sister)
        self._pushes = QWidget()
        row = QHBoxLayout(self._pushes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.BETWEEN)
        for title, figure in (("makes likelier", self.up), ("makes less likely", self.down)):
            row.addWidget(titled(title, figure))
        self._fit_pushes()
        theme.sizes.changed.connect(self._fit_pushes)
        words = stacked(self._pushes, self._pushing)
        for view in (net, words, self.examples):
            self._views.addWidget(view)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._heading)
        column.addWidget(self.switch)
        column.addWidget(self._views, 1)
        return holder

    def _fit_pushes(self) -> None:
        self._pushes.setMaximumHeight(self.up.maximumHeight() + theme.px(28))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the words come second."""
        super().resizeEvent(event)
        self.card.set_cramped(self.height() < theme.px(LOW))
        self._sister.setVisible(self.height() >= theme.px(LOW_FOR_WORDS))

    def _connect(self) -> None:
        self.list.row_chosen.connect(self.choose)
        self.list.number_asked.connect(partial(self._explain_activation, 0))
        self.list.other_asked.connect(partial(self._explain_activation, 1))
        for side, picture in enumerate((self.picture, self.second)):
            picture.neuron_chosen.connect(self._on_neighbour)
            picture.number_asked.connect(partial(self._explain_part, side))
        for figure in (self.up, self.down):
            figure.number_asked.connect(
                lambda token, at, figure=figure: self._explain_push(figure, token, at)
            )
        self.examples.text_chosen.connect(self._on_text)
        self.stepper.token_wanted.connect(self._session.select_token)
        self.layer.currentIndexChanged.connect(lambda _index: self._ask())
        self.switch.chosen.connect(self._on_view)

    # --- facts

    def _on_model(self) -> None:
        """Other neurons."""
        model = self._session.language_model
        if model is self._model:
            return
        self._model, self._chosen, self._words, self._study = model, None, {}, None
        self.examples.set_model(model)
        with QSignalBlocker(self.layer):
            self.layer.clear()
            n_layers = 0 if model is None else model.config.n_layers
            self.layer.addItems([ALL, *(f"layer {n + 1}" for n in range(n_layers))])
        self._on_view(self.switch.index)

    def choose(self, place: Place) -> None:
        """Look at another neuron."""
        self._chosen = place
        self._ask()

    def _on_neighbour(self, index: int) -> None:
        if self._study is not None:
            self.choose((self._study.chosen[0], index))

    def _ask(self) -> None:
        """Have it worked out anew."""
        self._on_model()  # of a page that was hidden, the text may be told first
        model, trace = self._session.language_model, self._session.trace
        if model is None or trace is None:
            self._session.studies.cancel(KIND)
            self._study = None
            self._clear("" if self._session.prompt else HINT)
            self.stepper.set_data((), 0)
            return
        shown = self._texts(trace)
        self.stepper.set_data([token.label for token in trace.tokens], shown[0][1])
        layer = self.layer.currentIndex() - 1
        layers = None if layer < 0 else [layer]
        chosen, known, apart = self._chosen, dict(self._words), self.compared == DIFFERENCE
        self._session.studies.submit(
            KIND,
            lambda _job: study(model, shown, layers, chosen, known, apart=apart),
            lambda made: self._on_study(made, apart=apart),
            self._session.report_error,
        )

    def _texts(self, first: Trace) -> list[tuple[Trace, int]]:
        """What is looked at: one text or two, and which token of each."""
        second = self._session.second
        at, other = positions(first, second, self._session.selection.focus)
        if self.compared == ONE or second is None or other is None:
            return [(first, at)]
        return [(first, at), (second, other)]

    @property
    def shown(self) -> Trace | None:
        """See `ComparingTab`."""
        return None if self._study is None else self._study.trace

    def show_compared(self) -> None:
        """Another text is looked at, or another one too."""
        self._ask()

    def _on_study(self, made: NeuronStudy, *, apart: bool) -> None:
        self._study = made
        self._words.update(made.words)
        model, second = self._model, made.second
        if model is None:
            return
        self.pair.set_wanted(second is not None)
        try:
            self.picture.set_data(made.net)
            if second is not None:
                self.second.set_data(second.net)
        except ValueError:
            self._clear(BROKEN)
            return
        apart = apart and second is not None
        self._listed.setText(LISTED[apart])
        self._listed.setVisible(second is not None)
        self.list.set_data(neuron_words.active_rows(model, made, apart=apart), made.chosen)
        self._fill_words()
        self._heading.setText(neuron_words.heading(made))
        self._sum.setText(neuron_words.sums(made))
        self._sister.setText(neuron_words.about_net(made))
        self.examples.set_place(made.chosen)

    def _fill_words(self) -> None:
        """What the neuron speaks for, where that can be seen."""
        model, made = self._model, self._study
        if model is None or made is None or self.switch.index != VOCABULARY:
            return
        up, down = neuron_words.push_rows(model, made)
        self.up.set_data(up)
        self.down.set_data(down)
        self._pushing.setText(neuron_words.about_pushes(made))

    def _clear(self, hint: str) -> None:
        for figure in (
            *(self.list, self.picture, self.second),
            *(self.up, self.down, self.examples.list),
        ):
            figure.clear(hint)
        for label in (self._heading, self._sum, self._sister, self._pushing):
            label.setText("")
        self._listed.hide()

    def _on_view(self, index: int) -> None:
        self._views.setCurrentIndex(index)
        if index == EXAMPLES:
            self.examples.begin()
        self._fill_words()

    def _on_text(self, text: str) -> None:
        """Of an example: it becomes the prompt, at whose end this neuron fires."""
        if self._study is not None:
            self._chosen = self._study.chosen
            self._session.select_token(None)
            self._session.set_prompt(text)

    # --- numbers that were asked for

    def _of(self, side: int) -> NeuronStudy | None:
        """What is shown of the first text, or of the second."""
        made = self._study
        return made if made is None or side == 0 else made.second

    def _explain_activation(self, side: int, place: Place, at: QPoint) -> None:
        model, first, second = self._model, self._of(0), self._of(1)
        if model is None or first is None:
            return
        both = [
            neuron_explanations.activation(model, made.trace, made.position, place)
            for made in (first, second)
            if made is not None
        ]
        is_apart = len(both) > 1 and self.list.rows[0].other is None
        explain(self.list, difference(*both) if is_apart else both[side], at)

    def _explain_part(self, side: int, spot: Spot, at: QPoint) -> None:
        made, picture = self._of(side), (self.picture, self.second)[side]
        if self._model is not None and made is not None:
            explain(picture, neuron_explanations.part_of_net(self._model, made, spot), at)

    def _explain_push(self, figure: ValueList, token: int, at: QPoint) -> None:
        if self._model is not None and self._study is not None:
            explain(figure, neuron_explanations.push(self._model, self._study.chosen, token), at)

    def _figure(self) -> Figure:
        model, made = self._model, self._study
        if self.switch.index == EXAMPLES:
            return self.examples.figure()
        if self.switch.index == VOCABULARY:
            table = partial(neuron_words.words_table, model, made)
            return Figure("words of a neuron", self._pushes, table)
        both = [made, *([] if self._of(1) is None else [self._of(1)])]
        return Figure(
            "neuron",
            self.pair if self.pair.is_comparing else self.picture,
            lambda: by_text([neuron_words.net_table(each) for each in both]),
        )
