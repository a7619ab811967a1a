"""A model's folder on disk: Hugging Face's GPT-2 layout, read and written.

    config.json            the sizes, and the switches that GPT-2 variants differ in
    model.safetensors      the weights (or several files and model.safetensors.index.json)
    tokenizer.json         the byte-level BPE, with tokenizer_config.json for other programs
    generation_config.json which token ends a text, for other programs
    training.json          how the model was trained; only ours have it
    README.md              its card, once it has sat its exams (core.exams.card)

Never pickle: a model file is numbers, and opening one runs no code.
"""

from __future__ import annotations

import json
import os
import re
import reprlib
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors.numpy import save

from core.config import ModelConfig
from core.errors import UserError
from core.files import finish_saves, parse_json, read_limited, write_together
from core.inference import parameter_shapes
from core.tokenizer import Tokenizer
from core.weights import Stored, open_weights

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.inference import Parameters
    from core.trace import Array

CARD = "README.md"
MOST_CONFIG_BYTES = 1_000_000
MOST_TRAINING_BYTES = 50_000_000

# GPT-2's own values hold where config.json is silent, as in transformers.
SIZES = {
    "n_layer": 12,
    "n_head": 12,
    "n_embd": 768,
    "n_positions": 1024,
    "vocab_size": 50257,
    "layer_norm_epsilon": 1e-5,
}
# Switches that change the numbers, and the only settings of them that are GPT-2.
SWITCHES: dict[str, tuple[Any, ...]] = {
    "model_type": ("gpt2",),
    "activation_function": ("gelu_new", "gelu_pytorch_tanh"),
    "scale_attn_weights": (True,),
    "scale_attn_by_inverse_layer_idx": (False,),
    "add_cross_attention": (False,),
    "tie_word_embeddings": (True,),
    "quantization_config": (None,),
}
# Stands among the weights of some files although it is the embeddings again.
HEAD = "lm_head.weight"
# Masks that old GPT-2 files carry among their weights.
BUFFER = re.compile(r"h\.\d+\.attn\.(bias|masked_bias)")


def load_folder(
    folder: Path,
) -> tuple[ModelConfig, dict[str, Array], Tokenizer, dict[str, Any] | None, str]:
    """Read a model folder, believing nothing before it is checked.

    Args:
        folder: Holds at least config.json, model.safetensors and tokenizer.json.

    Returns:
        The sizes; the weights, float32, under Hugging Face's names; the tokenizer; what
        training.json says, if it says anything; and the model's name.

    Raises:
        UserError: Something is missing, damaged, or not a GPT-2.
    """
    if os.path.isfile(folder):  # unlike a Path's, never raises; nor does isdir
        raise UserError(f"{folder} is a file: choose the folder that holds the model's files.")
    if not os.path.isdir(folder):
        raise UserError(f"There is no folder {folder}: choose the folder that holds a model.")
    finish_saves(folder)
    config = _read_config(folder / "config.json")
    with open_weights(folder) as stored:
        wanted = _match(stored, config)
        state = {name: tensor.read() for name, tensor in wanted.items()}
        head = stored.get(HEAD)
        if head and not np.array_equal(head.read(), state["wte.weight"], equal_nan=True):
            raise UserError(f"{folder} has a head of its own; Glassbox opens tied embeddings only.")
    tokenizer = Tokenizer.load(folder / "tokenizer.json")
    if tokenizer.vocab_size != config.vocab_size:
        raise UserError(
            f"The tokenizer in {folder} knows {tokenizer.vocab_size:,} tokens and the model "
            f"{config.vocab_size:,}: they do not belong together."
        )
    training = _read_training(folder / "training.json")
    name = (training or {}).get("name")
    return config, state, tokenizer, training, name if isinstance(name, str) else folder.name


def save_folder(
    folder: Path,
    model: Parameters,
    tokenizer: Tokenizer,
    training: Mapping[str, Any] | None,
    half: bool = False,
) -> None:
    """Write a model folder: all of it or nothing, even if the process is killed.

    Args:
        folder: Made if missing.
        model: See `folder_files`, as for the others.
        tokenizer: See there.
        training: See there.
        half: See there.

    Raises:
        UserError: The folder cannot be written; what was there is unchanged.
    """
    write_together(folder, folder_files(model, tokenizer, training, half))


def folder_files(
    model: Parameters,
    tokenizer: Tokenizer,
    training: Mapping[str, Any] | None,
    half: bool = False,
) -> dict[str, bytes]:
    """What stands in a model folder.

    Args:
        model: The weights, and their sizes.
        tokenizer: Its vocabulary is the model's.
        training: For training.json; None if nothing is known.
        half: Keep the weights in float16, half the size; they are still computed in float32.

    Returns:
        Content by file name.
    """
    dtype = np.float16 if half else np.float32
    with np.errstate(over="ignore"):
        weights = {
            f"transformer.{name}": np.ascontiguousarray(weight, dtype)
            for name, weight in model.arrays().items()
        }
    end = tokenizer.end_of_text
    ends = {"bos_token_id": end, "eos_token_id": end}
    return {
        "config.json": _json(_config_values(model.config) | ends),
        "generation_config.json": _json(ends),
        "model.safetensors": save(weights, metadata={"format": "pt"}),
        "tokenizer.json": tokenizer.to_json().encode(),
        "tokenizer_config.json": _json(_tokenizer_values(tokenizer, model.config)),
        "training.json": _json(training or {}),
    }


def _read_config(path: Path) -> ModelConfig:
    values = _read_table(path, MOST_CONFIG_BYTES)
    for name, allowed in SWITCHES.items():
        if values.get(name, allowed[0]) not in allowed:
            raise UserError(
                f"{path} says {name} = {reprlib.repr(values[name])}; Glassbox opens GPT-2 models, "
                f"which have {allowed[0]!r}."
            )
    sizes = {name: values.get(name, usual) for name, usual in SIZES.items()}
    try:
        return ModelConfig(
            n_layers=sizes["n_layer"],
            n_heads=sizes["n_head"],
            d_model=sizes["n_embd"],
            context=sizes["n_positions"],
            vocab_size=sizes["vocab_size"],
            d_mlp=values.get("n_inner") or 0,
            epsilon=sizes["layer_norm_epsilon"],
        )
    except UserError as error:
        raise UserError(f"{path} is not usable: {error}") from error


def _match(stored: Mapping[str, Stored], config: ModelConfig) -> dict[str, Stored]:
    """Find each weight among the stored tensors, and refuse what does not fit."""
    found: dict[str, Stored] = {}
    for full_name, tensor in stored.items():
        name = full_name.removeprefix("transformer.")
        if BUFFER.fullmatch(name):
            continue
        if name in found:
            raise UserError(f"The weights have {name} twice: the model file is damaged.")
        if tensor.dtype not in ("F32", "F16", "BF16"):
            raise UserError(
                f"The weights {name} are {tensor.dtype}; "
                "save them as float32, float16 or bfloat16 to open them."
            )
        if full_name != HEAD:  # compared with the embeddings when these are read
            found[name] = tensor
    shapes = parameter_shapes(config)
    for problem, names in (
        ("missing", shapes.keys() - found.keys()),
        ("unknown", found.keys() - shapes.keys()),
    ):
        if names:
            raise UserError(
                f"The weights do not fit config.json: {min(names):.80} is {problem} "
                f"({len(names):,} in all)."
            )
    for name, shape in shapes.items():
        if found[name].shape != shape:
            raise UserError(
                f"The weights do not fit config.json: {name} is {list(found[name].shape)}, "
                f"not {list(shape)}."
            )
    return found


def _read_table(path: Path, most: int) -> dict[str, Any]:
    values = parse_json(read_limited(path, most), str(path))
    if not isinstance(values, dict):
        raise UserError(f"{path} is damaged: it is not a table of names and values.")
    return values


def _read_training(path: Path) -> dict[str, Any] | None:
    return (_read_table(path, MOST_TRAINING_BYTES) or None) if path.exists() else None


def _config_values(config: ModelConfig) -> dict[str, Any]:
    """config.json as transformers reads it."""
    return {
        "architectures": ["GPT2LMHeadModel"],
        **{name: allowed[0] for name, allowed in SWITCHES.items() if allowed[0] is not None},
        "n_layer": config.n_layers,
        "n_head": config.n_heads,
        "n_embd": config.d_model,
        "n_positions": config.context,
        "vocab_size": config.vocab_size,
        "n_inner": config.d_mlp,
        "layer_norm_epsilon": config.epsilon,
        # transformers computes in this type, whatever the weights are kept in.
        "dtype": "float32",
    }


def _tokenizer_values(tokenizer: Tokenizer, config: ModelConfig) -> dict[str, Any]:
    """tokenizer_config.json: take tokenizer.json as it is."""
    end = None if tokenizer.end_of_text is None else tokenizer.text(tokenizer.end_of_text)
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": config.context,
        "clean_up_tokenization_spaces": False,
        "bos_token": end,
        "eos_token": end,
        "unk_token": end,
    }


def _json(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()
