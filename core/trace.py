"""What a forward pass leaves behind, as plain values: numpy arrays, no torch, no screen.

Notation: L layers, H heads, T tokens, C model width, D head width, M feed-forward width,
V vocabulary. All arrays are read-only, and float32 but for `ids`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.interventions import Change

    Array = NDArray[np.float32]
else:
    Array = Any


@dataclass(frozen=True)
class TokenInfo:
    """One token of a text.

    Attributes:
        id: Its number in the vocabulary.
        text: What it stands for, exactly; bytes that are no whole character are escaped.
        label: The same for the eye: a space, a line end, an invisible or partial character shown.
        start: First character of it in the typed text, in code points.
        end: One past its last character; a character split over several tokens belongs to each.
        raw: Its bytes.
    """

    id: int
    text: str
    label: str
    start: int
    end: int
    raw: bytes


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything of one forward pass.

    Attributes:
        text: The typed text, made safe to encode.
        tokens: The T tokens that the model looked at.
        before: Older tokens that no longer fit its context; it did not see them.
        ids: (T,) int64.
        token_embed: (T, C) rows of the embedding matrix.
        pos_embed: (T, C) rows of the position matrix.
        resid_pre: (L, T, C) the residual stream entering each block.
        q: (L, H, T, D) queries.
        k: (L, H, T, D) keys.
        v: (L, H, T, D) values.
        scores: (L, H, T, T) q k^T / sqrt(D); minus infinity where the mask forbids to look.
        pattern: (L, H, T, T) softmax of the scores: row t says how much t looks at each column.
        z: (L, H, T, D) pattern times values.
        attn_out: (L, T, C) what attention adds to the stream.
        resid_mid: (L, T, C) resid_pre + attn_out.
        mlp_pre: (L, T, M) feed-forward neurons before GELU.
        mlp_post: (L, T, M) after GELU.
        mlp_out: (L, T, C) what the feed-forward net adds to the stream.
        resid_post: (L, T, C) resid_mid + mlp_out.
        logits: (T, V) scores of every possible next token, at every position.
        changes: What was made different in the pass; those that made no sense are left out.
    """

    text: str
    tokens: tuple[TokenInfo, ...]
    before: tuple[TokenInfo, ...]
    ids: NDArray[np.int64]
    token_embed: Array
    pos_embed: Array
    resid_pre: Array
    q: Array
    k: Array
    v: Array
    scores: Array
    pattern: Array
    z: Array
    attn_out: Array
    resid_mid: Array
    mlp_pre: Array
    mlp_post: Array
    mlp_out: Array
    resid_post: Array
    logits: Array
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        """Check that the shapes agree and that nothing can be written.

        Raises:
            ValueError: An array has another shape than its name promises, or is writable.
        """
        n_layers, n_heads, n_tokens, d_head = self.q.shape
        d_model, d_mlp = self.resid_pre.shape[-1], self.mlp_pre.shape[-1]
        stream = (n_layers, n_tokens, d_model)
        heads = (n_layers, n_heads, n_tokens, d_head)
        square = (n_layers, n_heads, n_tokens, n_tokens)
        expected = {
            "ids": (n_tokens,),
            "token_embed": stream[1:],
            "pos_embed": stream[1:],
            **dict.fromkeys(
                ("resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post"), stream
            ),
            **dict.fromkeys(("q", "k", "v", "z"), heads),
            **dict.fromkeys(("scores", "pattern"), square),
            **dict.fromkeys(("mlp_pre", "mlp_post"), (n_layers, n_tokens, d_mlp)),
            "logits": (n_tokens, self.logits.shape[-1]),
        }
        for name, shape in expected.items():
            array = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
            if array.flags.writeable:
                raise ValueError(f"{name} is writable")
        if len(self.tokens) != n_tokens:
            raise ValueError(f"{len(self.tokens)} tokens for {n_tokens} positions")

    def first(self, n_tokens: int) -> Trace:
        """The pass over the first tokens alone: no token looks ahead, so it is the same.

        Args:
            n_tokens: From 1 to T.

        Raises:
            ValueError: There are not so many.
        """
        if not 1 <= n_tokens <= len(self.tokens):
            raise ValueError(f"no first {n_tokens} of {len(self.tokens)} tokens")
        cut = slice(n_tokens)
        by_token = ("token_embed", "pos_embed", "logits", "ids")
        square = ("scores", "pattern")
        arrays: dict[str, Any] = {
            name: array[cut] if name in by_token else array[..., cut, :]
            for name, array in self.arrays().items()
        }
        arrays |= {name: arrays[name][..., cut] for name in square}
        tokens = self.tokens[cut]
        return replace(self, text=self.text[: tokens[-1].end], tokens=tokens, **arrays)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Every array by its name, `ids` included."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in named if hasattr(value, "dtype")}


@dataclass(frozen=True)
class Candidate:
    """One possible next token.

    Attributes:
        id: Its number in the vocabulary.
        text: What choosing it appends.
        label: The same for the eye.
        logit: The model's raw score.
        raw: Softmax of the logits over the whole vocabulary.
        probability: As the dice are loaded; 0 if cut.
        ends: Whether it is the mark that the text is over, which nobody wants in their text.
    """

    id: int
    text: str
    label: str
    logit: float
    raw: float
    probability: float
    ends: bool = False


@dataclass(frozen=True)
class Prediction:
    """The distribution of the next token.

    Attributes:
        candidates: The likeliest, best first.
        n_others: Tokens that are not among them.
        others: Probability of all those together, after shaping.
        n_kept: Tokens that are left in the draw.
        entropy_bits: Entropy of the raw distribution over the whole vocabulary.
        shaped_bits: The same after shaping.
    """

    candidates: tuple[Candidate, ...]
    n_others: int
    others: float
    n_kept: int
    entropy_bits: float
    shaped_bits: float

    @property
    def others_raw(self) -> float:
        """Probability of the others together, before shaping."""
        return max(0.0, 1.0 - sum(candidate.raw for candidate in self.candidates))

    @property
    def perplexity(self) -> float:
        """How many equally likely tokens would leave one as unsure."""
        return float(2.0**self.entropy_bits)

    @property
    def shaped_perplexity(self) -> float:
        """The same after shaping."""
        return float(2.0**self.shaped_bits)


@dataclass(frozen=True)
class Shift:
    """How probable one next token is in two passes.

    Attributes:
        id: Its number in the vocabulary.
        label: For the eye.
        before: Probability in the one.
        after: And in the other.
        shown: Both in hundredths of a percent, rounded so that each column adds up to 100%.
        ends: Whether it is the mark that the text is over.
        absent: Whether the vocabulary of the one, and of the other, has no such token.
    """

    id: int
    label: str
    before: float
    after: float
    shown: tuple[int, int]
    ends: bool = False
    absent: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class Shifts:
    """How the next token's probabilities shift from one pass to another.

    Attributes:
        rows: The tokens that are likeliest in either, the likeliest of the second pass first.
        n_others: Tokens that are not among them.
        others: Probability of all those together, before and after.
        others_shown: The same in hundredths of a percent.
    """

    rows: tuple[Shift, ...]
    n_others: int
    others: tuple[float, float]
    others_shown: tuple[int, int]


@dataclass(frozen=True, eq=False)
class EmbeddingPlane:
    """The vocabulary on its two widest directions (principal components).

    Attributes:
        points: (V, 2) where each token lies.
        explained: Share of the variance along each of the two directions, of the tokens that
            count (see `core.geometry.plane`).
        labels: V token labels.
    """

    points: Array
    explained: tuple[float, float]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class ModelInfo:
    """Facts about a model that the window shows.

    Attributes:
        name: For people.
        folder: Where it was opened.
        n_parameters: Numbers it learnt.
        n_layers: Blocks.
        n_heads: Heads in a block.
        d_model: Width of the residual stream.
        context: Most tokens it can look at.
        vocab_size: Tokens it knows.
        non_finite: Some weights are NaN or infinite: what it says is meaningless.
        training: What `training.json` says, if it came with one.
    """

    name: str
    folder: str
    n_parameters: int
    n_layers: int
    n_heads: int
    d_model: int
    context: int
    vocab_size: int
    non_finite: bool
    training: dict[str, Any] | None
