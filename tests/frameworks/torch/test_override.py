# SPDX-License-Identifier: Apache-2.0
import threading

import pytest
import torch
from torch import nn
from torch.nn import functional

import silu.torch

aten = torch.ops.aten


def _x(dtype=torch.float32):
    return 3 * torch.randn(1000, generator=torch.Generator().manual_seed(0)).to(dtype)


def _same(a, b):
    return torch.equal(a.view(torch.uint8), b.view(torch.uint8))


def test_aten_s_results_are_ours_inside_and_its_own_outside():
    x = _x()
    own = functional.silu(x)
    with silu.torch.override():
        assert _same(functional.silu(x), silu.torch.silu(x))
    assert _same(functional.silu(x), own)
    assert not _same(own, silu.torch.silu(x))  # else this test would show nothing


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_every_form_of_the_operator(dtype):
    x, dy = _x(dtype), _x(dtype).flip(0)
    expected, gradient = silu.torch.silu(x), silu.torch.silu_backward(dy, x)
    with silu.torch.override():
        out, grad_input = torch.empty(0, dtype=dtype), torch.empty_like(x)
        assert _same(aten.silu.out(x, out=out), expected)
        assert out.shape == x.shape
        assert _same(nn.SiLU(inplace=True)(x.clone()), expected)
        assert _same(aten.silu_backward(dy, x), gradient)
        assert aten.silu_backward.grad_input(dy, x, grad_input=grad_input) is grad_input
        assert _same(grad_input, gradient)


def test_autograd_and_its_threads():
    x = _x().requires_grad_()
    with silu.torch.override():
        functional.silu(x).sum().backward()
    assert _same(x.grad, silu.torch.silu_derivative(x.detach()))


def test_other_threads_are_included():
    results = []
    with silu.torch.override():
        thread = threading.Thread(target=lambda: results.append(functional.silu(_x())))
        thread.start()
        thread.join()
    assert _same(results[0], silu.torch.silu(_x()))


def test_contexts_nest():
    limit = torch.tensor(-torch.inf)
    with silu.torch.override():
        with silu.torch.override():
            pass
        assert functional.silu(limit).item() == 0
    assert _same(functional.silu(_x()), aten.silu(_x()))


def test_is_left_on_an_error():
    own = functional.silu(_x())
    with pytest.raises(KeyError), silu.torch.override():
        raise KeyError
    assert _same(functional.silu(_x()), own)


def test_is_a_decorator_too():
    @silu.torch.override()
    def silu_of_minus_infinity():
        return functional.silu(torch.tensor(-torch.inf)).item()

    assert silu_of_minus_infinity() == 0


def test_complex_numbers_stay_what_they_are():
    x = torch.complex(_x(), _x().flip(0))
    own = functional.silu(x)
    with silu.torch.override():
        torch.testing.assert_close(functional.silu(x), own)


def test_a_dtype_without_silu_is_refused():
    with silu.torch.override(), pytest.raises(RuntimeError):
        aten.silu_backward(torch.ones(3, dtype=torch.int32), torch.ones(3, dtype=torch.int32))
