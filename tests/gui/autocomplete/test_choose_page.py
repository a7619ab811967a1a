"""The page Choose: every step recomputed, and the dice are those that write."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QSlider, QSpinBox

from core.config import SamplingConfig
from core.sampling import shape
from gui.autocomplete import choose_words as words
from gui.autocomplete.choose_page import ChoosePage
from gui.export import csv_of, picture_of, svg_of
from gui.text.naming import naming
from gui.widgets.boxes import scrolling
from gui.widgets.switch import Switch
from tests.gui.autocomplete import pages
from tests.gui.autocomplete.pages import TEXT, settled
from tests.gui.explained import number, printed, shown

SETTINGS = SamplingConfig(0.8, top_k=40, top_p=0.9)


@pytest.fixture
def model(sure_model):
    return sure_model


def use(qtbot, session, model, text=TEXT, sampling=SETTINGS):
    pages.use(qtbot, session, model, text, sampling)


@pytest.fixture
def page(qtbot, session):
    made = ChoosePage(session)
    qtbot.addWidget(made)
    made.resize(900, 760)
    made.show()
    return made


def button(page, name) -> QPushButton:
    return page.findChild(QPushButton, name)


def click(qtbot, page, name):
    qtbot.mouseClick(button(page, name), Qt.MouseButton.LeftButton)


def said(page):
    return page.dice.said


def by_hand(logits, sampling, seen=()):
    """(7, V) every step, in float64, with nothing of ours."""
    logits = logits.astype(np.float64)
    scores = logits.copy()
    for token in set(seen):
        is_low = scores[token] < 0
        scores[token] *= sampling.repetition_penalty ** (1 if is_low else -1)

    def softmax(scores):
        powers = np.exp(scores - scores.max())
        return powers / powers.sum()

    raw, tempered = softmax(logits), softmax(scores / sampling.temperature)
    order = np.argsort(-scores, kind="stable")
    top_k = np.zeros_like(tempered)
    kept = order[: sampling.top_k or None]
    top_k[kept] = tempered[kept]
    reached = np.cumsum(top_k[order]) / top_k.sum() >= sampling.top_p
    top_p = np.zeros_like(top_k)
    kept = order[: int(np.argmax(reached)) + 1] if reached.any() else order
    top_p[kept] = top_k[kept]
    min_p = np.where(top_p >= sampling.min_p * tempered.max(), top_p, 0)
    return np.stack([raw, softmax(scores), tempered, top_k, top_p, min_p, min_p / min_p.sum()])


USUAL = [0, 2, 3, 4, 6]  # without the repetition penalty and min-p
EXTRAS = SamplingConfig(0.8, 60, 0.95, 0.03, 1.4)


@pytest.mark.parametrize(
    "sampling",
    [
        *[SETTINGS, SamplingConfig(2.0, 0, 0.5), SamplingConfig(0.3, 7, 1.0)],
        *[SamplingConfig(100.0), EXTRAS, SamplingConfig(repetition_penalty=0.6)],
    ],
    ids=str,
)
def test_every_bar_is_that_of_an_independent_computation(page, session, model, qtbot, sampling):
    use(qtbot, session, model, sampling=sampling)
    steps = by_hand(session.trace.logits[-1], sampling, session.trace.ids.tolist())
    if sampling.min_p == 0 and sampling.repetition_penalty == 1:
        steps = steps[USUAL]
    assert page.panels.scene.n_steps == len(steps)
    order = np.argsort(-session.trace.logits[-1].astype(np.float64), kind="stable")
    first = 0
    for row in page.panels.scene.rows:
        ids = order[first : first + row.n]
        np.testing.assert_allclose(row.shares, steps[:, ids].sum(axis=1), atol=1e-12)
        assert row.n_kept == tuple(np.count_nonzero(steps[:, ids], axis=1))
        assert row.token is None or [row.token] == ids.tolist()
        first += row.n
    assert first == model.config.vocab_size


def test_the_heads_say_how_much_is_kept_and_of_how_many(page, session, model, qtbot):
    use(qtbot, session, model)
    steps = by_hand(session.trace.logits[-1], SETTINGS)
    heads = page.panels.scene.heads
    assert [head.title[0] for head in heads] == list("12345")
    n, mass = np.count_nonzero(steps, axis=1), [words.whole(step.sum()) for step in steps]
    assert heads[0].kept == heads[1].kept == f"all {n[0]:,}"
    assert heads[2].kept == f"40, together {mass[3]}"
    assert heads[3].kept == f"{n[4]}, together {mass[4]}"
    assert heads[4].kept == f"{n[4]}, together 100%"
    assert heads[4].title == f"5 Divided by {mass[4]}"
    assert not any(head.is_off for head in heads)
    session.set_sampling(SamplingConfig())
    settled(qtbot, session)
    assert [head.is_off for head in page.panels.scene.heads] == [False] + [True] * 4


def test_what_is_cut_is_seen_being_cut(page, session, model, qtbot):
    use(qtbot, session, model, sampling=SamplingConfig(1.0, top_k=3))
    scene = page.panels.scene
    assert [scene.is_cut(row, 2) for row in range(5)] == [False, False, False, True, True]
    assert scene.boundary(2) == 3
    assert scene.boundary(3) is None
    before = page.panels.grab().toImage()
    session.set_sampling(SamplingConfig(1.0, top_k=5))
    settled(qtbot, session)
    assert scene is not page.panels.scene
    assert page.panels.grab().toImage() != before


@pytest.mark.parametrize(
    "sampling",
    [SamplingConfig(0), SamplingConfig(100), SamplingConfig(1, 10**6), SamplingConfig(1, 0, 0)],
    ids=str,
)
def test_settings_at_their_ends(page, session, model, qtbot, sampling):
    use(qtbot, session, model, sampling=sampling)
    last = [row.shares[-1] for row in page.panels.scene.rows]
    assert sum(last) == pytest.approx(1)
    if sampling.temperature == 0 or sampling.top_p == 0:
        assert last[0] == 1
    click(qtbot, page, "rollButton")
    assert "fell on" in said(page)
    page.grab()


def test_all_scores_equal(page, session, model, qtbot):
    use(qtbot, session, model)
    flat = np.zeros_like(session.trace.logits)
    flat.setflags(write=False)
    session.trace = replace(session.trace, logits=flat)
    session.trace_changed.emit(session.trace)
    settled(qtbot, session)
    n = model.config.vocab_size
    assert page.panels.scene.rows[0].shares[0] == pytest.approx(1 / n)
    assert [row.token for row in page.panels.scene.rows[:3]] == [0, 1, 2]
    click(qtbot, page, "rollManyButton")
    assert sum(row.count for row in page.dice.counts.rows) == 100


def test_the_settings_are_those_of_the_session(page, session, model, qtbot):
    use(qtbot, session, model)
    spin = page.findChild(QSpinBox, "chooseTopKSpin")
    assert spin.value() == 40
    spin.setValue(5)
    assert session.sampling == replace(SETTINGS, top_k=5)
    session.set_sampling(SamplingConfig(1.5, 0, 0.25))
    assert spin.value() == 0
    page.findChild(QSlider, "chooseMinPSlider").setValue(3)
    assert session.sampling == SamplingConfig(1.5, 0, 0.25, 0.03)
    click(qtbot, page, "chooseResetButton")
    assert session.sampling == SamplingConfig()
    assert not button(page, "chooseResetButton").isEnabled()
    settled(qtbot, session)


def test_the_extras_are_shown_when_wanted_and_while_they_act(page, session, model, qtbot):
    use(qtbot, session, model, sampling=SamplingConfig())
    extras, slider = (
        button(page, "chooseExtrasButton"),
        page.findChild(QSlider, "choosePenaltySlider"),
    )
    assert (page.panels.scene.n_steps, slider.isVisible()) == (5, False)
    click(qtbot, page, "chooseExtrasButton")
    assert (page.panels.scene.n_steps, slider.isVisible()) == (7, True)
    assert [head.is_off for head in page.panels.scene.heads] == [False] + [True] * 6
    slider.setValue(150)
    settled(qtbot, session)
    assert session.sampling == SamplingConfig(repetition_penalty=1.5)
    assert page.panels.scene.heads[1].title == "2 Repetition 1.5"
    assert not extras.isEnabled()  # what acts is not hidden
    slider.setValue(100)
    settled(qtbot, session)
    click(qtbot, page, "chooseExtrasButton")
    assert page.panels.scene.n_steps == 5
    session.set_sampling(EXTRAS)
    settled(qtbot, session)
    assert page.panels.scene.n_steps == 7


def test_no_line_of_a_cut_stands_where_some_below_it_are_kept(page, session, model, qtbot):
    use(qtbot, session, model, sampling=SamplingConfig())
    likeliest = page.panels.scene.rows[0]
    text = TEXT + model.tokenizer.text(likeliest.token)
    use(qtbot, session, model, text=text, sampling=SamplingConfig(1.0, 3, repetition_penalty=50))
    scene = page.panels.scene
    cut = [scene.is_cut(row, 3) for row in range(len(scene.rows))]
    is_clean = cut == sorted(cut)
    assert (scene.boundary(3) is not None) == is_clean


@pytest.mark.parametrize("sampling", [SETTINGS, EXTRAS], ids=str)
def test_in_the_smallest_window_all_of_it_is_seen(session, model, qtbot, sampling):
    page = ChoosePage(session)
    area = scrolling(page)
    qtbot.addWidget(area)
    room = 720, 502  # what a window of 1024x680 with the story leaves
    area.resize(*room)
    area.show()
    use(qtbot, session, model, text=TEXT + "s", sampling=sampling)
    click(qtbot, page, "rollManyButton")
    assert page.layout().totalMinimumSize().height() <= room[1]
    assert (page.width(), page.height()) == room  # nothing scrolls
    rows = page.panels.scene.rows
    assert page.panels.cell_rect((len(rows) - 1, 0)).bottom() <= page.panels.height() + 1
    high = len(rows)
    area.resize(900, 760)
    settled(qtbot, session)
    assert len(page.panels.scene.rows) > high
    assert page.dice.counts.rows  # what was rolled is still there


# --- dice


def test_rolls_are_the_numbers_of_the_seed_on_the_line(page, session, model, qtbot):
    use(qtbot, session, model)
    probabilities = shape(session.trace.logits[-1], SETTINGS)
    ends = np.cumsum(probabilities)
    numbers = np.random.default_rng(session.seed).random(4)
    for index in range(4):
        click(qtbot, page, "rollButton")
        assert page.dice.line.needle == numbers[index]
        token = int(np.searchsorted(ends, numbers[index], side="right"))
        name = naming(model)(token)
        assert f"Number {index + 1} of seed 1, {numbers[index]:.6f}, fell on {name}" in said(page)
        hit = [one for one in page.dice.line.shown_closer if one.token == token]
        assert len(hit) == 1
        assert hit[0].start <= numbers[index] < hit[0].end


def test_a_hundred_rolls_are_counted_against_what_is_expected(page, session, model, qtbot):
    use(qtbot, session, model)
    click(qtbot, page, "rollManyButton")
    click(qtbot, page, "rollManyButton")
    probabilities = shape(session.trace.logits[-1], SETTINGS)
    numbers = np.random.default_rng(1).random(200)
    ids = np.searchsorted(np.cumsum(probabilities), numbers, side="right")
    counts = np.bincount(ids, minlength=probabilities.size)
    rows = page.dice.counts.rows
    assert sum(row.count for row in rows) == 200
    assert sum(row.expected for row in rows) == pytest.approx(200)
    for row in rows:
        if row.token is not None:
            assert row.count == counts[row.token]
            assert row.expected == pytest.approx(200 * probabilities[row.token])
    assert rows[-1].token is None


def ordinary(model, sampling):
    """A seed that writes four tokens which typing their text would give again."""
    ids = model.tokenizer.ids(TEXT)
    for seed in range(1, 5000):
        written = list(model.generate(TEXT, sampling, seed, 4))
        text = "".join(map(model.tokenizer.text, written))
        if len(written) == 4 and model.tokenizer.ids(TEXT + text) == ids + written:
            return seed, written
    return pytest.fail("no such seed")


def test_the_first_roll_is_what_generate_writes_and_the_dice_go_on(page, session, model, qtbot):
    use(qtbot, session, model, sampling=SamplingConfig(1.2, 60, 0.95))
    seed, expected = ordinary(model, session.sampling)
    session.set_seed(seed)
    for n_thrown, token in enumerate(expected):
        assert session.n_thrown == n_thrown
        click(qtbot, page, "rollButton")
        assert f"Number {n_thrown + 1} of seed {seed}" in said(page)
        assert int(page.dice._ids[-1]) == token
        click(qtbot, page, "appendRolledButton")
        settled(qtbot, session)
        assert session.trace.ids[-1] == token
    written = TEXT + "".join(model.tokenizer.text(token) for token in expected)
    assert session.prompt == written


def test_a_later_roll_is_appended_as_a_click_on_its_bar_would(page, session, model, qtbot):
    use(qtbot, session, model)
    for _ in range(30):
        click(qtbot, page, "rollButton")
        token = int(page.dice._ids[-1])
        if page.dice._ids.size > 2 and model.tokenizer.text(token).isalpha():
            break
    click(qtbot, page, "appendRolledButton")
    assert session.prompt == TEXT + model.tokenizer.text(token)
    settled(qtbot, session)
    assert said(page) == ""


def test_other_dice_start_again_and_the_same_seed_rolls_the_same(page, session, model, qtbot):
    use(qtbot, session, model)
    click(qtbot, page, "rollManyButton")
    first = page.dice.line.needle
    page.findChild(QSpinBox, "chooseSeedSpin").setValue(2)
    assert session.seed == 2
    assert page.dice.line.needle is None
    assert page.dice.counts.rows == ()
    click(qtbot, page, "rollManyButton")
    assert page.dice.line.needle != first
    session.set_seed(1)
    click(qtbot, page, "rollManyButton")
    assert page.dice.line.needle == first


def test_the_end_of_the_text_is_not_appended(page, session, model, qtbot):
    use(qtbot, session, model)
    logits = np.zeros_like(session.trace.logits)
    logits[-1, model.tokenizer.end_of_text] = 50
    logits.setflags(write=False)
    session.trace = replace(session.trace, logits=logits)
    session.trace_changed.emit(session.trace)
    settled(qtbot, session)
    click(qtbot, page, "rollButton")
    assert words.ENDS in said(page)
    assert not button(page, "appendRolledButton").isEnabled()


# --- what there is to show when there is nothing


def test_without_a_text_it_says_what_to_do(page, session, model, qtbot):
    assert page.panels.scene is None
    assert page.panels.accessibleDescription() == words.NO_MODEL
    use(qtbot, session, model)
    session.set_prompt("")
    settled(qtbot, session)
    assert page.panels.scene is None
    assert page.panels.accessibleDescription() == words.EMPTY
    assert not button(page, "rollButton").isEnabled()
    assert not button(page, "appendRolledButton").isEnabled()


def test_scores_that_are_no_numbers_are_said(page, session, model, qtbot):
    use(qtbot, session, model)
    logits = np.full_like(session.trace.logits, np.nan)
    logits.setflags(write=False)
    session.trace = replace(session.trace, logits=logits)
    session.trace_changed.emit(session.trace)
    settled(qtbot, session)
    assert page.panels.accessibleDescription() == words.BROKEN
    use(qtbot, session, model, text=TEXT + " where")
    assert page.panels.scene is not None


def test_a_hidden_page_catches_up_when_it_is_shown(page, session, model, qtbot):
    page.hide()
    use(qtbot, session, model)
    assert page.panels.scene is None
    page.show()
    settled(qtbot, session)
    assert page.panels.scene is not None


# --- numbers and figures


def explained(page, qtbot):
    card = shown(page.window())
    python = card.findChild(QPlainTextEdit, "explanationPython").toPlainText()
    result = card.findChild(QLabel, "explanationResult").text()
    card.close()
    return python, result


@pytest.mark.parametrize(
    "sampling",
    [
        SETTINGS,
        SamplingConfig(0),
        SamplingConfig(1, 0, 0.7),
        EXTRAS,
        replace(EXTRAS, temperature=0),
    ],
    ids=str,
)
def test_every_step_is_explained_by_python_that_gives_the_same(
    page, session, model, qtbot, sampling
):
    use(qtbot, session, model, sampling=sampling)
    rows = page.panels.scene.rows
    some = (0, 3, len(rows) - 2)
    for cell in [(row, step) for row in some for step in range(page.panels.scene.n_steps)]:
        at = page.panels.cell_rect(cell).center().toPoint()
        qtbot.mouseClick(page.panels, Qt.MouseButton.LeftButton, pos=at)
        python, result = explained(page, qtbot)
        share = rows[cell[0]].shares[cell[1]]
        assert number(result) == pytest.approx(share, rel=1e-5)
        assert float(printed(python)) == pytest.approx(share, rel=1e-5, abs=1e-300)


def test_a_stretch_the_number_and_a_count_are_explained(page, session, model, qtbot):
    use(qtbot, session, model)
    click(qtbot, page, "rollManyButton")
    one = next(one for one in page.dice.line.shown if one.token is not None)
    qtbot.keyClick(page.dice.line, Qt.Key.Key_Home)
    while page.dice.line._current is not one:
        qtbot.keyClick(page.dice.line, Qt.Key.Key_Right)
    qtbot.keyClicks(page.dice.line, "?")
    python, result = explained(page, qtbot)
    start, end = (float(each) for each in printed(python).split())
    assert (start, end) == pytest.approx((one.start, one.end), abs=1e-9)
    assert result == f"{start:.6f} to {end:.6f}"

    at = page.dice.line.needle_rect().center().toPoint()
    qtbot.mouseClick(page.dice.line, Qt.MouseButton.LeftButton, pos=at)
    python, result = explained(page, qtbot)
    assert float(printed(python)) == page.dice.line.needle
    assert float(result) == pytest.approx(page.dice.line.needle, abs=1e-6)

    for index in (0, len(page.dice.counts.rows) - 1):
        page.dice.counts.number_asked.emit(index, QPoint(5, 5))
        python, result = explained(page, qtbot)
        assert int(printed(python)) == page.dice.counts.rows[index].count == int(number(result))


def test_a_name_is_appended_by_click_and_by_key(page, session, model, qtbot):
    use(qtbot, session, model)
    row = page.panels.scene.rows[2]
    at = page.panels.label_rect(2).center().toPoint()
    qtbot.mouseClick(page.panels, Qt.MouseButton.LeftButton, pos=at)
    settled(qtbot, session)
    assert session.trace.ids.tolist() == [*model.tokenizer.ids(TEXT), row.token]
    page.panels.setFocus()
    qtbot.keyClick(page.panels, Qt.Key.Key_Down)
    before, second = session.trace.ids.tolist(), page.panels.scene.rows[1]
    assert second.label in page.panels.accessibleDescription()
    qtbot.keyClick(page.panels, Qt.Key.Key_Return)
    settled(qtbot, session)
    assert session.trace.ids.tolist() == [*before, second.token]


def test_figures_as_files(page, session, model, qtbot):
    use(qtbot, session, model)
    click(qtbot, page, "rollManyButton")
    figures = page._shaping_figure(), page.dice.dice_figure(), page.dice.counts_figure()
    lines = [csv_of(figure.table()).decode().splitlines() for figure in figures]
    assert len(lines[0]) == 1 + model.config.vocab_size
    steps = by_hand(session.trace.logits[-1], SETTINGS)
    table = list(figures[0].table().rows)
    for at in range(len(steps)):
        assert sum(row[3 + at] for row in table) == pytest.approx(steps[at].sum())
    assert len(lines[1]) == 101
    assert len(lines[2]) == 1 + len(page.dice.counts.rows)
    for figure in figures:
        assert not picture_of(figure.widget).isNull()
        assert b"<svg" in svg_of(figure)


def test_the_logarithmic_scale_shows_what_is_unlikely(page, session, model, qtbot, qapp):
    qapp.setProperty("reduceMotion", True)
    use(qtbot, session, model)
    linear = page.panels._shown[5, 0]
    page.findChild(Switch, "chooseScale").choose(1)
    assert page.panels._shown[5, 0] > linear
    assert (np.diff(page.panels._shown[:10, 0]) <= 1e-12).all()


def test_tooltips_have_every_digit(page, session, model, qtbot):
    use(qtbot, session, model)
    cell = page.panels.cell_rect((0, 1)).center()
    row = page.panels.scene.rows[0]
    for share in row.shares:
        assert f"{share:.4%}" in page.panels.tip_at(QPointF(cell))
    click(qtbot, page, "rollButton")
    one = page.dice.line.shown[0]
    assert page.dice.line.said(one)
    page.dice.counts.exact(0)
