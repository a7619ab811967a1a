import json
import os
import shutil
import struct

import numpy as np
import pytest
import safetensors.torch
import torch

from core import checkpoint, weights
from core.checkpoint import load_folder, save_folder
from core.config import ModelConfig
from core.errors import UserError
from core.gpt import GPT
from core.weights import open_weights

TEXT = "The cat saw the dog at the bank."


@pytest.fixture
def folder(tiny_folder, tmp_path):
    """A model folder to spoil."""
    return shutil.copytree(tiny_folder, tmp_path / "model")


def stored(folder):
    return safetensors.torch.load_file(folder / "model.safetensors", backend="pread")


def store(folder, tensors, name="model.safetensors"):
    (folder / name).write_bytes(safetensors.torch.save(tensors))


def set_config(folder, **values):
    path = folder / "config.json"
    config = json.loads(path.read_bytes()) | values
    path.write_text(json.dumps({name: value for name, value in config.items() if value != ...}))


def refusal(folder):
    """The sentence that opening it is refused with."""
    with pytest.raises(UserError) as caught:
        load_folder(folder)
    sentence = str(caught.value)
    assert sentence.endswith((".", ")"))
    assert "\n" not in sentence
    assert len(sentence) < 500
    return sentence


def same_numbers(folder, gpt):
    config, state, _, _, _ = load_folder(folder)
    loaded = GPT.of(config, state)
    ids = torch.arange(11)[None] * 7
    with torch.no_grad():
        return torch.equal(loaded(ids), gpt(ids))


# --- what is right


def test_saved_and_opened_again(tiny_folder, tiny_gpt, tiny_tokenizer):
    config, state, tokenizer, training, name = load_folder(tiny_folder)
    assert config == tiny_gpt.config
    assert state.keys() == tiny_gpt.arrays().keys()
    assert all(np.array_equal(state[key], value) for key, value in tiny_gpt.arrays().items())
    assert tokenizer.ids(TEXT) == tiny_tokenizer.ids(TEXT)
    assert training == {"name": "Tiny", "steps": 5}
    assert name == "Tiny"


def test_without_training_facts_the_folder_names_it(folder):
    (folder / "training.json").unlink()
    assert load_folder(folder)[3:] == (None, "model")


def test_every_size_comes_back(tiny_tokenizer, tmp_path):
    config = ModelConfig(2, 3, 15, 7, tiny_tokenizer.vocab_size, d_mlp=11, epsilon=0.01)
    save_folder(tmp_path, GPT(config), tiny_tokenizer, None)
    assert load_folder(tmp_path)[0] == config


@pytest.mark.parametrize("half", [False, True])
def test_transformers_opens_it_and_gives_our_numbers(half, tiny_gpt, tiny_tokenizer, tmp_path):
    transformers = pytest.importorskip("transformers")
    save_folder(tmp_path, tiny_gpt, tiny_tokenizer, None, half)
    config, state, tokenizer, _, _ = load_folder(tmp_path)
    gpt = GPT.of(config, state)
    their_tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(tmp_path)
    for text in (TEXT, " two  spaces\n\ttab", "thé 🦊<|endoftext|> It's", ""):
        assert their_tokenizer(text).input_ids == tokenizer.ids(text)
        assert their_tokenizer.decode(tokenizer.ids(text)) == text
    ids = torch.tensor([tokenizer.ids(TEXT)[:11]])
    with torch.no_grad():
        logits = theirs(ids).logits
        assert theirs.dtype == logits.dtype == torch.float32
        torch.testing.assert_close(gpt(ids), logits, rtol=0, atol=1e-5)
        torch.testing.assert_close(gpt(ids), tiny_gpt(ids), rtol=0, atol=0.05 if half else 0)
    assert theirs.config.eos_token_id == tokenizer.end_of_text
    assert their_tokenizer.model_max_length == config.context


def test_a_folder_that_transformers_saved_opens(tiny_gpt, tiny_folder, tmp_path):
    transformers = pytest.importorskip("transformers")
    transformers.AutoModelForCausalLM.from_pretrained(tiny_folder).save_pretrained(tmp_path)
    shutil.copy(tiny_folder / "tokenizer.json", tmp_path)
    assert same_numbers(tmp_path, tiny_gpt)


def test_names_without_prefix_old_masks_and_a_tied_head_are_fine(folder, tiny_gpt):
    tensors = {name.removeprefix("transformer."): value for name, value in stored(folder).items()}
    tensors["lm_head.weight"] = tensors["wte.weight"].clone()
    for layer in range(3):
        tensors[f"h.{layer}.attn.bias"] = torch.ones(1, 1, 11, 11).tril()
        tensors[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    store(folder, tensors)
    assert same_numbers(folder, tiny_gpt)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_read_as_float32(folder, dtype):
    tensors = {name: value.to(dtype) for name, value in stored(folder).items()}
    store(folder, tensors)
    state = load_folder(folder)[1]
    for name, value in tensors.items():
        read = state[name.removeprefix("transformer.")]
        assert read.dtype == np.float32
        assert np.array_equal(read, value.float().numpy())


def test_several_files_are_read_as_one(folder, tiny_gpt):
    tensors = stored(folder)
    (folder / "model.safetensors").unlink()
    weight_map = {}
    for n, name in enumerate(tensors):
        weight_map[name] = f"model-{1 + n % 2:05}-of-00002.safetensors"
    for file in set(weight_map.values()):
        store(folder, {name: tensors[name] for name in tensors if weight_map[name] == file}, file)
    index = {"metadata": {"total_size": 0}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert same_numbers(folder, tiny_gpt)


def test_a_silent_config_means_gpt2s_own_values(folder):
    set_config(folder, layer_norm_epsilon=..., activation_function=..., tie_word_embeddings=...)
    assert load_folder(folder)[0].epsilon == 1e-5
    set_config(folder, n_layer=...)
    assert "h.10.attn.c_attn.bias is missing" in refusal(folder)  # of 12 layers


def test_saving_another_model_forgets_the_old_ones_training(folder, tiny_gpt, tiny_tokenizer):
    save_folder(folder, tiny_gpt, tiny_tokenizer, None)
    assert load_folder(folder)[3:] == (None, "model")


def test_numbers_that_are_not_finite_are_kept_for_others_to_see(folder):
    tensors = stored(folder)
    tensors["transformer.wte.weight"][3, 5] = float("nan")
    store(folder, tensors)
    assert np.isnan(load_folder(folder)[1]["wte.weight"]).sum() == 1
    tensors["lm_head.weight"] = tensors["transformer.wte.weight"].clone()
    store(folder, tensors)
    assert np.isnan(load_folder(folder)[1]["wte.weight"]).sum() == 1
    tensors["lm_head.weight"][3, 6] = float("nan")  # that is another head
    store(folder, tensors)
    assert "head of its own" in refusal(folder)


def test_an_interrupted_save_is_completed_when_opened(
    folder, tiny_gpt, tiny_tokenizer, monkeypatch
):
    class Killed(BaseException):
        pass

    replace, n_moved = os.replace, 0

    def counted(*args):
        nonlocal n_moved
        n_moved += 1
        if n_moved == 3:  # after the journal and one file of two
            raise Killed
        replace(*args)

    other = GPT(tiny_gpt.config)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", counted)
        with pytest.raises(Killed):
            save_folder(folder, other, tiny_tokenizer, {"steps": 6})
    _, state, _, training, _ = load_folder(folder)
    assert training == {"steps": 6}
    assert not state["wte.weight"].any()


# --- folders that are not models


def test_no_folder(tmp_path):
    assert "There is no folder" in refusal(tmp_path / "none")


def test_a_file_is_no_folder(folder):
    assert "config.json is a file" in refusal(folder / "config.json")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    assert name in refusal(folder)
    (folder / name).mkdir()
    assert name in refusal(folder)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", "null", "\x00", "{" * 100_000, '{"n_layer": 3, "n_layer": 3}']
)
@pytest.mark.parametrize("name", ["config.json", "training.json"])
def test_damaged_json(folder, name, text):
    (folder / name).write_text(text)
    assert name in refusal(folder)


def test_a_config_larger_than_any(folder):
    (folder / "config.json").write_bytes(b" " * (checkpoint.MOST_CONFIG_BYTES + 1))
    assert "larger" in refusal(folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model_type", "llama"),
        ("model_type", None),
        ("activation_function", "gelu"),
        ("activation_function", "relu"),
        ("scale_attn_weights", False),
        ("scale_attn_by_inverse_layer_idx", True),
        ("add_cross_attention", True),
        ("tie_word_embeddings", False),
        ("quantization_config", {"bits": 4}),
        ("model_type", "x" * 100_000),
    ],
)
def test_variants_that_give_other_numbers(folder, name, value):
    set_config(folder, **{name: value})
    assert name in refusal(folder)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"n_head": 6}, "6 heads cannot share a width of 35 evenly"),
        ({"n_layer": 0}, "n_layers must be"),
        ({"n_layer": 3.0}, "n_layers must be"),
        ({"n_layer": "3"}, "n_layers must be"),
        ({"n_layer": True}, "n_layers must be"),
        ({"n_layer": 10**30}, "n_layers must be"),
        ({"n_embd": None}, "d_model must be"),
        ({"n_embd": -35}, "d_model must be"),
        ({"n_inner": "x"}, "d_mlp must be"),
        ({"vocab_size": []}, "vocab_size must be"),
        ({"layer_norm_epsilon": 0}, "epsilon must be"),
        ({"layer_norm_epsilon": "x"}, "epsilon must be"),
        ({"layer_norm_epsilon": float("nan")}, "epsilon must be"),
    ],
)
def test_impossible_sizes(folder, values, said):
    set_config(folder, **values)
    assert said in refusal(folder)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"n_layer": 2}, "h.2.attn.c_attn.bias is unknown (12 in all)"),
        ({"n_layer": 4}, "h.3.attn.c_attn.bias is missing (12 in all)"),
        ({"n_positions": 12}, "wpe.weight is [11, 35], not [12, 35]"),
        ({"n_inner": None}, "h.0.mlp.c_fc.weight is [35, 23], not [35, 140]"),
        ({"vocab_size": 4_000_000, "n_positions": 1_000_000}, "wte.weight is"),
        ({"n_embd": 65_500, "n_inner": 262_000}, "wte.weight is"),
    ],
)
def test_a_config_of_another_model(folder, values, said):
    set_config(folder, **values)
    assert said in refusal(folder)


def test_a_tokenizer_of_another_model(folder, tiny_tokenizer):
    larger = GPT(ModelConfig(1, 1, 3, 5, tiny_tokenizer.vocab_size + 1))
    save_folder(folder, larger, tiny_tokenizer, None)
    assert "do not belong together" in refusal(folder)


# --- weights that are not whole


def raw(header, data=b""):
    if not isinstance(header, bytes):
        header = json.dumps(header).encode()
    return struct.pack("<Q", len(header)) + header + data


def tensor(start, end, shape, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


DAMAGED = {
    "empty": b"",
    "7 bytes": b"1234567",
    "no header": struct.pack("<Q", 0),
    "header cut off": struct.pack("<Q", 100) + b"{",
    "a pickle": b"\x80\x04\x95" + b"x" * 100,
    "bad utf-8": raw(b"\xff\xfe{}"),
    "bad json": raw(b'{"a": '),
    "deep json": raw(b"[" * 100_000),
    "a list": raw(b"[]"),
    "a number": raw(b"7"),
    "a tensor that is a number": raw({"a": 7}),
    "a tensor without shape": raw({"a": {"dtype": "F32", "data_offsets": [0, 4]}}, b"1234"),
    "unknown type": raw({"a": tensor(0, 4, [1], "F99")}, b"1234"),
    "data missing": raw({"a": tensor(0, 4, [1])}),
    "data too long": raw({"a": tensor(0, 4, [1])}, b"12345"),
    "shape too large": raw({"a": tensor(0, 4, [2])}, b"1234"),
    "negative shape": raw({"a": tensor(0, 4, [-1])}, b"1234"),
    "overflowing shape": raw({"a": tensor(0, 4, [2**62, 2**62])}, b"1234"),
    "shape beyond 64 bits": raw({"a": tensor(0, 4, [2**70])}, b"1234"),
    "offsets backwards": raw({"a": tensor(4, 0, [1])}, b"1234"),
    "overlap": raw({"a": tensor(0, 8, [2]), "b": tensor(4, 12, [2])}, b"x" * 12),
    "hole": raw({"a": tensor(0, 4, [1]), "b": tensor(8, 12, [1])}, b"x" * 12),
    "the same key twice": raw(
        b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},'
        b' "a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}',
        b"1234",
    ),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_weights(folder, data):
    (folder / "model.safetensors").write_bytes(data)
    assert "model.safetensors" in refusal(folder)


@pytest.mark.parametrize(
    "change", [lambda d: d[:-1], lambda d: d[: len(d) // 2], lambda d: d + b"x"]
)
def test_a_file_that_was_cut_or_grew(folder, change):
    path = folder / "model.safetensors"
    path.write_bytes(change(path.read_bytes()))
    assert "model.safetensors" in refusal(folder)


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<Q", weights.MOST_HEADER_BYTES + 1) + b"{}",
        struct.pack("<Q", 2**64 - 1) + b"{}",
        raw({f"t{n}": tensor(0, 0, [0]) for n in range(weights.MOST_TENSORS + 1)}),
    ],
    ids=["header too large", "header of 2^64 bytes", "too many tensors"],
)
def test_absurd_headers_never_reach_the_library(folder, monkeypatch, data):
    def reached(*_args, **_kwargs):
        raise AssertionError("the library saw it")

    monkeypatch.setattr(weights, "safe_open", reached)
    (folder / "model.safetensors").write_bytes(data)
    assert "is not a" in refusal(folder)


def test_a_file_that_shrinks_while_it_is_open(folder):
    """Mapped, this would end the process with SIGBUS."""
    with open_weights(folder) as tensors:
        os.truncate(folder / "model.safetensors", 2000)
        with pytest.raises(UserError, match="damaged or cannot be read"):
            [part.read() for part in tensors.values()]


def test_a_file_that_is_replaced_while_it_is_open_gives_the_old_numbers(folder, tiny_gpt):
    old = stored(folder)
    with open_weights(folder) as tensors:
        store(folder.parent, {name: value * 0 for name, value in old.items()}, "new")
        os.replace(folder.parent / "new", folder / "model.safetensors")
        assert all(np.array_equal(tensors[name].read(), value) for name, value in old.items())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files on this system")
def test_a_pipe_is_not_waited_for(folder):
    (folder / "model.safetensors").unlink()
    os.mkfifo(folder / "model.safetensors")
    assert "missing" in refusal(folder)


# --- weights of something else

F8 = torch.float8_e4m3fn


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.pop("transformer.h.1.ln_2.bias"), "h.1.ln_2.bias is missing (1 in all)"),
        (lambda t: t.update(score=torch.zeros(3)), "score is unknown (1 in all)"),
        (lambda t: t.update({"x" * 100_000: torch.zeros(3)}), "xxx is unknown (1 in all)"),
        (lambda t: t.update({"h.0.attn.bias.x": torch.zeros(3)}), "h.0.attn.bias.x is unknown"),
        (lambda t: t.update({"wte.weight": torch.zeros(300, 35)}), "wte.weight twice"),
        (lambda t: t.update({"lm_head.weight": torch.zeros(300, 35)}), "head of its own"),
        (lambda t: t.update({"lm_head.weight": torch.zeros(7)}), "head of its own"),
        (
            lambda t: t.update({"transformer.lm_head.weight": torch.zeros(7)}),
            "lm_head.weight is unk",
        ),
        (lambda t: t.update({"lm_head.weight": torch.zeros(7).double()}), "lm_head.weight are F64"),
        (lambda t: t.update({"lm_head.weight": torch.zeros(7).to(F8)}), "weight are F8_E4M3"),
        (
            lambda t: t.update({"transformer.ln_f.bias": torch.zeros(35, dtype=torch.float64)}),
            "ln_f.bias are F64",
        ),
        (
            lambda t: t.update({"transformer.ln_f.bias": torch.zeros(35, dtype=torch.int64)}),
            "ln_f.bias are I64",
        ),
        (
            lambda t: t.update({"transformer.ln_f.bias": torch.zeros(36)}),
            "ln_f.bias is [36], not [35]",
        ),
        (
            lambda t: t.update({"transformer.h.0.attn.c_attn.weight": torch.zeros(105, 35)}),
            "h.0.attn.c_attn.weight is [105, 35], not [35, 105]",
        ),
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_other_tensors(folder, dtype, change, said):
    tensors = {name: value.to(dtype) for name, value in stored(folder).items()}
    change(tensors)
    store(folder, tensors)
    assert said in refusal(folder)


@pytest.mark.parametrize(
    "index",
    [
        "[]",
        "{}",
        '{"weight_map": []}',
        '{"weight_map": {"a": 7}}',
        '{"weight_map": {"a": "../x.safetensors"}}',
        '{"weight_map": {"a": "/etc/passwd"}}',
        '{"weight_map": {"a": "..\\\\x.safetensors"}}',
    ],
)
def test_an_index_that_points_elsewhere(folder, index):
    shutil.move(folder / "model.safetensors", folder.parent / "x.safetensors")
    (folder / "model.safetensors.index.json").write_text(index)
    assert "does not name files of its own folder" in refusal(folder)


def test_an_index_whose_files_are_missing_or_repeat(folder):
    tensors = stored(folder)
    (folder / "model.safetensors").unlink()
    index = folder / "model.safetensors.index.json"
    index.write_text('{"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}')
    store(folder, tensors, "one.safetensors")
    assert "two.safetensors is missing" in refusal(folder)
    store(folder, tensors, "two.safetensors")
    assert "in more than one file" in refusal(folder)


def test_a_folder_that_cannot_be_written_is_said(tiny_gpt, tiny_tokenizer, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match="Cannot write to"):
        save_folder(tmp_path / "file" / "model", tiny_gpt, tiny_tokenizer, None)
