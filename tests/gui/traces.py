"""Made-up but lawful results of a model, for tests of what shows them."""

from __future__ import annotations

import numpy as np

from core.trace import Candidate, EmbeddingPlane, Prediction, TokenInfo, Trace

WORDS = ("They", " walked", " along", " the", " river", " to", " the", " bank", ".", " It", " was")


def tokens_of(words: tuple[str, ...] | list[str], start: int = 0) -> tuple[TokenInfo, ...]:
    """One token a word; equal words get equal ids."""
    ids = {word: 300 + i for i, word in enumerate(dict.fromkeys(words))}
    tokens = []
    for word in words:
        label = word.replace(" ", "␣").replace("\n", "⏎")
        tokens.append(TokenInfo(ids[word], word, label, start, start + len(word), word.encode()))
        start += len(word)
    return tuple(tokens)


def random_trace(
    n_tokens: int = 5,
    n_layers: int = 2,
    n_heads: int = 3,
    *,
    d_head: int = 4,
    d_mlp: int = 7,
    vocab_size: int = 400,
    words: tuple[str, ...] = WORDS,
    n_before: int = 0,
    sharpness: float = 2.0,
    seed: int = 0,
) -> Trace:
    """A trace of random numbers in which everything that must hold holds.

    Patterns are softmax rows of masked scores, z is pattern times values, and the residual stream
    adds up; only the weights that would have made them do not exist.
    """
    rng = np.random.default_rng(seed)
    d_model = n_heads * d_head
    spoken = tuple(words[i % len(words)] for i in range(n_before + n_tokens))
    tokens = tokens_of(spoken)
    ids = np.array([token.id for token in tokens[n_before:]], dtype=np.int64)

    q, k, v = rng.normal(size=(3, n_layers, n_heads, n_tokens, d_head)) * np.sqrt(
        sharpness
    )  # each (L, H, T, D)
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(d_head)  # (L, H, T, T)
    scores[..., ~np.tri(n_tokens, dtype=bool)] = -np.inf
    pattern = np.exp(scores - scores.max(axis=-1, keepdims=True))
    pattern /= pattern.sum(axis=-1, keepdims=True)

    token_embed, pos_embed = rng.normal(size=(2, n_tokens, d_model))
    attn_out, mlp_out = rng.normal(size=(2, n_layers, n_tokens, d_model))
    resid_post = token_embed + pos_embed + np.cumsum(attn_out + mlp_out, axis=0)
    mlp_pre = rng.normal(size=(n_layers, n_tokens, d_mlp))
    arrays = {
        "token_embed": token_embed,
        "pos_embed": pos_embed,
        "resid_pre": resid_post - attn_out - mlp_out,
        "q": q,
        "k": k,
        "v": v,
        "scores": scores,
        "pattern": pattern,
        "z": pattern @ v,
        "attn_out": attn_out,
        "resid_mid": resid_post - mlp_out,
        "mlp_pre": mlp_pre,
        "mlp_post": np.maximum(mlp_pre, 0.0),
        "mlp_out": mlp_out,
        "resid_post": resid_post,
        "logits": rng.normal(size=(n_tokens, vocab_size)),
    }
    arrays = {name: _frozen(value.astype(np.float32)) for name, value in arrays.items()}
    return Trace("".join(spoken), tokens[n_before:], tokens[:n_before], _frozen(ids), **arrays)


def random_plane(vocab_size: int = 400, seed: int = 0) -> EmbeddingPlane:
    """A vocabulary on a plane; the ids of `random_trace` with the default words have names."""
    rng = np.random.default_rng(seed)
    labels = [f"␣w{i}" for i in range(vocab_size)]
    for token in tokens_of(WORDS):
        if token.id < vocab_size:
            labels[token.id] = token.label
    points = rng.normal(size=(vocab_size, 2)) * (1.0, 0.6)
    return EmbeddingPlane(_frozen(points.astype(np.float32)), (0.12, 0.07), tuple(labels))


def random_prediction(n: int = 20, vocab_size: int = 400, seed: int = 0) -> Prediction:
    """The likeliest next tokens of random logits, nothing cut."""
    logits = np.random.default_rng(seed).normal(size=vocab_size) * 3
    raw = np.exp(logits - logits.max())
    raw /= raw.sum()
    best = np.argsort(-raw)[:n]
    candidates = tuple(
        Candidate(int(i), f" w{i}", f"␣w{i}", float(logits[i]), float(raw[i]), float(raw[i]))
        for i in best
    )
    others = float(1 - sum(candidate.probability for candidate in candidates))
    entropy_bits = float(-(raw * np.log2(raw)).sum())
    return Prediction(
        candidates, vocab_size - len(candidates), others, vocab_size, entropy_bits, entropy_bits
    )


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
