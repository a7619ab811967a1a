import pytest

from core.change_words import in_words
from core.interventions import Look, Off, Patch

LABELS = {1: "␣bank", 2: "␣river", 3: "␣", 4: "⏎"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Off(2, "head", 1), "Layer 3, head 2: off (gives 0)"),
        (Off(2, "head", 1, "mean"), "Layer 3, head 2: off (gives its average)"),
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
