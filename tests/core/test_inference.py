"""Reading in numpy against the torch model, in float64."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from core.inference import Weights, cache, causal_mask, head, read, read_all, scratch, softmax
from tests.core.gpts import SHAPES, model_of, some_ids


def read_in_pieces(gpt, ids, cuts):
    """Logits (T, V), the text read piece after piece."""
    weights = Weights.of(gpt)
    keys, values = cache(gpt.config, len(ids), weights.wte.dtype)
    rows, end = [], 0
    for piece in np.split(np.array(ids), np.cumsum(cuts)[:-1]):
        end += len(piece)
        rooms = scratch(len(piece), keys[:, :, :end], values[:, :, :end], weights)
        rows.append(head(weights, read(weights, piece.tolist(), *rooms)))
    return np.concatenate(rows)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_activation_equals_the_torch_models(shape):
    gpt = model_of(shape)
    ids = some_ids(gpt.config, n_batch=1)
    theirs, ours = {}, {}

    def record(layer, name, value):
        theirs[layer, name] = value.numpy().copy()
        return value

    def see(layer, name, value):
        ours[layer, name] = value.copy()

    with torch.no_grad():
        logits = gpt(ids, recorder=record)[0].numpy()
    x = read_all(Weights.of(gpt), ids[0].tolist(), see)
    np.testing.assert_allclose(head(Weights.of(gpt), x), logits, rtol=0, atol=1e-12)
    assert ours.keys() == theirs.keys() - {(0, "logits")}
    for key, value in ours.items():
        np.testing.assert_allclose(value, theirs[key], rtol=0, atol=1e-12, err_msg=str(key))


@pytest.mark.parametrize("cuts", [[11], [1] * 11, [4, 1, 1, 5], [10, 1]])
def test_reading_on_equals_reading_at_once(cuts):
    gpt = model_of(SHAPES[2])
    ids = some_ids(gpt.config, n_batch=1)
    with torch.no_grad():
        logits = gpt(ids)[0].numpy()
    np.testing.assert_allclose(read_in_pieces(gpt, ids[0].tolist(), cuts), logits, atol=1e-12)


def test_what_is_changed_in_place_is_gone_on_with():
    gpt = model_of(SHAPES[2])
    ids = some_ids(gpt.config, n_batch=1)

    def ours(_layer, name, value):
        if name in ("z", "mlp_post"):
            value *= 0.5

    def theirs(_layer, name, value):
        return value * 0.5 if name in ("z", "mlp_post") else value

    with torch.no_grad():
        logits = gpt(ids, theirs)[0].numpy()
    x = read_all(Weights.of(gpt), ids[0].tolist(), ours)
    np.testing.assert_allclose(head(Weights.of(gpt), x), logits, atol=1e-12)


def test_the_weights_are_the_models_own():
    gpt = model_of(SHAPES[1])
    for name, array in Weights.of(gpt).arrays().items():
        assert np.shares_memory(array, gpt.get_parameter(name).detach().numpy()), name


def test_more_tokens_than_the_context_are_refused():
    weights = Weights.of(model_of(SHAPES[1]))
    with pytest.raises(ValueError, match="12 tokens in a context of 11"):
        read_all(weights, [0] * 12)


def test_the_mask_of_new_tokens_lets_them_see_all_old_ones():
    inf = np.inf
    expected = [[0, 0, 0, -inf], [0, 0, 0, 0]]
    np.testing.assert_array_equal(causal_mask(2, 4, np.dtype(np.float32)), expected)


def test_large_scores_do_not_overflow():
    shares = np.empty((1, 3))
    softmax(np.array([[1000, 1000, -np.inf]]), out=shares)
    np.testing.assert_array_equal(shares, [[0.5, 0.5, 0]])


def test_a_broken_models_numbers_are_not_complained_of():
    """Any warning of numpy's is a failure here."""
    weights = Weights.of(model_of(SHAPES[1]))
    arrays = {name: array.copy() for name, array in weights.arrays().items()}
    arrays["wte.weight"][2], arrays["wpe.weight"][0] = np.inf, -np.inf
    x = read_all(Weights(weights.config, arrays), [2, 3])
    assert np.isnan(x).all()


def test_reading_imports_no_torch_and_uses_one_thread(tiny_folder):
    """Torch takes a second or two, and whoever starts the program waits for it."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from threadpoolctl import threadpool_info\n"
        "from core.config import SamplingConfig\n"
        "from core.language_model import LanguageModel, prepare_thread\n"
        "prepare_thread()\n"
        "pools = threadpool_info()\n"
        "assert all(pool['num_threads'] == 1 for pool in pools if pool['user_api'] == 'blas')\n"
        "model = LanguageModel.load(Path(sys.argv[1]))\n"
        "model.predict(model.trace('The cat'), SamplingConfig())\n"
        "assert list(model.generate('The cat', SamplingConfig(), 0, 3))\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tiny_folder)], check=True, timeout=60)
