"""Traces with all the digits of float64, which the program's own do not have."""

from __future__ import annotations

import numpy as np

from core.inference import head, read_all
from core.interventions import Interventions, also
from core.trace import TokenInfo, Trace


def exact_trace(weights, ids, changes=(), average=None):
    """A trace in the type of the weights; texts are made up."""
    n_layers = weights.config.n_layers
    seen = {}

    def keep(layer, name, value):
        seen[name, layer] = value.copy()

    acted = Interventions(changes, average, n_layers)
    x = read_all(weights, ids, also(acted.see, keep))
    names = sorted({name for name, _ in seen} - {"token_embed", "pos_embed", "resid_post"})
    arrays = {name: np.stack([seen[name, n] for n in range(n_layers)]) for name in names}
    last = seen["resid_post", n_layers - 1]
    arrays["resid_post"] = np.concatenate([arrays["resid_pre"][1:], last[None]])
    arrays |= {name: seen[name, 0] for name in ("token_embed", "pos_embed")}
    arrays |= {"logits": head(weights, x), "ids": np.array(ids)}
    for array in arrays.values():
        array.flags.writeable = False
    tokens = tuple(TokenInfo(i, f" t{i}", f"␣t{i}", 0, 0, b"") for i in ids)
    return Trace(text="", tokens=tokens, before=(), **arrays)
