# SPDX-License-Identifier: Apache-2.0
"""The modules are what they say: beside torch.nn, copied, saved, in place, under autocast."""

from __future__ import annotations

import copy
import io
import pickle
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everybody calls it

import silu.torch

MODULES: dict[str, Any] = {
    "SiLU": silu.torch.SiLU,
    "SiLU in place": lambda: silu.torch.SiLU(inplace=True),
    "DSiLU": silu.torch.DSiLU,
    "Swish": silu.torch.Swish,
    "Swish of channels": lambda: silu.torch.Swish(1.5, per_channel=6),
    "Swish of the last dimension": lambda: silu.torch.Swish(per_channel=8, dim=-1),
    "Swish, fixed": lambda: silu.torch.Swish(1.702, trainable=False),
    "SwiGLU": silu.torch.SwiGLU,
    "SwiGLU, interleaved": lambda: silu.torch.SwiGLU("interleaved", dim=1),
    "SwiGLU, clamped": lambda: silu.torch.SwiGLU(limit=0.7),
}
modules = pytest.mark.parametrize("make", MODULES.values(), ids=MODULES)


def source(dtype: torch.dtype = torch.float64) -> Tensor:
    torch.manual_seed(2)
    return torch.randn(4, 6, 8, dtype=dtype)


@modules
def test_copies_and_pickles_give_the_same_bits(make: Any) -> None:
    module, x = make(), source()
    y = module(x.clone())
    assert torch.equal(copy.deepcopy(module)(x.clone()), y)
    assert torch.equal(pickle.loads(pickle.dumps(module))(x.clone()), y)
    file = io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    assert torch.equal(torch.load(file, weights_only=False)(x.clone()), y)


@modules
def test_a_state_is_loaded_into_a_fresh_module(make: Any) -> None:
    module, x = make(), source()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(0.5, 2)
    fresh = make()
    fresh.load_state_dict(module.state_dict())
    assert torch.equal(fresh(x.clone()), module(x.clone()))


@modules
def test_gradients_are_those_of_finite_differences(make: Any) -> None:
    module = make().double()
    x = source().requires_grad_()
    parameters = tuple(module.parameters())

    def run(x: Tensor, *_: Tensor) -> Tensor:
        result: Tensor = module(x * 1)  # a module in place needs something to write on
        return result

    assert torch.autograd.gradcheck(run, (x, *parameters))
    assert torch.autograd.gradgradcheck(run, (x, *parameters))


@modules
def test_printed_as_it_was_made(make: Any) -> None:
    module = make()
    assert repr(module) == f"{type(module).__name__}({module.extra_repr()})"


def test_silu_prints_as_torchs() -> None:
    for inplace in (False, True):
        assert repr(silu.torch.SiLU(inplace)) == repr(nn.SiLU(inplace))


def test_silu_agrees_with_torchs_as_far_as_that_is_right() -> None:
    x = source()
    torch.testing.assert_close(silu.torch.SiLU()(x), nn.SiLU()(x), rtol=1e-14, atol=0)


def test_dsilu_is_the_derivative() -> None:
    x = source().requires_grad_()
    (dx,) = torch.autograd.grad(silu.torch.SiLU()(x).sum(), x)
    assert torch.equal(silu.torch.DSiLU()(x.detach()), dx)


def test_swish_of_beta_1_is_silu() -> None:
    x = source(torch.float32)
    assert torch.equal(silu.torch.Swish()(x), silu.torch.silu(x))


def test_swish_has_the_betas_of_its_channels() -> None:
    x = source()
    activation = silu.torch.Swish(per_channel=6)
    beta = torch.linspace(-1, 2, 6, dtype=torch.float64)
    with torch.no_grad():
        activation.double().beta.copy_(beta)
    torch.testing.assert_close(activation(x), x * torch.sigmoid(beta[:, None] * x))


def test_swish_computes_in_the_inputs_dtype() -> None:
    x = source(torch.bfloat16)
    activation = silu.torch.Swish(1.5)
    y = activation(x)
    assert y.dtype == torch.bfloat16
    y.sum().backward()
    assert activation.beta.grad is not None
    assert activation.beta.grad.dtype == torch.float32


def test_swish_trains_a_parameter_or_has_a_buffer() -> None:
    assert [name for name, _ in silu.torch.Swish().named_parameters()] == ["beta"]
    fixed = silu.torch.Swish(trainable=False)
    assert not list(fixed.parameters())
    assert list(fixed.state_dict()) == ["beta"]


def test_swish_refuses_other_channels() -> None:
    with pytest.raises(RuntimeError, match="dimension 1 is 6; allowed: per_channel, 5"):
        silu.torch.Swish(per_channel=5)(source())
    with pytest.raises(ValueError, match="per_channel is 0"):
        silu.torch.Swish(per_channel=0)


def test_swiglu_splits_as_its_layout_says() -> None:
    x = source()
    a, b = x.chunk(2, -1)
    torch.testing.assert_close(silu.torch.SwiGLU()(x), F.silu(a) * b)
    assert torch.equal(silu.torch.SwiGLU()(a, b), silu.torch.SwiGLU()(x))
    torch.testing.assert_close(
        silu.torch.SwiGLU("interleaved")(x), F.silu(x[..., ::2]) * x[..., 1::2]
    )
    torch.testing.assert_close(silu.torch.SwiGLU(dim=1)(x), F.silu(x[:, :3]) * x[:, 3:])


def test_swiglu_clamped_is_that_of_gpt_oss() -> None:
    a, b = (20 * source()).chunk(2, -1)
    gate, up = a.clamp(max=7.0), b.clamp(-7.0, 7.0)
    expected = gate * torch.sigmoid(1.702 * gate) * (up + 1)
    torch.testing.assert_close(silu.torch.SwiGLU(limit=7.0)(a, b), expected)


@pytest.mark.parametrize("limit", [None, 0.7])
@pytest.mark.parametrize("layout", ["halves", "interleaved"])
@pytest.mark.parametrize("dim", [1, -1])
def test_packed_gradients_are_those_of_the_parts(layout: Any, dim: int, limit: Any) -> None:
    gate, x = silu.torch.SwiGLU(layout, dim, limit), source(torch.float32).requires_grad_()
    a, b = (part.detach().requires_grad_() for part in silu.torch.split_packed(x, layout, dim))
    y = gate(x)
    assert torch.equal(y, gate(a, b))
    dy = torch.randn_like(y)
    (gradient,) = torch.autograd.grad(y, x, dy)
    expected = torch.autograd.grad(gate(a, b), (a, b), dy)
    for part, alone in zip(silu.torch.split_packed(gradient, layout, dim), expected, strict=True):
        assert torch.equal(part, alone)


def test_swiglu_refuses_other_layouts_and_odd_sizes() -> None:
    with pytest.raises(ValueError, match="layout is 'pairs'; allowed: 'halves', 'interleaved'"):
        silu.torch.SwiGLU("pairs")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="size of dimension -1 is 7; allowed: an even one"):
        silu.torch.SwiGLU()(source()[..., 1:])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_autocast_treats_it_as_atens_silu(dtype: torch.dtype) -> None:
    linear, x = nn.Linear(8, 16), source(torch.float32)
    with torch.autocast("cpu", dtype):
        assert silu.torch.silu(x).dtype == F.silu(x).dtype == torch.float32
        hidden = linear(x)
        assert silu.torch.silu(hidden).dtype == F.silu(hidden).dtype == dtype
        assert silu.torch.SwiGLU()(hidden).dtype == dtype
        assert silu.torch.Swish()(hidden).dtype == dtype


def test_autograd_refuses_in_place_where_it_does_for_aten() -> None:
    for function in (F.silu, silu.torch.silu):
        leaf = torch.ones(3, requires_grad=True)
        with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
            function(leaf, inplace=True)
        assert torch.equal(leaf, torch.ones(3))  # before it was written
        with pytest.raises(RuntimeError, match="a view of a leaf Variable that requires grad"):
            function(leaf[1:], inplace=True)
        assert torch.equal(leaf, torch.ones(3))
        first, _ = (leaf * 1).unbind()[:2]
        with pytest.raises(RuntimeError, match="multiple views"):
            function(first, inplace=True)
        y = (leaf * 2).exp()  # keeps its result for backward
        function(y, inplace=True)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward()


def test_in_place_gradients_of_views_reach_their_base() -> None:
    gradients = []
    for function in (F.silu, silu.torch.silu):
        leaf = source().requires_grad_()
        base = leaf * 1
        function(base[:, 1:3], inplace=True)
        gradients.append(torch.autograd.grad(base.sum(), leaf)[0])
    torch.testing.assert_close(gradients[1], gradients[0], rtol=1e-13, atol=0)


class Saved:
    """The bytes that autograd keeps, each memory counted once."""

    def __init__(self, run: Any) -> None:
        storages = {}

        def pack(x: Tensor) -> Tensor:
            storages[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
            return x

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
            self.y = run()
        self.bytes = sum(storages.values())


def test_nothing_but_the_inputs_is_saved() -> None:
    x, ab = (source(torch.bfloat16).requires_grad_() for _ in range(2))
    size = x.numel() * x.element_size()
    beta = torch.tensor(1.0, dtype=torch.bfloat16, requires_grad=True)
    assert Saved(lambda: silu.torch.silu(x)).bytes == size
    assert Saved(lambda: silu.torch.silu_derivative(x)).bytes == size
    assert Saved(lambda: silu.torch.swish(x, beta)).bytes == size + 2
    assert Saved(lambda: silu.torch.SwiGLU()(ab)).bytes == size
    expression = Saved(lambda: F.silu(ab.chunk(2, -1)[0]) * ab.chunk(2, -1)[1])
    assert expression.bytes == size + size // 2
    assert Saved(lambda: silu.torch.silu(x * 1, inplace=True)).bytes == size
