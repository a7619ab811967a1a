"""The tree of futures, against every continuation there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from core.branches import start
from core.config import ModelConfig
from core.errors import UserError
from core.futures import Limits, futures, parting
from core.gpt import GPT
from core.inference import Weights, head, read_all
from core.interventions import Interventions, Look, Off, Patch
from core.sampling import softmax
from core.trace import TokenInfo
from core.tracing import Cancelled, Tracer
from tests.core.conftest import redraw

V, CONTEXT, TEXT, END = 5, 9, [3, 0, 4, 1], 2
DEPTH = 4


@pytest.fixture(scope="module")
def weights():
    """Five tokens only, so that everything can be enumerated."""
    return Weights.of(redraw(GPT(ModelConfig(2, 3, 21, CONTEXT, V, d_mlp=11)), seed=4, std=0.5))


def traced(weights, ids=TEXT, changes=(), average=None):
    tracer = Tracer(weights)
    tracer.average = average
    tokens = tuple(TokenInfo(each, "", "", 0, 0, b"") for each in ids)
    return tracer.trace(list(ids), "", tokens, changes=changes)


def grown(weights, limits, ids=TEXT, end=END, changes=(), batch=8):
    begun = start(weights, traced(weights, ids, changes), limits.depth)
    return list(futures(weights, begun, limits, end, batch=batch))


def next_tokens(weights, ids, changes=(), end=END):
    """What comes after some tokens, read from their beginning; nothing after the end."""
    see = Interventions(changes, None, weights.config.n_layers).see
    return softmax(head(weights, read_all(weights, ids, see)[-1])).tolist()


@pytest.fixture(scope="module")
def everything(weights):
    """The probability of every path of up to `DEPTH` tokens, by reading each from the start."""
    found = {(): 1.0}
    for depth in range(DEPTH):
        for path in [each for each in found if len(each) == depth and each[-1:] != (END,)]:
            for token, probability in enumerate(next_tokens(weights, [*TEXT, *path])):
                found[*path, token] = found[path] * probability
    return found


def words(tree, node):
    return tuple(tree.nodes[place].token for place in tree.path(node))


def test_a_tree_with_room_for_all_holds_every_continuation_there_is(weights, everything):
    tree = grown(weights, Limits(DEPTH, V, 2000, V))[-1]
    shown = {words(tree, place): node for place, node in enumerate(tree.nodes)}
    assert len(tree.nodes) == len(shown)
    assert shown.keys() == everything.keys() - {()}
    for path, node in shown.items():
        assert node.path == pytest.approx(everything[path], rel=1e-4)
        assert node.probability == pytest.approx(everything[path] / everything[path[:-1]], rel=1e-4)
        assert node.depth == len(path)
        assert node.ends == (path[-1] == END)
    assert tree.covered == pytest.approx(1)
    inner = {node.parent for node in tree.nodes}
    assert [tree.others(place) for place in inner] == pytest.approx([0] * len(inner), abs=1e-12)


def test_a_path_s_probability_is_the_product_along_it(weights):
    tree = grown(weights, Limits(DEPTH, 3, 100, 2))[-1]
    for place, node in enumerate(tree.nodes):
        product = 1.0
        for each in tree.path(place):
            product *= tree.nodes[each].probability
        assert node.path == product  # to the last digit: it is what is shown


@pytest.mark.parametrize("n_nodes", [4, 21, 60, 200])
@pytest.mark.parametrize("depth", [2, DEPTH])
def test_it_holds_the_likeliest_paths_of_all(weights, everything, n_nodes, depth):
    tree = grown(weights, Limits(depth, V, n_nodes, 1))[-1]
    assert len(tree.nodes) == n_nodes or (depth == 2 and n_nodes > 20)
    ours = {words(tree, place) for place in range(len(tree.nodes))}
    greedy = {words(tree, place) for place in tree.greedy}
    ranking = sorted(
        (path for path in everything if 0 < len(path) <= depth),
        key=lambda path: -everything[path],
    )
    expected = set(greedy)
    for path in ranking:
        if len(expected) < n_nodes:
            expected.add(path)
    assert ours == expected


def test_siblings_are_the_likeliest_in_order_and_the_others_have_the_rest(weights):
    tree = grown(weights, Limits(DEPTH, 3, 60, 2))[-1]
    for parent in {node.parent for node in tree.nodes}:
        found = [node for node in tree.nodes if node.parent == parent]
        path = () if parent is None else words(tree, parent)
        expected = next_tokens(weights, [*TEXT, *path])
        ranking = sorted(range(V), key=lambda token: -expected[token])
        assert len(found) <= 3
        assert [node.token for node in found] == ranking[: len(found)]
        assert [node.rank for node in found] == list(range(len(found)))
        rest = sum(expected[token] for token in ranking[len(found) :])
        assert tree.others(parent) == pytest.approx(rest, abs=1e-5)


@pytest.mark.parametrize("batch", [1, 2, 5, 32])
def test_how_many_are_read_at_a_time_changes_nothing_but_the_order_of_reading(weights, batch):
    limits = Limits(5, 2, 60, 2)
    usual, other = (grown(weights, limits, batch=each)[-1] for each in (8, batch))
    assert [words(usual, at) for at in range(len(usual.nodes))] == [
        words(other, at) for at in range(len(other.nodes))
    ]
    np.testing.assert_allclose(
        [node.path for node in usual.nodes], [node.path for node in other.nodes], rtol=1e-5
    )
    assert (usual.greedy, usual.beams) == (other.greedy, other.beams)
    n_inner = sum(node.depth < 5 and not node.ends for node in other.nodes)
    assert other.n_read <= n_inner + batch  # nothing is read twice, and little in vain


def test_it_grows_and_what_is_there_stays(weights):
    made = grown(weights, Limits(DEPTH, 3, 60, 2))
    assert [len(tree.nodes) for tree in made] == sorted(len(tree.nodes) for tree in made)
    for before, after in itertools.pairwise(made):
        assert after.nodes[: len(before.nodes)] == before.nodes
    assert [tree.is_done for tree in made] == [False] * (len(made) - 1) + [True]
    assert len(made) > 5


def test_greedy_takes_the_likeliest_each_time(weights):
    tree = grown(weights, Limits(DEPTH, 2, 4, 1))[-1]
    path = []
    for _ in range(DEPTH):
        path.append(int(np.argmax(next_tokens(weights, [*TEXT, *path]))))
        if path[-1] == END:
            break
    assert words(tree, tree.greedy[-1]) == tuple(path)
    assert tree.beams[0] == tree.greedy  # a beam of one is greedy


def beams_by_hand(everything, n, depth=DEPTH):
    """Beam search over what was enumerated."""
    kept = [()]
    for _ in range(depth):
        grown = []
        for path in kept:
            after = [(*path, token) for token in range(V) if (*path, token) in everything]
            grown += after or [path]
        kept = sorted(grown, key=lambda path: -everything[path])[:n]
    return kept


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_beam_search_by_hand(weights, everything, n):
    tree = grown(weights, Limits(DEPTH, V, 30, n))[-1]
    assert [words(tree, beam[-1]) for beam in tree.beams] == beams_by_hand(everything, n)


def test_beam_search_as_transformers_does_it(tiny_gpt):
    transformers = pytest.importorskip("transformers")
    sizes = tiny_gpt.config
    config = transformers.GPT2Config(
        vocab_size=sizes.vocab_size,
        n_positions=sizes.context,
        n_embd=sizes.d_model,
        n_layer=sizes.n_layers,
        n_head=sizes.n_heads,
        n_inner=sizes.d_mlp,
        bos_token_id=None,
        eos_token_id=None,
    )
    theirs = transformers.GPT2LMHeadModel(config).eval()
    theirs.transformer.load_state_dict(tiny_gpt.state_dict())
    made = theirs.generate(
        torch.tensor([TEXT]),
        num_beams=4,
        num_return_sequences=4,
        max_new_tokens=DEPTH,
        do_sample=False,
        length_penalty=0.0,
        attention_mask=torch.ones(1, len(TEXT), dtype=torch.long),
        pad_token_id=0,
        output_scores=True,
        return_dict_in_generate=True,
    )
    tree = grown(Weights.of(tiny_gpt), Limits(DEPTH, 6, 40, 4), end=None)[-1]
    ours = [list(words(tree, beam[-1])) for beam in tree.beams]
    assert ours == made.sequences[:, len(TEXT) :].tolist()
    logs = [np.log(tree.nodes[beam[-1]].path) for beam in tree.beams]
    np.testing.assert_allclose(logs, made.sequences_scores.numpy(), atol=1e-4)


def test_where_greedy_and_beam_search_part(weights, everything):
    for text in itertools.product(range(V), repeat=3):
        tree = grown(weights, Limits(DEPTH, V, 30, V), ids=text)[-1]
        greedy, beam = words(tree, tree.greedy[-1]), words(tree, tree.beams[0][-1])
        depth = parting(tree)
        if greedy == beam:
            assert depth is None
            continue
        assert greedy[: depth - 1] == beam[: depth - 1]
        assert greedy[depth - 1] != beam[depth - 1]
        assert tree.nodes[tree.beams[0][-1]].path > tree.nodes[tree.greedy[-1]].path
        return
    pytest.fail("they part nowhere")


def test_nothing_comes_after_the_end(weights):
    tree = grown(weights, Limits(DEPTH, V, 400, 3))[-1]
    ends = {place for place, node in enumerate(tree.nodes) if node.ends}
    assert ends
    assert not ends & {node.parent for node in tree.nodes}
    assert not any(node.ends for node in grown(weights, Limits(2, V, 40, 3), end=None)[-1].nodes)


CHANGES = (
    (Off(0, "mlp"),),
    (Off(1, "head", 2), Off(0, "attention")),
    (Look(0, 0, 2, 1, 0.9, TEXT[2], TEXT[1]),),
    (Patch(0, "layer", 0, 3, (0.5,) * 21, TEXT[3]),),
)


@pytest.mark.parametrize("changes", CHANGES, ids=lambda each: type(each[0]).__name__)
def test_what_is_changed_in_the_pass_is_changed_in_every_branch(weights, changes):
    tree = grown(weights, Limits(3, 3, 30, 2), changes=changes)[-1]
    plain = grown(weights, Limits(3, 3, 30, 2))[-1]
    assert not np.allclose([n.path for n in tree.nodes[:3]], [n.path for n in plain.nodes[:3]])
    for place in range(len(tree.nodes)):
        path = words(tree, place)
        expected = next_tokens(weights, [*TEXT, *path[:-1]], changes)[path[-1]]
        assert tree.nodes[place].probability == pytest.approx(expected, rel=1e-5)


def test_a_full_context_forgets_as_much_of_the_start_as_it_needs(weights):
    text = [0, 1, 2, 3, 4, 3, 2, 1, 0]
    for depth, n_forgotten in ((1, 0), (2, 1), (4, 3)):
        tree = grown(weights, Limits(depth, 2, 9, 1), ids=text, end=None)[-1]
        assert tree.n_forgotten == n_forgotten
        expected = next_tokens(weights, text[n_forgotten:])
        assert tree.nodes[0].probability == pytest.approx(max(expected), rel=1e-4)
        assert max(node.depth for node in tree.nodes) == depth
    with pytest.raises(UserError, match="looks at 9 tokens"):
        grown(weights, Limits(10, 2, 9, 1), ids=text)


def test_a_text_that_is_forgotten_in_part_keeps_the_changes_that_still_fit(weights):
    text, kept = [0, 1, 2, 3, 4, 3, 2, 1, 0], Off(0, "mlp")
    changes = (kept, Look(0, 0, 8, 1, 0.5, 0, 1))
    begun = start(weights, traced(weights, text, changes), 4)
    assert begun.changes == (kept,)
    np.testing.assert_allclose(
        softmax(begun.logits), next_tokens(weights, text[3:], (kept,)), rtol=1e-4
    )


def test_all_scores_equal():
    config = ModelConfig(1, 1, 4, 6, 7)
    flat = Weights.of(GPT(config))
    tree = grown(flat, Limits(3, 2, 30, 2), ids=[1], end=None)[-1]
    assert {node.probability for node in tree.nodes} == {1 / 7}
    assert [node.token for node in tree.nodes[:2]] == [0, 1]
    assert words(tree, tree.greedy[-1]) == (0, 0, 0)


def test_a_width_beyond_the_vocabulary_is_all_of_it(weights):
    tree = grown(weights, Limits(2, 64, 400, 64))[-1]
    assert sum(node.parent is None for node in tree.nodes) == V


def test_it_can_be_stopped(weights):
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > 3

    begun = start(weights, traced(weights), DEPTH)
    with pytest.raises(Cancelled):
        list(futures(weights, begun, Limits(DEPTH, 3, 200, 2), END, cancelled=cancelled))
    assert len(asked) == 4


def test_broken_weights_are_said(weights):
    arrays = {name: np.full_like(array, np.nan) for name, array in weights.arrays().items()}
    broken = Weights(weights.config, arrays)
    begun = start(weights, traced(weights), DEPTH)
    with pytest.raises(UserError, match="not numbers"):
        list(futures(broken, begun, Limits(DEPTH, 3, 40, 2)))


@pytest.mark.parametrize("wrong", [{"depth": 0}, {"width": 65}, {"n_nodes": True}, {"beam": 1.5}])
def test_limits_are_checked(wrong):
    with pytest.raises(UserError, match=next(iter(wrong))):
        Limits(**wrong)


def test_a_model_s_own_futures(tiny_model):
    trace = tiny_model.trace("They walked")
    (*_, tree) = tiny_model.futures(trace, Limits(3, 4, 40, 3))
    expected = softmax(trace.logits[-1])
    assert tree.nodes[0].token == int(np.argmax(expected))
    assert tree.nodes[0].probability == pytest.approx(expected.max())
    path = tree.path(len(tree.nodes) - 1)
    ids = [*trace.ids.tolist(), *(tree.nodes[at].token for at in path)]
    again, product = tiny_model.trace_ids(ids), 1.0
    for at, token in enumerate(ids[len(trace.ids) :], start=len(trace.ids) - 1):
        product *= softmax(again.logits[at])[token]
    assert tree.nodes[path[-1]].path == pytest.approx(product, rel=1e-4)
