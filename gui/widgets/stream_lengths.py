"""How long a token's stream is at each depth, and what is added to it, as plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gui.widgets.neighbour_list import three
from gui.widgets.painting import checked

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


class Part(NamedTuple):
    """Of the picture.

    Attributes:
        kind: "token", "place", "stream", "attention" or "feed_forward".
        at: The layer; of the stream the depth.
    """

    kind: str
    at: int = 0


@dataclass(frozen=True, eq=False)
class StreamLengths:
    """Lengths of vectors at one position, or how far those of two texts are apart.

    Attributes:
        label: Of the token, or of both.
        token: Of its embedding.
        place: Of its position's.
        stream: (L + 1,) of the stream before the first layer and after each.
        attention: (L,) of what attention adds.
        feed_forward: (L,) of what the feed-forward net adds.
        is_apart: Whether these are distances between two texts.
    """

    label: str
    token: float
    place: float
    stream: NDArray[Any]
    attention: NDArray[Any]
    feed_forward: NDArray[Any]
    is_apart: bool = False

    def check(self) -> None:
        """See that it fits together.

        Raises:
            ValueError: It does not, or has a number that is not finite.
        """
        n_layers = len(self.attention)
        checked(self.stream, "stream", n_layers + 1)
        checked(self.attention, "attention", n_layers)
        checked(self.feed_forward, "feed_forward", n_layers)
        if not math.isfinite(self.token + self.place):
            raise ValueError("token or place is not finite")

    def parts(self) -> list[Part]:
        """All that has a length, from left to right."""
        found = [Part("token"), Part("place"), Part("stream")]
        for layer in range(len(self.attention)):
            found += [Part("attention", layer), Part("feed_forward", layer)]
            found.append(Part("stream", layer + 1))
        return found

    def of(self, part: Part) -> float:
        """One of them."""
        value = getattr(self, part.kind)
        return float(value if part.kind in ("token", "place") else value[part.at])

    def widest(self) -> float:
        """The longest of all that is added."""
        added = *self.attention.tolist(), *self.feed_forward.tolist()
        return max(self.token, self.place, *map(float, added))

    def said(self, part: Part) -> str:
        """What there is to say of a part, in a line."""
        length = three(self.of(part))
        if self.is_apart:
            return f"{self._named(part)}: {length} apart"
        if part.kind == "stream" and part.at == 0:
            return f"What enters layer 1 for {self.label}: {length} long"
        n = part.at + (part.kind != "stream")
        net = f"The feed-forward net of layer {n} adds a vector that is {length} long"
        return {
            "token": f"The embedding of {self.label}: {length} long",
            "place": f"The vector of its place: {length} long",
            "stream": f"The stream after layer {n}: {length} long",
            "attention": f"Attention of layer {n} adds a vector that is {length} long",
            "feed_forward": net,
        }[part.kind]

    def _named(self, part: Part) -> str:
        """What is apart."""
        n = part.at + (part.kind != "stream")
        return {
            "token": f"The embeddings of {self.label}",
            "place": "The vectors of their places",
            "stream": f"The two streams after layer {n}" if part.at else "What enters layer 1",
            "attention": f"What attention of layer {n} adds in the two texts",
            "feed_forward": f"What the feed-forward net of layer {n} adds in the two texts",
        }[part.kind]
