"""Settings that will not do are refused in a sentence that fits a line."""

import pytest

from core.config import ModelConfig
from core.errors import UserError

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
