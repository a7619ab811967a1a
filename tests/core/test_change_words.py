import pytest

from core.change_words import counted, group_in_words, grouped, in_words, step_in_words
from core.interventions import Look, Off, Patch

LABELS = {1: "␣bank", 2: "␣river", 3: "␣", 4: "⏎"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Off(2, "head", 1), "Layer 3, head 2: off (gives 0)"),
        (Off(2, "head", 1, "mean"), "Layer 3, head 2: gives its average"),
        (Off(0, "attention"), "Layer 1, attention: off (gives 0)"),
        (Off(0, "mlp", 4), "Layer 1, feed-forward: off (gives 0)"),
        (Look(1, 4, 7, 4, 0.8, 1, 2), "Layer 2, head 5: “bank” looks 0.80 at “river”"),
        (Look(1, 4, 7, 4, 1 / 3, 3, 4), "Layer 2, head 5: “␣” looks 0.33 at “⏎”"),
        (Patch(0, "mlp", 0, 7, (0.5,)), "Layer 1, feed-forward: token 8 as in another text"),
        (
            Patch(0, "layer", 0, 7, (0.5,), 1, "The money in the bank"),
            "Layer 1: “bank” as in “The money in the bank”",
        ),
        (Patch(0, "head", 2, 7, (0.5,), 1), "Layer 1, head 3: “bank” as in another text"),
    ],
)
def test_a_change_in_words(change, words):
    assert in_words(change, LABELS.get) == words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((), (Off(1, "head", 2),), "head 2.3 off"),
        ((), (Off(1, "mlp"), Off(0, "attention")), "2 changes"),
        ((Off(1, "mlp"),), (), "feed-forward of layer 2 off, removed"),
        ((Off(1, "mlp"), Off(0, "mlp")), (), "2 changes, removed"),
        ((Off(1, "head"),), (Off(1, "head", instead="mean"),), "head 2.1 at its average"),
        ((), (Look(0, 1, 3, 2, 0.85, 6, 5),), "“t6” looks 0.85 at “t5” in head 1.2"),
        (
            (),
            (Look(0, 1, 3, 0, 0.0, 6, 7), Look(0, 1, 3, 2, 0.85, 6, 5)),
            "“t6” looks 0.85 at “t5”, 0.00 at “t7” in head 1.2",
        ),
        (
            (Look(0, 1, 3, 0, 0.0, 6, 7), Look(0, 1, 3, 2, 0.85, 6, 5)),
            (),
            "“t6” looks 0.85 at “t5”, 0.00 at “t7” in head 1.2, removed",
        ),
        (
            (),
            tuple(Look(0, 1, 3, n, n / 9, 6, n) for n in range(4)),
            "“t6” looks 0.33 at “t3”, 0.22 at “t2” and 2 more in head 1.2",
        ),
        ((), (Look(0, 1, 3, 0, 0.0, 6, 7), Look(0, 1, 2, 0, 0.85, 6, 5)), "2 changes"),
        ((), (Patch(1, "layer", 0, 2, (0.0,), 4, "a text"),), "layer 2 patched at “t4”"),
        ((), (Patch(1, "head", 0, 2, (0.0,)),), "head 2.1 patched at token 3"),
    ],
)
def test_what_a_step_did(before, after, words):
    assert step_in_words(before, after, lambda token_id: f"␣t{token_id}") == words


def test_weights_of_one_row_are_one_change():
    off, other = Off(1, "head", 2), Look(0, 1, 2, 1, 0.3, 2, 1)
    taken, given = Look(0, 1, 3, 0, 0.0, 1, 3), Look(0, 1, 3, 2, 0.85, 1, 2)
    assert grouped((taken, off, given, other)) == [(taken, given), (off,), (other,)]
    assert counted((taken, off, given, other)) == "3 changes"
    assert counted((taken, given)) == "1 change"
    words = "Layer 1, head 2: “bank” looks 0.85 at “river”, 0.00 at “␣”"
    assert group_in_words((taken, given), LABELS.get) == words
    assert group_in_words((off,), LABELS.get) == in_words(off, LABELS.get)


def test_weights_of_a_token_that_is_gone_are_not_those_of_another_at_its_place():
    gone, new = Look(0, 0, 3, 1, 0.5, 10, 20), Look(0, 0, 3, 2, 0.3, 11, 21)
    assert grouped((gone, new)) == [(gone,), (new,)]
