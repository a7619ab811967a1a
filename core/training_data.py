"""What a model is trained on: a text as tokens, with a part of it held out.

All tokens lie ready in one array before training starts, so that no step ever waits for text.
The text is streamed: of a file about 20 MB are in memory at a time, whatever its size, and two
bytes for every token of the `TrainConfig.text_characters` that are kept.
"""

from __future__ import annotations

import hashlib
import itertools
from array import array
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.corpus import documents, first
from core.errors import UserError
from core.text_file import TextFile, blocks
from core.tokenizer import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from core.config import TrainConfig

    Tokens = NDArray[np.unsignedinteger[Any]]
    Progress = Callable[[str, float], None]

SMALL_WORLD = "small-world"
# The tokenizer sees this much of the training text; more does not change its merges much.
SAMPLE_CHARACTERS = 4_000_000
# A file is cut into blocks, between these sizes so that there are about 200 of what is kept.
SMALLEST_BLOCK, LARGEST_BLOCK = 512, 16_384
CHARACTERS_PER_TOKEN = 6  # on the safe side: 3 to 5 are usual
# Characters that are tokenized at a time, and in one piece: pieces of a batch share the cores.
_BATCH, _LONGEST_PIECE = 1 << 20, 1 << 17


@dataclass(frozen=True, eq=False)
class TrainingData:
    """A text as tokens.

    Attributes:
        name: Where it comes from, for people.
        tokenizer: Learnt from text that is not held out.
        train: The part to learn from, an unsigned 16- or 32-bit number for each token.
        held_out: The part that is only measured on, of the same type.
        n_characters: Length of the training part, in code points.
    """

    name: str
    tokenizer: Tokenizer
    train: Tokens
    held_out: Tokens
    n_characters: int

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the tokenizer and all tokens: the same for the same data only."""
        digest = hashlib.sha256(self.tokenizer.to_json().encode())
        for part in (self.train, self.held_out):
            digest.update(f"{part.dtype} {len(part)} ".encode() + part.tobytes())
        return digest.hexdigest()


class _Text(NamedTuple):
    """A text before it is tokens: documents to learn the tokenizer from, to train, to measure."""

    name: str
    sample: Iterable[str]
    train: Iterable[str]
    held_out: Iterable[str]
    n_characters: int  # of `train`, about


def ignore(_what: str, _share: float) -> None:
    """What somebody does with progress who does not ask for it."""


def prepare(source: str, config: TrainConfig, progress: Progress = ignore) -> TrainingData:
    """Get a text ready for training.

    Args:
        source: "small-world", or the path of a file of plain text.
        config: Says how much text, from which seed, and how large a vocabulary.
        progress: Is told what is being done and which share of it is done, from 0 to 1.

    Returns:
        The same tokens for the same source and settings.

    Raises:
        UserError: The file cannot be read, is not text, or is too short.
    """
    # A run never needs more text than it will read.
    wanted = CHARACTERS_PER_TOKEN * config.steps * config.tokens_per_step
    most = min(config.text_characters, max(wanted, SMALLEST_BLOCK))
    held_out = CHARACTERS_PER_TOKEN * config.eval_windows * (config.model.context + 1)
    if source == SMALL_WORLD:
        text = _small_world(config.seed, most, held_out)
    else:
        progress("Reading the file", 0.0)
        text = _file(Path(source), most, held_out)
    progress("Learning the tokenizer", 0.0)
    tokenizer = Tokenizer.train(text.sample, config.model.vocab_size)
    train, n_characters = _tokens(tokenizer, text.train, text.n_characters, progress)
    measured, _ = _tokens(tokenizer, text.held_out, held_out)
    least = config.model.context + 1
    if min(len(train), len(measured)) < least:
        raise UserError(
            f"{text.name} is too short: {len(train):,} tokens to learn from and "
            f"{len(measured):,} to measure on, where {least:,} of both are needed. "
            "Choose a longer text."
        )
    return TrainingData(text.name, tokenizer, train, measured, n_characters)


def _small_world(seed: int, most: int, held_out: int) -> _Text:
    """Text from the generator; its two streams have no document in common."""
    stream = documents(seed, "train")
    sample = list(first(stream, min(most, SAMPLE_CHARACTERS)))
    train = first(itertools.chain(sample, stream), most)
    return _Text(SMALL_WORLD, sample, train, first(documents(seed, "held-out"), held_out), most)


def _file(path: Path, most: int, held_out: int) -> _Text:
    """Text from a file: of a long one, parts that are spread evenly over it."""
    file = TextFile.recognise(path)
    kept = min(most, file.n_characters)
    size = min(max(kept // 200, SMALLEST_BLOCK), LARGEST_BLOCK)
    sampled_one_in = -(-file.n_characters // SAMPLE_CHARACTERS)
    # A tenth of what is kept or, of a long text, as much as is measured.
    held_out_one_in = max(10, min(kept // held_out, kept // (16 * size)))
    held_out_one_in = held_out_one_in * file.n_characters // kept

    def is_held_out(n: int) -> bool:
        return n % held_out_one_in == held_out_one_in // 2

    def is_kept(n: int) -> bool:
        """As many blocks as the share that is wanted, at even distances."""
        return n * kept % file.n_characters < kept

    def chosen(keep: Callable[[int], bool]) -> Iterator[str]:
        """Stretches of neighbouring blocks."""

        def stretch_of(numbered: tuple[int, str]) -> tuple[bool, int]:
            n, _ = numbered
            return keep(n), n * size // _LONGEST_PIECE

        numbered = enumerate(blocks(file.chunks(), size))
        for (is_chosen, _), stretch in itertools.groupby(numbered, key=stretch_of):
            if is_chosen:
                yield "".join(block for _, block in stretch)

    return _Text(
        path.name,
        # In short pieces: a text without spaces is one word, and long words take the trainer long.
        sample=blocks(chosen(lambda n: n % sampled_one_in == 0 and not is_held_out(n)), 200),
        train=chosen(lambda n: is_kept(n) and not is_held_out(n)),
        held_out=chosen(is_held_out),
        n_characters=kept,
    )


def _tokens(
    tokenizer: Tokenizer, texts: Iterable[str], n_characters: int, progress: Progress = ignore
) -> tuple[Tokens, int]:
    """The tokens of documents, one after the other with <|endoftext|> behind each; their length."""
    tokens = array("H" if tokenizer.vocab_size <= 1 << 16 else "I")
    end = [] if tokenizer.end_of_text is None else [tokenizer.end_of_text]
    done = 0
    for batch in _batches(texts):
        progress("Cutting the text into tokens", min(done / n_characters, 1.0))
        for ids in tokenizer.encode_many(batch):
            tokens.extend(ids + end)
        done += sum(map(len, batch))
    return np.frombuffer(tokens, dtype=tokens.typecode), done


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Documents in lists of about a million characters."""
    batch, length = [], 0
    for text in texts:
        batch.append(text)
        length += len(text)
        if length >= _BATCH:
            yield batch
            batch, length = [], 0
    yield batch
