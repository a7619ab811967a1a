"""Settings that will not do are refused in a sentence that fits a line."""

import pytest

from core.config import ModelConfig, TrainConfig
from core.errors import UserError

RECIPE = {"steps": 1, "batch_size": 1, "learning_rate": 0.1}
SIZES = {"n_layers": 1, "n_heads": 1, "d_model": 4, "context": 8, "vocab_size": 300}


@pytest.mark.parametrize("name", [*SIZES, "d_mlp", "epsilon"])
@pytest.mark.parametrize(
    "value",
    ["9" * 100_000, [1] * 100_000, {"a": [["x" * 1000] * 1000]}, 10**4000, -(10**4000), -1],
)
def test_whatever_a_size_is_the_sentence_stays_short(name: str, value: object) -> None:
    with pytest.raises(UserError, match=f"{name} must be .*, not ") as caught:
        ModelConfig(**{**SIZES, name: value})  # type: ignore[arg-type]
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("steps", 0, "1 or more"),
        ("batch_size", -1, "1 or more"),
        ("seed", -1, "0 or more"),
        ("embedding_decay", -0.1, "0 or more"),
        ("learning_rate", 0.0, "more than 0"),
        ("learning_rate", float("nan"), "more than 0"),
        ("clip_norm", float("inf"), "more than 0"),
        ("beta2", 1.0, "0 or more and below 1"),
        ("embedding_rank", -1, "from 0 to the width of 4"),
        ("embedding_rank", 5, "from 0 to the width of 4"),
        ("precision", "fp16", '"fp32" or "bf16"'),
    ],
)
def test_a_recipe_outside_its_range_is_refused(name: str, value: object, words: str) -> None:
    with pytest.raises(UserError, match=f"{name} must be {words}, not "):
        TrainConfig(ModelConfig(**SIZES), **{**RECIPE, name: value})  # type: ignore[arg-type]
