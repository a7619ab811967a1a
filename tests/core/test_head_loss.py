import pytest
import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from core import head_loss as module
from core.head_loss import factors_in, head_loss


def inputs(n_rows=23, width=7, n_tokens=31, dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(n_rows, width, generator=generator, dtype=dtype).requires_grad_()
    table = torch.randn(n_tokens, width, generator=generator, dtype=dtype).requires_grad_()
    return x, table, torch.randint(n_tokens, (n_rows,), generator=generator)


def reference(x, table, targets):
    loss = F.cross_entropy(x @ table.t(), targets)
    return loss, *torch.autograd.grad(3 * loss, (x, table))


def ours(x, table, targets, precision):
    loss = head_loss(x, table, targets, precision)
    return loss, *torch.autograd.grad(3 * loss, (x, table))


@pytest.mark.parametrize("rows", [1, 5, 23, 100])
def test_loss_and_gradients_equal_autograds_however_it_is_cut(rows, monkeypatch):
    monkeypatch.setattr(module, "ROWS", rows)
    for actual, expected in zip(ours(*inputs(), "fp32"), reference(*inputs()), strict=True):
        torch.testing.assert_close(actual, expected, rtol=0, atol=1e-12)


def test_in_bfloat16_the_loss_and_its_gradients_are_nearly_the_same():
    expected = reference(*inputs(dtype=torch.float32))
    loss, *gradients = ours(*inputs(dtype=torch.float32), "bf16")
    torch.testing.assert_close(loss, expected[0], rtol=0, atol=1e-3)
    for actual, right in zip(gradients, expected[1:], strict=True):
        assert actual.dtype == torch.float32
        assert 0 < (actual - right).norm() < 0.01 * right.norm()


def test_other_products_keep_their_precision():
    generator = torch.Generator().manual_seed(0)
    a, b = torch.randn(64, 192, generator=generator), torch.randn(192, 512, generator=generator)
    right = a.double() @ b.double()

    def off():
        return (a @ b - right).abs().max()

    before = off()
    with factors_in(torch.bfloat16):  # a wish: what comes of it is the processor's
        assert torch.backends.mkldnn.matmul.fp32_precision == "bf16"
    head_loss(a, b.t().contiguous(), torch.zeros(64, dtype=torch.long), "bf16")
    assert off() == before


def test_large_logits_do_not_overflow():
    x, table, targets = inputs()
    loss = head_loss(1e4 * x, table, targets, "fp32")
    expected = F.cross_entropy(1e4 * x @ table.t(), targets)
    torch.testing.assert_close(loss, expected, rtol=1e-12, atol=0)


def test_nothing_but_the_loss_is_computed_where_no_gradient_is_wanted():
    x, table, targets = inputs()
    with FlopCounterMode(display=False) as counter:
        head_loss(x, table, targets, "fp32")
    assert counter.get_total_flops() == 3 * 2 * len(x) * table.numel()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        head_loss(x, table, targets, "fp32")
        head_loss(x.detach(), table.detach(), targets, "fp32")
    assert counter.get_total_flops() == 2 * 2 * len(x) * table.numel()
