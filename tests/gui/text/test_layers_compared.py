"""Two texts on the pages of the layers: side by side and subtracted, by hand in float64."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from core.interventions import Off
from gui.export import csv_of, picture_of
from gui.text.comparing import BOTH, DIFFERENCE, ONE, positions
from gui.text.layers_page import LayersPage
from gui.text.lens_page import LensPage
from gui.text.neurons_page import NeuronsPage
from gui.text.stream_page import StreamPage
from gui.text.why_page import BY_SIZE, RUNNING, WhyPage
from gui.text.why_study import Part
from gui.widgets.stream_lengths import Part as StreamPart
from tests.gui.explained import number, printed, shown
from tests.gui.text.reading import compare, rest, use

MINUS = "\N{MINUS SIGN}"


def make(qtbot, session, page, size=(960, 620)):
    made = page(session)
    qtbot.addWidget(made)
    made.resize(*size)
    made.show()
    return made


def check(page, asked, part, value):
    """A number that is asked for: an explanation's result, and what its Python prints."""
    asked.emit(part, QPoint(5, 5))
    card = shown(page.window())
    results = [
        number(card.findChild(QLabel, "explanationResult").text().lstrip("= ")),
        float(printed(card.findChild(QPlainTextEdit).toPlainText())),
    ]
    assert results == [pytest.approx(value, rel=2e-3, abs=2e-5)] * 2
    card.close()


def shares(bars):
    return {row.part: row.value for row in bars.rows}


def vector(trace, at, part):
    """(C,) the numbers of a part of the stream, by name."""
    layer = part.at
    stream = trace.resid_pre[0] if layer == 0 else trace.resid_post[layer - 1]
    arrays = {"token": trace.token_embed, "place": trace.pos_embed, "stream": stream}
    if part.kind in ("attention", "feed_forward"):
        arrays = {"attention": trace.attn_out[layer], "feed_forward": trace.mlp_out[layer]}
    return arrays[part.kind][at].astype(float)


def test_the_same_token_is_looked_at_in_both(model):
    first = model.trace("They walked to the bank")
    second = model.trace("She walked to the old bank there")
    last = len(first.tokens) - 1
    assert positions(first, None, None) == (last, None)
    assert positions(first, second, None) == (last, len(second.tokens) - 1)
    assert positions(first, second, 1) == (1, 1)
    bank = [n for n, token in enumerate(second.tokens) if token.id == first.ids[last]]
    assert positions(first, second, last) == (last, bank[-1])
    assert positions(first, second, 99) == (last, bank[-1])


def test_the_switch_is_there_while_two_texts_are(session, model, qtbot):
    page = make(qtbot, session, LayersPage)
    use(qtbot, session, model)
    assert page.comparison.isHidden()
    compare(qtbot, session)
    assert page.comparison.isVisible()
    difference = page.findChild(QPushButton, "layerComparison3")
    assert difference.isHidden()  # guesses cannot be subtracted
    for index in (1, 2, 3):
        page.switch.choose(index)
        rest(qtbot, session)
        assert difference.isVisible()
        qtbot.mouseClick(difference, Qt.MouseButton.LeftButton)
        assert page.figures.currentWidget().compared == DIFFERENCE
        rest(qtbot, session)
    page.switch.choose(0)
    assert page.findChild(LensPage).second.isVisible()
    qtbot.mouseClick(page.findChild(QPushButton, "layerComparison1"), Qt.MouseButton.LeftButton)
    assert not page.findChild(LensPage).second.isVisible()
    page.switch.choose(2)
    assert page.findChild(StreamPage).compared == ONE
    session.set_second_prompt("")
    assert page.comparison.isHidden()


def test_what_is_seen_is_always_marked(session, model, qtbot):
    page = make(qtbot, session, LayersPage)
    use(qtbot, session, model)
    compare(qtbot, session)
    page.switch.choose(3)
    difference = page.findChild(QPushButton, "layerComparison3")
    qtbot.mouseClick(difference, Qt.MouseButton.LeftButton)
    rest(qtbot, session)
    page.switch.choose(0)
    both = page.findChild(QPushButton, "layerComparison2")
    assert both.isVisible()
    assert both.isChecked()
    assert page.findChild(LensPage).second.isVisible()
    page.switch.choose(2)  # where there is one again, it is what was wished for
    assert difference.isVisible()
    assert difference.isChecked()
    assert page.findChild(StreamPage).compared == DIFFERENCE
    page.switch.choose(0)
    qtbot.mouseClick(page.findChild(QPushButton, "layerComparison1"), Qt.MouseButton.LeftButton)
    page.switch.choose(2)
    assert page.findChild(StreamPage).compared == ONE


def test_the_switch_says_whether_both_texts_are_seen_at_once(session, model, qtbot):
    page = make(qtbot, session, LayersPage, (900, 330))
    use(qtbot, session, model)
    compare(qtbot, session)
    both = page.findChild(QPushButton, "layerComparison2")
    assert both.text() == "Both in turn"
    assert not page.findChild(LensPage).second.isVisible()
    page.resize(1000, 740)
    assert both.text() == "Both texts"
    assert page.findChild(LensPage).second.isVisible()
    page.switch.choose(2)
    page.resize(330, 300)
    assert page.findChild(StreamPage).pair.is_in_turn
    assert both.text() == "Both in turn"


# --- why this word


def test_the_likeliest_word_of_each_text_is_asked_about_in_both(session, model, qtbot):
    page = make(qtbot, session, WhyPage)
    use(qtbot, session, model)
    compare(qtbot, session)
    a, b = (int(trace.logits[-1].argmax()) for trace in (session.trace, session.second))
    assert a != b
    assert [why.made.tokens for why in page._whys] == [(a, b)] * 2
    for bars, trace in zip((page.bars, page.second), (session.trace, session.second), strict=True):
        gap = float(trace.logits[-1, a]) - float(trace.logits[-1, b])
        assert bars.isVisible()
        assert bars.rows[-1].value == pytest.approx(gap, abs=1e-3)
        whole = [row.value for row in bars.rows if row.level == 0 and not row.is_total]
        assert sum(whole) == pytest.approx(bars.rows[-1].value, abs=1e-5)
    assert [row.part for row in page.bars.rows] == [row.part for row in page.second.rows]
    assert (page.bars._low, page.bars._high) == (page.second._low, page.second._high)
    assert "in the first text" in page.findChild(QLabel, "whySentence").text()
    page.switch.choose(BY_SIZE)
    assert [row.part for row in page.bars.rows] == [row.part for row in page.second.rows]
    page.second.opening_wanted.emit(Part("mlp", 1), True)
    rest(qtbot, session)
    neurons = [[row.part for row in bars.rows if row.level] for bars in (page.bars, page.second)]
    assert neurons[0] == neurons[1]
    assert sum(part.kind == "neuron" for part in neurons[0]) == 5
    row = page.second.rows[3]
    check(page, page.second.number_asked, row.part, row.value)
    assert csv_of(page._figure().table()).decode().startswith("text,part,")
    assert not picture_of(page._figure().widget).isNull()


@pytest.mark.parametrize("changes", [(), (Off(0, "attention"), Off(1, "mlp"))])
def test_differences_of_shares_add_up_and_are_explained(session, model, qtbot, changes):
    page = make(qtbot, session, WhyPage)
    use(qtbot, session, model, changes=changes)
    compare(qtbot, session)
    for layer in range(3):
        for kind in ("attention", "mlp"):
            page.bars.opening_wanted.emit(Part(kind, layer), True)
            rest(qtbot, session)
    first, second = shares(page.bars), shares(page.second)
    page.set_compared(DIFFERENCE)
    rest(qtbot, session)
    assert not page.second.isVisible()
    rows = page.bars.rows
    a, b = page._tokens
    gaps = [
        float(each.logits[-1, a] - each.logits[-1, b]) for each in (session.trace, session.second)
    ]
    assert rows[-1].value == pytest.approx(gaps[1] - gaps[0], abs=2e-3)
    whole = [row.value for row in rows if row.level == 0 and not row.is_total]
    assert sum(whole) == pytest.approx(rows[-1].value, abs=1e-5)
    for row in rows:
        expected = second.get(row.part, 0.0) - first.get(row.part, 0.0)
        assert row.value == pytest.approx(expected, abs=1e-5)
    inner = [row for row in rows if row.level]
    others = [row for row in inner if row.part.kind == "other neurons"]
    assert len(others) == 3
    for row in (rows[0], rows[2], inner[0], inner[5], *others, inner[-1], rows[-1]):
        check(page, page.bars.number_asked, row.part, row.value)
    page.switch.choose(BY_SIZE)
    sizes = [abs(row.value) for row in page.bars.rows if row.level == 0 and not row.is_total]
    assert sizes == sorted(sizes, reverse=True)
    page.switch.choose(RUNNING)
    last = [row.level == 0 for row in page.bars.rows[:-1]]
    ends = [s + row.value for s, row in zip(page.bars._starts, page.bars.rows, strict=True)]
    assert [e for e, own in zip(ends, last, strict=False) if own][-1] == pytest.approx(
        rows[-1].value
    )


def test_without_a_second_text_all_is_as_before(session, model, qtbot):
    page = make(qtbot, session, WhyPage)
    use(qtbot, session, model)
    alone = page.bars.rows
    compare(qtbot, session)
    page.set_compared(ONE)
    rest(qtbot, session)
    assert page.bars.rows == alone
    page.set_compared(BOTH)
    rest(qtbot, session)
    session.set_second_prompt("")
    rest(qtbot, session)
    assert not page.second.isVisible()
    assert page.bars.rows == alone


# --- the stream


def test_streams_are_shown_on_one_scale_and_how_far_they_are_apart(session, model, qtbot):
    page = make(qtbot, session, StreamPage)
    use(qtbot, session, model)
    compare(qtbot, session)
    assert page.second.isVisible()
    assert page.second.lengths.label == session.second.tokens[-1].label
    assert page.picture._reach == page.second._reach
    part = StreamPart("attention", 1)
    own = float(np.linalg.norm(session.second.attn_out[1, -1].astype(float)))
    assert page.second.lengths.of(part) == pytest.approx(own)
    check(page, page.second.number_asked, part, own)
    session.select_token(1)  # the same token at the same place, and nothing else before it
    page.set_compared(DIFFERENCE)
    assert not page.second.isVisible()
    assert page.picture.lengths.stream.max() == 0
    last = len(session.trace.tokens) - 1
    session.select_token(last)
    at, other = positions(session.trace, session.second, last)
    for each in page.picture.spots():
        before, after = vector(session.trace, at, each), vector(session.second, other, each)
        far = float(np.sqrt(((after - before) ** 2).sum()))
        assert page.picture.lengths.of(each) == pytest.approx(far, abs=1e-5)
        check(page, page.picture.number_asked, each, far)
    assert "apart" in page.picture.lengths.said(part)
    table = csv_of(page._figure().table()).decode().splitlines()
    assert len(table) == 1 + 4
    page.set_compared(BOTH)
    table = csv_of(page._figure().table()).decode().splitlines()
    assert len(table) == 1 + 4 * (len(session.trace.tokens) + len(session.second.tokens))


# --- neurons


def test_neurons_of_both_texts_are_listed_and_drawn(session, model, qtbot):
    page = make(qtbot, session, NeuronsPage, (1000, 640))
    use(qtbot, session, model)
    compare(qtbot, session)
    one, other = (trace.mlp_post[:, -1].astype(float) for trace in (session.trace, session.second))
    order = np.argsort(-np.maximum(one, other).ravel(), kind="stable")[:12]
    assert [row.key for row in page.list.rows] == [divmod(int(n), one.shape[1]) for n in order]
    for row in page.list.rows:
        assert row.values == (one[row.key], other[row.key])
    place = page.list.rows[2].key
    page.choose(place)
    rest(qtbot, session)
    assert page.second.isVisible()
    for picture, trace in ((page.picture, session.trace), (page.second, session.second)):
        net = picture.scene
        assert net.activations[net.chosen] == trace.mlp_post[(*place[:1], -1, place[1])]
        whole = net.products.sum() + net.rest + net.bias
        assert whole == pytest.approx(net.total, abs=1e-5)
    assert page.picture.scene.inputs == page.second.scene.inputs
    assert page.picture.scene.outputs == page.second.scene.outputs
    value = float(session.second.mlp_post[place[0], -1, place[1]])
    check(page, page.list.other_asked, place, value)
    said = page.findChild(QLabel, "neuronNetSum").text().splitlines()
    assert [line.split(":")[0] for line in said] == ["First", "Second"]
    assert csv_of(page._figure().table()).decode().startswith("text,part,")


def test_neurons_that_differ_most_come_first(session, model, qtbot):
    page = make(qtbot, session, NeuronsPage, (1000, 640))
    use(qtbot, session, model)
    compare(qtbot, session)
    page.set_compared(DIFFERENCE)
    rest(qtbot, session)
    one, other = (trace.mlp_post[:, -1].astype(float) for trace in (session.trace, session.second))
    gaps = other - one
    order = np.argsort(-abs(gaps).ravel(), kind="stable")[:12]
    assert [row.key for row in page.list.rows] == [divmod(int(n), one.shape[1]) for n in order]
    for row in page.list.rows:
        assert row.values == (gaps[row.key],)
    place = page.list.rows[0].key
    assert page._study.chosen == place
    check(page, page.list.number_asked, place, gaps[place])
    session.set_second_prompt("")
    rest(qtbot, session)
    assert not page.second.isVisible()
    assert page.list.rows[0].value == pytest.approx(float(one.max()))


def test_without_a_prompt_nothing_is_said_of_a_second_text(session, model, qtbot):
    page = make(qtbot, session, NeuronsPage)
    use(qtbot, session, model)
    compare(qtbot, session)
    said = page.findChild(QLabel, "neuronListed")
    assert said.isVisible()
    session.set_second_prompt("")
    session.set_prompt("")
    session.trace = None
    session.trace_changed.emit(None)
    rest(qtbot, session)
    assert not said.isVisible()


@pytest.mark.parametrize("text", ["T", "They walked " * 30])
def test_texts_of_other_lengths(session, model, qtbot, text):
    page = make(qtbot, session, LayersPage, (1000, 640))
    use(qtbot, session, model)
    compare(qtbot, session, text)
    for index in range(4):
        page.switch.choose(index)
        for compared in (BOTH, DIFFERENCE):
            page.comparison.choose(compared)
            rest(qtbot, session)
            assert not page.grab().isNull()
