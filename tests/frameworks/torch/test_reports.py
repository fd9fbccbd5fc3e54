# SPDX-License-Identifier: Apache-2.0
"""What was reported of PyTorch's silu, and what ours does: docs/pytorch-reports.md, row by row.

Ours is asserted. Of PyTorch's behaviour a test says whether it is still what was reported; if not,
it warns, and the page is to be brought up to date.
"""

import warnings

import pytest
import torch
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn import functional

import silu.torch

ZERO = -1.2784645427610738  # of silu'


def still(reported, what):
    """Warns where PyTorch no longer does what was reported."""
    if not reported:
        warnings.warn(f"PyTorch {torch.__version__} has mended this: {what}", stacklevel=2)


def normal(n=1 << 14):
    return 3 * torch.randn(n, generator=torch.Generator().manual_seed(0))


def bits(x):
    return x.contiguous().view(torch.int32)


def differing(a, b):
    return (bits(a) != bits(b)).sum().item()


def ulps(x, exact):
    """The errors of float32 numbers, in units of their last place; exact is float64."""
    spacing = torch.nextafter(exact.float().abs(), torch.tensor(torch.inf)) - exact.float().abs()
    return ((x.double() - exact).abs() / spacing.double()).max().item()


def test_pytorch_160876_silu_of_minus_infinity():
    x = torch.tensor(-torch.inf)
    still(torch.isnan(functional.silu(x)), "silu(-inf) is NaN")
    assert bits(silu.torch.silu(x)).item() == bits(torch.tensor(-0.0)).item()
    y = x.clone().requires_grad_()
    silu.torch.silu(y).backward()
    assert bits(y.grad).item() == bits(torch.tensor(-0.0)).item()


def test_pytorch_86781_silu_unlike_x_times_sigmoid():
    """Both err in PyTorch, each in its own way; the exact value, rounded once, is neither's."""
    x = normal()
    exact = silu.torch.silu(x.double())
    still(differing(functional.silu(x), x * torch.sigmoid(x)) > 0, "silu(x) is unlike x sigmoid(x)")
    still(ulps(functional.silu(x), exact) > 0.51, "silu errs by more than a half unit")
    assert ulps(silu.torch.silu(x), exact) <= 0.5 + 1e-8
    assert differing(silu.torch.silu(x), exact.float()) == 0


def test_values_below_minus_88_7():
    x = torch.linspace(-103, -88.73, 1000)
    still(not functional.silu(x).any(), "silu is 0 below -88.7")
    assert (silu.torch.silu(x) < 0).all()
    assert silu.torch.silu(torch.tensor(-89.0)).item() == pytest.approx(-1.98235e-37, rel=1e-5)


def test_the_gradient_beside_its_zero():
    x = torch.tensor(ZERO) + torch.arange(-100, 100) * 2.0**-23
    ones, exact = torch.ones_like(x), silu.torch.silu_derivative(x.double())
    still(
        ulps(torch.ops.aten.silu_backward(ones, x), exact) > 1000,
        "the gradient has no right digit beside its zero",
    )
    assert ulps(silu.torch.silu_backward(ones, x), exact) <= 0.5 + 1e-8


@pytest.mark.parametrize("function", ["silu", "silu_backward"])
def test_a_batch_of_one_and_a_batch(function):
    x = normal(4096)
    theirs = functional.silu if function == "silu" else _aten_backward
    ours = silu.torch.silu if function == "silu" else _our_backward
    still(
        differing(theirs(x), torch.stack([theirs(one) for one in x])) > 0,
        f"{function} of a number depends on its neighbours",
    )
    assert differing(ours(x), torch.stack([ours(one) for one in x])) == 0


@pytest.mark.parametrize("function", ["silu", "silu_backward"])
def test_strided_and_contiguous(function):
    x = normal()
    strided = torch.stack([x, x], dim=1)[:, 0]
    theirs = functional.silu if function == "silu" else _aten_backward
    ours = silu.torch.silu if function == "silu" else _our_backward
    still(differing(theirs(x), theirs(strided)) > 0, f"{function} depends on strides")
    assert differing(ours(x), ours(strided)) == 0


def _aten_backward(x):
    return torch.ops.aten.silu_backward(torch.ones_like(x), x)


def _our_backward(x):
    return silu.torch.silu_backward(torch.ones_like(x), x)


def _gradient_of(function):
    def gradient(x):
        return torch.autograd.grad(function(x).sum(), x)[0]

    return gradient


def test_deepmd_kit_5393_the_derivative_of_a_traced_gradient():
    x = normal(8).requires_grad_()
    traced = make_fx(_gradient_of(functional.silu))(x)
    try:
        torch.autograd.grad(traced(x).sum(), x)
        still(False, "aten::silu_backward has no derivative")
    except RuntimeError as error:
        still("silu_backward is not implemented" in str(error), "aten::silu_backward has none")
    ours = make_fx(_gradient_of(silu.torch.silu))(x)
    (second,) = torch.autograd.grad(ours(x).sum(), x)
    assert differing(second, silu.torch.silu_second_derivative(x.detach())) == 0
