"""What every widget must withstand, whatever it shows."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from core.shifts import shifts
from core.splits import merges_of
from core.tokenizer import WordMerges
from core.trace import Shifts
from gui import theme
from gui.widgets.analogy_answers import AnalogyAnswers, AnswerRow
from gui.widgets.analogy_examples import AnalogyExamples, ExampleRow
from gui.widgets.analogy_layout import Words
from gui.widgets.analogy_plane import AnalogyPlane
from gui.widgets.answer_counts import AnswerCounts, Count
from gui.widgets.answer_hues import HUES
from gui.widgets.attention_arcs import AttentionArcs
from gui.widgets.attention_grid import AttentionGrid
from gui.widgets.attention_map import AttentionMap
from gui.widgets.before_after import BeforeAfter
from gui.widgets.branch_list import BranchList, BranchRow
from gui.widgets.challenge_list import ChallengeList, ChallengeRow
from gui.widgets.changes_list import ChangeRow, ChangesList
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.cut_rows import CutRows
from gui.widgets.depth_curves import Curve, DepthCurves, Panel
from gui.widgets.dice_line import DiceLine
from gui.widgets.dice_scene import DiceScene
from gui.widgets.drawing_tools import DrawingTools
from gui.widgets.embedding_plane import EmbeddingPlaneView
from gui.widgets.example_list import ExampleList
from gui.widgets.example_list import ExampleRow as TextRow
from gui.widgets.examples_button import ExamplesButton
from gui.widgets.futures_scene import FutureNode, FuturesScene
from gui.widgets.futures_tree import FuturesTree
from gui.widgets.guess_columns import Column as GuessColumn
from gui.widgets.guess_columns import Guess, GuessColumns
from gui.widgets.head_map import HeadMap
from gui.widgets.head_model import Kind
from gui.widgets.head_table import HeadTable
from gui.widgets.ink_slider import InkSlider
from gui.widgets.journey_plane import JourneyPlane, Way
from gui.widgets.layer_lens import LayerLens
from gui.widgets.learning_curves import LearningCurves
from gui.widgets.lens_scene import LensScene, Track
from gui.widgets.merge_picture import MergePicture
from gui.widgets.merge_player import MergePlayer
from gui.widgets.microscope import MicroscopePage
from gui.widgets.microscope_scene import Scene
from gui.widgets.model_button import ModelButton
from gui.widgets.motion_diagram import MotionDiagram
from gui.widgets.neighbour_list import NearRow, NeighbourList
from gui.widgets.network_diagram import NetworkDiagram
from gui.widgets.neuron_net import NetScene
from gui.widgets.neuron_picture import NeuronPicture
from gui.widgets.neuron_sum import NeuronSum
from gui.widgets.number_matrix import NumberMatrix
from gui.widgets.number_shades import shades
from gui.widgets.order_picture import OrderPicture
from gui.widgets.origin_picture import OriginPicture
from gui.widgets.parts_grid import PartsGrid
from gui.widgets.patch_grid import PartPlace, PatchGrid
from gui.widgets.picture_closeup import PictureCloseup
from gui.widgets.picture_map import PictureMap
from gui.widgets.pixel_grid import PixelGrid
from gui.widgets.plane_colours import Colouring
from gui.widgets.plane_legend import PlaneLegend
from gui.widgets.prediction_columns import Column, PredictionColumns
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.prompt_bar import PromptBar
from gui.widgets.prompt_editor import PromptEditor
from gui.widgets.roll_counts import CountRow, RollCounts
from gui.widgets.sampling_controls import SamplingControls
from gui.widgets.sentence_editor import SentenceEditor
from gui.widgets.sentence_plane import SentencePlane
from gui.widgets.shaping_controls import ShapingControls
from gui.widgets.shaping_panels import ShapingPanels
from gui.widgets.shaping_scene import PanelHead, PanelRow, ShapingScene
from gui.widgets.share_bars import ShareBars
from gui.widgets.share_rows import ShareRow
from gui.widgets.similarity_matrix import SimilarityMatrix
from gui.widgets.softmax_rows import SoftmaxRows
from gui.widgets.softmax_shares import Shares
from gui.widgets.stream_lengths import StreamLengths
from gui.widgets.stream_picture import StreamPicture
from gui.widgets.sum_strips import SumStrips
from gui.widgets.surprise_curves import SurpriseCurves
from gui.widgets.swap_list import SwapList, SwapRow
from gui.widgets.switch import Switch
from gui.widgets.symbol_bars import SymbolBars
from gui.widgets.symbol_editor import SymbolEditor
from gui.widgets.token_stepper import TokenStepper
from gui.widgets.token_strip import TokenStrip
from gui.widgets.training_options import TrainingOptions
from gui.widgets.training_panel import TrainingPanel
from gui.widgets.transcript import Transcript
from gui.widgets.value_list import ValueList, ValueRow
from gui.widgets.vector_strip import VectorStrip
from gui.widgets.vocabulary_map import Layout, VocabularyMap
from gui.widgets.vocabulary_model import Entries
from gui.widgets.vocabulary_slider import VocabularySlider
from gui.widgets.vocabulary_table import VocabularyTable
from gui.widgets.word_field import WordField
from tests.gui.traces import WORDS, random_plane, random_prediction, random_trace, tokens_of


def some_merges(text="They walked"):
    """Of the bytes of a text, of which each word's first two were learnt to be joined."""
    words: list[WordMerges] = []
    for word in re.findall(" ?[^ ]+", text):
        raw = word.encode()
        words.append(WordMerges(raw, tuple(range(len(raw) + 1)), ((len(words), 1),)))
    return merges_of(words)


def guessed(others):
    guesses = (Guess(5, "\u2423cat", 0.5), Guess(0, "<|endoftext|>", 0.25, ends=True))
    guesses += (Guess(None, "398 others", others),)
    notes = "after \u2423the", "never seen: backs off to \u2423the", "In full."
    return [
        GuessColumn(name, *notes, guesses, is_warning=True) for name in ("Bigram", "Transformer")
    ]


def small_scene(names=("x", "o")):
    return Scene(
        step=6,
        n_steps=12,
        title="Which lines are to blame?",
        sentence="Delta times value.",
        names=names,
        spoken=names,
        symbols=np.ones((len(names), 9)),
        target=0,
        layers=[np.linspace(-1, 1, n) for n in (9, 3, 2)],
        n_known=3,
        has_deltas=(False, False, True),
        lines=[np.zeros((9, 3)), np.full((3, 2), 0.5)],
        is_backward=True,
        focus=None,
        table=("a 1 2", "b 3 4"),
    )


MATRIX = (np.eye(5, 7, dtype=np.float32), shades(np.eye(5, 7, dtype=np.float32), 1.0))


def four_words(n_labels=4):
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.2, 0.9], [1.1, 0.7]])
    labels = ("␣dog", "␣puppy", "␣cat", "␣kitten")[:n_labels]
    return Words((1, 2, 3, 4), labels, points, np.array([1.2, 0.9]), 3, ("All is here.",))


def small_net(n_inputs=3):
    return NetScene(
        layer=0,
        sizes=(9, 8, 7),
        inputs=(0, 1, 2)[:n_inputs],
        values=np.linspace(-1, 1, 3),
        hidden=(4, 5),
        chosen=1,
        activations=np.array([0.2, 0.9]),
        weights_in=np.linspace(-1, 1, 6).reshape(3, 2),
        rest=0.25,
        bias=-0.5,
        total=1.0,
        outputs=(3,),
        weights_out=np.ones((2, 1)),
        whole=np.ones(1),
    )


def small_lens(n_tokens=3):
    ids = np.arange(6).reshape(2, 3)
    return LensScene(
        depths=("embedding", "layer 1"),
        tokens=WORDS[:n_tokens],
        ids=ids,
        probabilities=np.linspace(0, 1, 6).reshape(2, 3),
        label="␣w{}".format,
        answers=ids[-1],
        others=ids == 4,
        tip="{} {}".format,
    )


def three_shares():
    powers = np.array([1.0, 3.0, 0.0])
    scores = np.array([0.0, np.log(3.0), -np.inf])
    return Shares(list("abc"), 1, 0, np.ones(3), scores, powers, 4.0, powers / 4)


def small_shaping(shares=(0.7, 0.8, 0.8, 0.8, 1.0)):
    heads = tuple(
        PanelHead(f"{n} A step", f"{n}", "all 3", "all 3", n == 1, n in (2, 3)) for n in range(5)
    )
    rest = (0.3, 0.2, 0.2, 0.0, 0.0)
    rows = (
        PanelRow("␣bank", 7, 1, shares, (1, 1, 1, 1, 1)),
        PanelRow("2nd to 3rd", None, 2, rest, (2, 2, 1, 0, 0)),
    )
    return ShapingScene(heads, rows)


def small_dice(ends=(0.25, 0.25, 0.75, 1.0)):
    return DiceScene(np.array(ends), "␣w{}".format)


def small_futures(path=0.2):
    nodes = (
        FutureNode("␣bank", None, 1, 0.5, 0.5, False),
        FutureNode("(end of text)", None, 1, 0.3, 0.3, True),
        FutureNode("␣of", 0, 2, 0.4, path, False),
    )
    return FuturesScene(nodes, frozenset({0, 2}), (frozenset({0, 2}), frozenset({1})), 2)


# One entry a widget: name -> (make, fill, wrong).
#   make() constructs it; fill(widget) gives it ordinary data; wrong(widget) gives data of a wrong
#   shape and must raise ValueError (None where no array goes in).
CASES: dict[str, tuple] = {
    "token_strip": (TokenStrip, lambda widget: widget.set_data(tokens_of(WORDS)), None),
    "embedding_plane": (
        EmbeddingPlaneView,
        lambda widget: widget.set_data(random_plane()),
        lambda widget: widget.set_data(replace(random_plane(), points=np.zeros((400, 3)))),
    ),
    "vocabulary_map": (
        VocabularyMap,
        lambda widget: (
            widget.set_layout(Layout(random_plane(), ("A note.",), across=(300, 301), up=(1, 2))),
            widget.set_colouring(
                Colouring(np.arange(400, dtype=np.int16) % 3, names=("a", "b", "c"))
            ),
            widget.pick(305),
            widget.set_marked((3, 4)),
        ),
        lambda widget: widget.set_layout(
            Layout(replace(random_plane(), points=np.zeros((400, 3))), ("A note.",))
        ),
    ),
    "plane_legend": (
        lambda: framed(PlaneLegend()),
        lambda widget: widget.findChild(PlaneLegend).set_data(
            Colouring(np.arange(4, dtype=np.int16), names=("animal", "food", "colour", "name"))
        ),
        None,
    ),
    "neighbour_list": (
        NeighbourList,
        lambda widget: widget.set_data([NearRow(1, "␣cat", 0.5, 1.2, "cat\n0.5")], "cosine"),
        None,
    ),
    "vector_strip": (
        VectorStrip,
        lambda widget: widget.set_data(np.linspace(-1, 1, 192)),
        lambda widget: widget.set_data(np.zeros((3, 3))),
    ),
    "attention_grid": (
        AttentionGrid,
        lambda widget: widget.set_data(random_trace().pattern),
        lambda widget: widget.set_data(np.zeros((2, 5, 5), dtype=np.float32)),
    ),
    "attention_map": (
        AttentionMap,
        lambda widget: widget.set_data(random_trace(3).pattern[0, 0], ["a", "b", "c"]),
        lambda widget: widget.set_data(np.zeros((3, 2), dtype=np.float32), ["a", "b", "c"]),
    ),
    "layer_lens": (
        LayerLens,
        lambda widget: (
            widget.set_data(small_lens()),
            widget.set_track(Track(1, "␣w", np.array([30, 1]), np.array([0.0, 0.5]), 40)),
        ),
        lambda widget: widget.set_data(small_lens(n_tokens=2)),
    ),
    "head_map": (
        lambda: HeadMap("map", "A map"),
        lambda widget: (
            widget.set_data(random_trace(3).pattern[0, 0], ["a", "b", "c"]),
            widget.set_changed({(2, 1)}),
            widget.pin((2, 1)),
        ),
        lambda widget: widget.set_data(np.zeros((3, 2), dtype=np.float32), ["a", "b", "c"]),
    ),
    "attention_arcs": (
        AttentionArcs,
        lambda widget: widget.set_data(random_trace(3).pattern[0, 0], ["a", "b", "c"]),
        lambda widget: widget.set_data(np.zeros((3, 2), dtype=np.float32), ["a", "b", "c"]),
    ),
    "softmax_rows": (
        SoftmaxRows,
        lambda widget: widget.set_data(three_shares()),
        lambda widget: widget.set_data(replace(three_shares(), dots=np.zeros(2))),
    ),
    "head_table": (
        lambda: HeadTable([Kind("previous", "one token back", "too short")]),
        lambda widget: widget.set_scores({"previous": np.eye(2)}, None),
        lambda widget: widget.set_scores({"previous": np.eye(2)}, {"previous": np.eye(3)}),
    ),
    "order_picture": (
        OrderPicture,
        lambda widget: widget.set_data(*np.ones((3, 2, 9), dtype=np.float32), ("a", "b")),
        lambda widget: widget.set_data(*np.ones((3, 2, 9), dtype=np.float32), ("a",)),
    ),
    "number_matrix": (
        lambda: NumberMatrix("numbers", "Some numbers"),
        lambda widget: widget.set_data(*MATRIX, 1.0, ("a", "b"), "{} {} {}".format),
        lambda widget: widget.set_data(np.ones(3), MATRIX[1], 1.0, ("a", "b"), "{}".format),
    ),
    "share_bars": (
        ShareBars,
        lambda widget: widget.set_data(
            [
                ShareRow("a", "one", 0.5, is_open=True),
                ShareRow("b", "two", -0.25, level=1),
                ShareRow("c", "all", 0.5, is_total=True),
            ],
            ("left", "right"),
            running=True,
        ),
        lambda widget: widget.set_data([], ("left", "right")),
    ),
    "neuron_picture": (
        NeuronPicture,
        lambda widget: widget.set_data(small_net()),
        lambda widget: widget.set_data(small_net(n_inputs=2)),
    ),
    "value_list": (
        lambda: ValueList("values", "Some values", 4, "Nothing yet."),
        lambda widget: widget.set_data([ValueRow(1, "␣one", 0.5, "note"), ValueRow(2, "b", -1.0)]),
        lambda widget: widget.set_data([]),
    ),
    "example_list": (
        ExampleList,
        lambda widget: widget.set_data([TextRow("They ", "walked", " along", 0.5)]),
        lambda widget: widget.set_data([TextRow("", "", "", float("nan"))]),
    ),
    "stream_picture": (
        StreamPicture,
        lambda widget: widget.set_data(
            StreamLengths("a", 1.0, 0.5, np.array([1.2, 3.0]), np.ones(1), np.ones(1))
        ),
        lambda widget: widget.set_data(
            StreamLengths("a", 1.0, 0.5, np.array([1.2, 3.0]), np.ones(2), np.ones(2))
        ),
    ),
    "token_stepper": (
        lambda: TokenStepper("step", "after"),
        lambda widget: widget.set_data(WORDS, 1),
        None,
    ),
    "sum_strips": (
        SumStrips,
        lambda widget: widget.set_data(np.ones((3, 9), dtype=np.float32), ("a", "b", "c")),
        lambda widget: widget.set_data(np.ones((2, 9), dtype=np.float32), ("a", "b", "c")),
    ),
    "origin_picture": (
        OriginPicture,
        lambda widget: widget.set_data(np.ones((2, 7), dtype=np.float32), random_prediction()),
        lambda widget: widget.set_data(np.ones(7, dtype=np.float32), random_prediction()),
    ),
    "examples_button": (
        ExamplesButton,
        lambda widget: widget.setText("Others"),
        None,
    ),
    "before_after": (
        BeforeAfter,
        lambda widget: widget.set_data(
            shifts(np.arange(20.0), np.arange(20.0)[::-1], "␣w{}".format)
        ),
        lambda widget: widget.set_data(Shifts((), 20, (0.5, 0.9), (5000, 9000))),
    ),
    "branch_list": (
        BranchList,
        lambda widget: widget.set_data(
            [BranchRow(1, 0, 0, "They saw\nit", False), BranchRow(2, 1, 4, "They ran", True)]
        ),
        lambda widget: widget.set_data([BranchRow(1, 1, 0, "They saw", True)]),
    ),
    "transcript": (
        lambda: framed(Transcript("User:")),
        lambda widget: widget.findChild(Transcript).set_data(
            [("", "Once."), ("User:", " Hi\n"), ("Assistant:", "")]
        ),
        None,
    ),
    "changes_list": (
        ChangesList,
        lambda widget: widget.set_data([ChangeRow("A", ""), ChangeRow("B", "No.")], can_undo=True),
        None,
    ),
    "parts_grid": (
        PartsGrid,
        lambda widget: widget.set_data(np.eye(3, 5, dtype=np.uint8), np.eye(3, 5) / 3),
        lambda widget: widget.set_data(np.eye(3, 5, dtype=np.uint8), np.eye(2, 5)),
    ),
    "choice_box": (
        lambda: ChoiceBox("box", "What to choose"),
        lambda widget: widget.addItems(["Rank", "Frequency"]),
        None,
    ),
    "switch": (
        lambda: Switch("views", {"a": "A", "b": "B"}),
        lambda widget: widget.choose(1),
        None,
    ),
    "probability_bars": (
        ProbabilityBars,
        lambda widget: widget.set_data(random_prediction()),
        lambda widget: widget.set_data(replace(random_prediction(), others=0.9)),
    ),
    "swap_list": (
        SwapList,
        lambda widget: widget.set_data(
            [
                SwapRow("\u2423cat", "guess 12.0%", 0.4, 1.2, "\u2423sat", "cat\n40%"),
                SwapRow("\u2423dog", "near 0.51", None, None, "", "dog", is_first=True),
            ]
        ),
        lambda widget: widget.set_data([SwapRow("\u2423cat", "yours", 1.5, 1.2, "", "cat")]),
    ),
    "guess_columns": (
        GuessColumns,
        lambda widget: widget.set_data(guessed(0.25)),
        lambda widget: widget.set_data(guessed(0.5)),
    ),
    "surprise_curves": (
        SurpriseCurves,
        lambda widget: widget.set_data(
            ("one", "other"), ("a", "b", "c"), np.eye(2, 3), np.array([1, 0, 2]), np.ones(3)
        ),
        lambda widget: widget.set_data(
            ("one", "other"), ("a", "b"), np.eye(2, 3), np.ones(2), np.ones(2)
        ),
    ),
    "ink_slider": (InkSlider, lambda widget: widget.set_ink(0.5), None),
    "pixel_grid": (
        PixelGrid,
        lambda widget: widget.set_data(np.linspace(-1, 1, 9)),
        lambda widget: widget.set_data(np.zeros((3, 3))),
    ),
    "network_diagram": (
        NetworkDiagram,
        lambda widget: widget.set_data(
            [np.linspace(0, 1, n) for n in (9, 3, 2)],
            [np.full((9, 3), 0.5), np.full((3, 2), -0.5)],
            ("x", "o"),
            np.ones((2, 9)),
        ),
        lambda widget: widget.set_data(
            [np.zeros(9), np.zeros(2)], [np.zeros((2, 9))], ("x", "o"), np.ones((2, 9))
        ),
    ),
    "neuron_sum": (
        NeuronSum,
        lambda widget: widget.set_sum("N", np.ones(9), np.ones(9), 0.1, 9.1, "tanh", 1.0),
        lambda widget: widget.set_sum("N", np.ones(9), np.ones(8), 0.1, 9.1, "tanh", 1.0),
    ),
    "symbol_bars": (
        SymbolBars,
        lambda widget: widget.set_data(("x", "o"), np.ones((2, 9)), np.array([0.2, 0.7])),
        lambda widget: widget.set_data(("x", "o"), np.ones((2, 9)), np.array([0.2])),
    ),
    "drawing_tools": (
        DrawingTools,
        lambda widget: widget.set_data(("an x", "an o"), np.ones((2, 9))),
        lambda widget: widget.set_data(("an x", "an o"), np.ones(9)),
    ),
    "symbol_editor": (
        lambda: SymbolEditor(12),
        lambda widget: widget.set_data("x", np.resize([-1.0, 1.0], 9)),
        lambda widget: widget.set_data("x", np.ones(8)),
    ),
    "challenge_list": (
        ChallengeList,
        lambda widget: widget.set_data([ChallengeRow("One", "Do it.", "So.", "Not yet.", "")]),
        None,
    ),
    "answer_counts": (
        AnswerCounts,
        lambda widget: widget.set_data(
            [Count("x", "#2f66f7", 500), Count("nothing", "#888888", 12)]
        ),
        lambda widget: widget.set_data([Count("x", "#2f66f7", -1)]),
    ),
    "picture_closeup": (
        PictureCloseup,
        lambda widget: widget.set_data(np.ones(9), "It says: an x", ("x 93%", "o 2%"), "Right."),
        lambda widget: widget.set_data(np.ones(8), "", (), ""),
    ),
    "picture_map": (
        PictureMap,
        lambda widget: (
            widget.set_pictures(np.where(np.random.default_rng(0).random((512, 9)) < 0.5, -1, 1)),
            widget.set_data(np.arange(512) % 3, np.ones(512), HUES[:3]),
        ),
        lambda widget: widget.set_data(np.zeros(511, int), np.ones(512), HUES[:3]),
    ),
    "motion_diagram": (
        MotionDiagram,
        lambda widget: widget.set_data(small_scene()),
        lambda widget: widget.set_data(small_scene(names=("x",))),
    ),
    "microscope": (
        MicroscopePage,
        lambda widget: widget.set_data(small_scene()),
        lambda widget: widget.set_data(small_scene(names=("x",))),
    ),
    "training_panel": (
        lambda: TrainingPanel(("slow", "fast"), 0),
        lambda widget: widget.set_data("400", "0.0024", "40 of 40", "97%"),
        None,
    ),
    "training_options": (TrainingOptions, lambda widget: widget.say("No."), None),
    "learning_curves": (
        LearningCurves,
        lambda widget: widget.set_data(*np.eye(3)[:, :2], 1, 1.0),
        lambda widget: widget.set_data(np.zeros(2), np.zeros(3), np.zeros(2), 0, 1.0),
    ),
    "analogy_plane": (
        AnalogyPlane,
        lambda widget: widget.set_data(four_words(), str),
        lambda widget: widget.set_data(four_words(n_labels=3), str),
    ),
    "analogy_answers": (
        AnalogyAnswers,
        lambda widget: widget.set_data([AnswerRow(4, "␣kitten", 0.6, False)]),
        lambda widget: widget.set_data([AnswerRow(4, "␣kitten", float("nan"), False)]),
    ),
    "analogy_examples": (
        AnalogyExamples,
        lambda widget: widget.set_data([ExampleRow(("a", "b", "c", "d"), "e", False)]),
        None,
    ),
    "sentence_editor": (
        SentenceEditor,
        lambda widget: widget.set_sentences(["One.", "", "Two."]),
        None,
    ),
    "similarity_matrix": (
        SimilarityMatrix,
        lambda widget: widget.set_data(np.array([[1, -0.5], [-0.5, np.nan]]), ["One.", "Two."]),
        lambda widget: widget.set_data(np.ones((2, 3)), ["One.", "Two."]),
    ),
    "sentence_plane": (
        SentencePlane,
        lambda widget: widget.set_data(np.eye(2), ["One.", "Two."], ["All is here."]),
        lambda widget: widget.set_data(np.eye(2), ["One."], ["All is here."]),
    ),
    "journey_plane": (
        JourneyPlane,
        lambda widget: widget.set_data(
            [
                Way("river", "clue", np.eye(4)[:, :2]),
                Way("bank 2", "second", np.arange(8.0).reshape(4, 2)),
                Way("bank 1", "first", -np.arange(8.0).reshape(4, 2)),
                Way("changed", "changed", np.ones((4, 2))),
            ],
            ("It keeps all.",),
            "{} {}".format,
        ),
        lambda widget: widget.set_data([Way("a", "first", np.zeros((4, 3)))], (), "{} {}".format),
    ),
    "depth_curves": (
        DepthCurves,
        lambda widget: widget.set_data(
            [
                Panel("towards river", (Curve("first", np.array([0.1, np.nan, -0.7, 1.0])),)),
                Panel("towards x", (), "It is no word."),
            ],
            str,
        ),
        lambda widget: widget.set_data([Panel("a", (Curve("first", np.array([1.5])),))], str),
    ),
    "patch_grid": (
        PatchGrid,
        lambda widget: widget.set_data(3, 5, [PartPlace(1, "mlp", 0)], str, np.eye(3, 8)),
        lambda widget: widget.set_data(3, 5, [], str, np.eye(3, 7)),
    ),
    "prediction_columns": (
        PredictionColumns,
        lambda widget: widget.set_data(
            ["␣fish", "␣water"],
            [
                Column("first", np.array([0.5, 0.25])),
                Column("second", np.array([0.0, 1.0])),
                Column("changed", np.array([0.4, 0.3])),
            ],
            str,
        ),
        lambda widget: widget.set_data(["a"], [Column("first", np.array([1.5]))], str),
    ),
    "word_field": (
        lambda: WordField("word", "A word"),
        lambda widget: widget.set_word("dog"),
        None,
    ),
    "prompt_bar": (PromptBar, lambda widget: widget.set_text("They walked"), None),
    "model_button": (ModelButton, lambda widget: widget.set_model("Small World", ""), None),
    "prompt_editor": (PromptEditor, lambda widget: widget.set_text("They walked"), None),
    "cut_rows": (CutRows, lambda widget: widget.set_data(some_merges(), 1), None),
    "merge_picture": (MergePicture, lambda widget: widget.set_data(some_merges(), 1), None),
    "merge_player": (MergePlayer, lambda widget: widget.set_data(some_merges("They"), 9), None),
    "vocabulary_slider": (VocabularySlider, lambda widget: widget.set_merges(1000), None),
    "vocabulary_table": (
        VocabularyTable,
        lambda widget: widget.set_data(Entries(("a", "␣b"), (b"a", b" b"))),
        lambda widget: widget.set_counts(np.ones(7, dtype=np.int64)),
    ),
    "shaping_panels": (
        ShapingPanels,
        lambda widget: widget.set_data(small_shaping()),
        lambda widget: widget.set_data(small_shaping((0.7, 0.8, 0.8, 0.8))),
    ),
    "shaping_controls": (
        ShapingControls,
        lambda widget: widget.set_data(0.5, 40, 0.9),
        lambda widget: widget.set_data(1.0, 0, 1.5),
    ),
    "dice_line": (
        DiceLine,
        lambda widget: (
            widget.set_data(small_dice()),
            widget.set_fallen(np.array([0.1, 0.6]), 2),
        ),
        lambda widget: widget.set_data(small_dice((0.5, 0.25, 1.0))),
    ),
    "futures_tree": (
        FuturesTree,
        lambda widget: (widget.set_data(small_futures()), widget.show_path(2)),
        lambda widget: widget.set_data(small_futures(path=0.3)),
    ),
    "roll_counts": (
        RollCounts,
        lambda widget: widget.set_data([CountRow("␣bank", 7, 60, 58.0, 4.9)]),
        lambda widget: widget.set_data([CountRow("␣bank", 7, -1, 58.0, 4.9)]),
    ),
    "sampling_controls": (
        SamplingControls,
        lambda widget: widget.set_data(0.5, 40, 0.9),
        lambda widget: widget.set_data(-1.0, 0, 1.0),
    ),
}


def framed(widget: QWidget) -> QWidget:
    """On a page: what has nothing to show hides itself."""
    page = QFrame()
    page.setFrameShape(QFrame.Shape.Box)
    column = QVBoxLayout(page)
    column.addWidget(widget)
    return page


SIZES = [(0, 0), (1, 1), (120, 40), (300, 2000), (20_000, 10)]


@pytest.fixture(params=sorted(CASES), ids=str)
def case(request):
    return CASES[request.param]


@pytest.fixture
def filled(case, qtbot):
    widget = shown(case, qtbot)
    case[1](widget)
    return widget


def shown(case, qtbot) -> QWidget:
    widget = case[0]()
    qtbot.addWidget(widget)
    widget.resize(500, 400)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def colors_in(widget: QWidget) -> int:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(picture.constBits(), np.uint32)
    return len(np.unique(pixels))


def test_is_not_blank_before_it_has_data(case, qtbot):
    assert colors_in(shown(case, qtbot)) > 1


def test_shows_its_data(case, qtbot):
    widget = shown(case, qtbot)
    before = widget.grab().toImage()
    case[1](widget)
    QApplication.sendPostedEvents()
    assert colors_in(widget) > 1
    assert widget.grab().toImage() != before


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=lambda look: look.name)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_survives_any_size_in_both_looks(filled, size, look, qapp):
    theme.apply(qapp, look)
    filled.resize(*size)
    filled.grab()


def test_follows_a_change_of_look(filled, qapp):
    light = filled.grab().toImage()
    theme.apply(qapp, theme.DARK)
    QApplication.sendPostedEvents()
    assert filled.grab().toImage() != light


@pytest.mark.parametrize("text_size", theme.TEXT_SIZES[1:])
def test_follows_a_change_of_text_size(filled, qapp, text_size):
    theme.apply(qapp, theme.LIGHT)  # polished anew, as it will be in the end
    QApplication.sendPostedEvents()
    usual, room = filled.grab().toImage(), filled.minimumSizeHint()
    theme.apply(qapp, theme.LIGHT, text_size)
    QApplication.sendPostedEvents()
    assert filled.grab().toImage() != usual or not has_text(filled)
    assert filled.minimumSizeHint().width() >= room.width()
    theme.apply(qapp, theme.LIGHT)
    QApplication.sendPostedEvents()
    back = filled.minimumSizeHint()
    assert abs(back.width() - room.width()) + abs(back.height() - room.height()) <= 2


def has_text(widget) -> bool:
    return widget.objectName() not in ("drawingTools", "pictureMap")  # pictures alone


def test_refuses_data_of_a_wrong_shape(case, qtbot):
    if case[2] is None:
        pytest.skip("takes no arrays")
    widget = shown(case, qtbot)
    with pytest.raises(ValueError, match=r"\w+"):
        case[2](widget)
    case[1](widget)
    assert colors_in(widget) > 1


def test_can_be_reached_by_keyboard_and_says_its_name(filled):
    reachable = [
        child
        for child in (filled, *filled.findChildren(QWidget))
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and not is_part(child)
    ]
    assert reachable or filled.focusPolicy() == Qt.FocusPolicy.NoFocus
    for child in reachable:
        assert child.objectName(), child
        assert child.accessibleName(), child.objectName()


def is_part(child: QWidget) -> bool:
    """Qt's own parts, as a spin box's field, are spoken of by the widget that they belong to."""
    return child.objectName().startswith("qt_")


def test_withstands_mouse_and_keys(filled, qtbot):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Up):
        qtbot.keyClick(filled, key)
    for x, y in ((40, 40), (250, 200), (460, 360)):
        under = filled.childAt(x, y) or filled
        at = under.mapFrom(filled, QPoint(x, y))
        qtbot.mouseMove(under, at)
        qtbot.mouseClick(under, Qt.MouseButton.LeftButton, pos=at)
    filled.grab()
