import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.checkpoint import load_folder
from core.config import ModelConfig, TrainConfig
from core.errors import UserError
from core.run_folder import RESUME, RunFolder, begin, continues_run, saved_precision
from core.training import train
from core.training_data import prepare

CPU = torch.device("cpu")
CONFIG = TrainConfig(
    ModelConfig(n_layers=2, n_heads=2, d_model=16, context=24, vocab_size=300),
    steps=12,
    batch_size=5,
    learning_rate=1e-2,
    warmup_steps=2,
    eval_every=4,
    eval_windows=7,
)
FACTS = {"name": "Counting", "command": "python -m core train ..."}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "numbers.txt"
    path.write_text("".join(f"{n} and {n + 1} make {2 * n + 1}.\n" for n in range(800)))
    return path


@pytest.fixture(scope="module")
def data(text):
    return prepare(str(text), CONFIG)


@pytest.fixture
def folder(tmp_path, data):
    return RunFolder(tmp_path / "out", data, CONFIG, FACTS)


def trained(folder, n_reports, run=None):
    run = run or begin(folder.data, folder.config, CPU)
    for _ in zip(range(n_reports), train(run, folder.data, folder.config), strict=False):
        pass
    return run


def everything(run):
    weights = dict(run.gpt.named_parameters())
    means = {
        f"{name} {mean}": value
        for name, weight in weights.items()
        for mean, value in run.optimizer.means(weight).items()
    }
    return {**weights, **means}


def same(a, b):
    a, b = everything(a), everything(b)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("n_reports", [1, 5, 8, 13])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_resumed_run_is_bit_for_bit_the_uninterrupted_one(tmp_path, data, n_reports, precision):
    folder = RunFolder(tmp_path, data, replace(CONFIG, precision=precision), FACTS)
    whole = trained(folder, 99)
    folder.save(trained(folder, n_reports))
    resumed = folder.load(CPU)
    assert resumed.step == n_reports - 1
    trained(folder, 99, resumed)
    assert resumed.step == whole.step == 12
    assert same(whole, resumed)
    losses = [
        [(r.step, r.train_loss, r.val_loss) for r in run.measured] for run in (whole, resumed)
    ]
    assert losses[0] == losses[1]


def test_a_snapshot_is_a_model_that_opens(folder):
    run = trained(folder, 6)
    folder.save(run)
    config, state, tokenizer, training, name = load_folder(folder.folder)
    assert config == run.gpt.config
    assert name == "Counting"
    assert (training["step"], training["finished"]) == (5, False)
    assert np.array_equal(state["wte.weight"], run.gpt.wte.weight.detach())
    assert tokenizer.to_json() == folder.data.tokenizer.to_json()


def test_a_first_snapshot_that_cannot_be_whole_leaves_nothing(folder):
    resource = pytest.importorskip("resource")
    run = trained(folder, 6)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit = 4 * run.gpt.n_parameters + 20_000  # the weights fit, their means beside them do not
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(UserError, match="what was there is unchanged"):
            folder.save(run)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(folder.folder.iterdir()) == []
    assert not continues_run(folder.folder, resume=True, overwrite=False)


def test_a_card_goes_with_the_weights_that_it_told_of(folder):
    run = trained(folder, 6)
    folder.save(run)
    (folder.folder / "README.md").write_text("# What an exam found")
    folder.save(run)
    assert not (folder.folder / "README.md").exists()


def test_training_json_tells_how_the_model_came_about(folder):
    run = trained(folder, 99)
    folder.save(run)
    folder.finish(run, {"val_loss": 1.5, "baselines": {"trigram": 2.0}})
    training = json.loads((folder.folder / "training.json").read_text())
    assert training["finished"] is True
    assert training["command"] == FACTS["command"]
    assert training["tokens_seen"] == 12 * 5 * 24
    assert training["epochs"] == pytest.approx(12 * 5 * 24 / len(folder.data.train), abs=0.01)
    assert training["parameters"] == run.gpt.n_parameters
    assert training["settings"]["model"]["d_model"] == 16
    assert training["text"]["fingerprint"] == folder.data.fingerprint
    assert training["text"]["measured_tokens"] == 7 * 24
    assert training["losses"]["step"] == [0, 4, 8, 12]
    assert training["losses"]["val"][0] > training["losses"]["val"][-1] > 0
    assert training["baselines"] == {"trigram": 2.0}
    assert training["torch"] == torch.__version__
    assert not (folder.folder / RESUME).exists()


def test_half_keeps_the_model_small_and_the_resume_exact(tmp_path, data):
    folder = RunFolder(tmp_path, data, CONFIG, FACTS, half=True)
    run = trained(folder, 6)
    folder.save(run)
    stored = load_file(tmp_path / "model.safetensors")
    assert {tensor.dtype for tensor in stored.values()} == {torch.float16}
    assert same(run, folder.load(CPU))


def test_a_run_is_not_continued_with_other_settings_or_another_text(folder, tmp_path):
    folder.save(trained(folder, 3))
    for change, sentence in (
        ({"steps": 20}, "started with steps 12, not 20"),
        ({"seed": 5}, "started with seed 0, not 5"),
        ({"learning_rate": 0.5}, "started with learning_rate 0.01, not 0.5"),
        ({"model": replace(CONFIG.model, n_layers=3)}, "started with n_layers 2, not 3"),
    ):
        other = replace(folder, config=replace(CONFIG, **change))
        with pytest.raises(UserError, match=sentence):
            other.load(CPU)
    path = tmp_path / "other.txt"
    path.write_text("".join(f"{n} and {n + 2} make {2 * n + 2}.\n" for n in range(800)))
    with pytest.raises(UserError, match="another text"):
        replace(folder, data=prepare(str(path), CONFIG)).load(CPU)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-10])


def empty(path):
    path.write_bytes(b"")


def garbage(path):
    path.write_bytes(b"\xff" * 1000)


def without_header(path):
    save_file(load_file(path), path)


def without_a_tensor(path):
    change(path, lambda tensors: tensors.pop("wte.weight exp_avg"))


def with_another_shape(path):
    change(path, lambda tensors: tensors.update({"wpe.weight": torch.zeros(3, 5)}))


def with_a_header_too_deep(path):
    save_file(load_file(path), path, metadata={"run": "[" * 100_000 + "]" * 100_000})


def with_an_endless_step(path):
    rewrite_header(path, lambda header: header.update(step=float("inf")))


def with_a_measurement_that_is_none(path):
    rewrite_header(path, lambda header: header["measured"][0].update(val_loss=None))


def with_a_measurement_that_lacks_a_value(path):
    rewrite_header(path, lambda header: header["measured"][0].pop("seconds"))


def change(path, edit):
    header = json.dumps(read_header(path))
    tensors = load_file(path)
    edit(tensors)
    save_file(tensors, path, metadata={"run": header})


def rewrite_header(path, edit):
    header = read_header(path)
    edit(header)
    save_file(load_file(path), path, metadata={"run": json.dumps(header)})


def read_header(path):
    data = path.read_bytes()
    n_bytes = int.from_bytes(data[:8], "little")
    return json.loads(json.loads(data[8 : 8 + n_bytes])["__metadata__"]["run"])


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        empty,
        garbage,
        without_header,
        without_a_tensor,
        with_another_shape,
        with_a_header_too_deep,
        with_an_endless_step,
        with_a_measurement_that_is_none,
        with_a_measurement_that_lacks_a_value,
    ],
)
def test_a_damaged_resume_file_is_refused_in_one_sentence(folder, damage):
    folder.save(trained(folder, 3))
    damage(folder.folder / RESUME)
    with pytest.raises(UserError, match=r"is damaged .* --overwrite") as caught:
        folder.load(CPU)
    assert "\n" not in str(caught.value)


def test_what_a_folder_may_be_used_for(folder, tmp_path):
    path = folder.folder
    assert continues_run(path, resume=False, overwrite=False) is False
    assert continues_run(path, resume=True, overwrite=False) is False  # nothing yet: begin
    folder.save(trained(folder, 3))
    assert continues_run(path, resume=True, overwrite=False) is True
    assert continues_run(path, resume=False, overwrite=True) is False
    with pytest.raises(UserError, match="--resume continues it, --overwrite replaces it"):
        continues_run(path, resume=False, overwrite=False)
    assert saved_precision(path) == "fp32"
    with pytest.raises(UserError, match="give one of them"):
        continues_run(path, resume=True, overwrite=True)
    folder.finish(trained(folder, 99), {})
    assert continues_run(path, resume=False, overwrite=True) is False
    with pytest.raises(UserError, match="is finished"):
        continues_run(path, resume=True, overwrite=False)
    with pytest.raises(UserError, match="holds a training run"):
        continues_run(path, resume=False, overwrite=False)


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_not_a_run_of_ours_is_never_written_into(tmp_path, overwrite):
    (tmp_path / "letter.txt").write_text("Dear Ann")
    with pytest.raises(UserError, match="holds other files"):
        continues_run(tmp_path, resume=False, overwrite=overwrite)
    with pytest.raises(UserError, match="is a file"):
        continues_run(tmp_path / "letter.txt", resume=False, overwrite=overwrite)
