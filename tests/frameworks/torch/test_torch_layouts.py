# SPDX-License-Identifier: Apache-2.0
"""Any strides: the bits of the contiguous tensor, laid out in memory as aten's operators do."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor
from torch.profiler import ProfilerActivity, profile

import silu.torch

Form = Callable[[Tensor], Tensor]


def channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


FORMS: dict[str, Form] = {
    "contiguous": lambda x: x,
    "channels_last": channels_last,
    "transposed": lambda x: x.transpose(1, 3),
    "permuted": lambda x: x.permute(3, 1, 0, 2),
    "every other": lambda x: x[:, :, ::2, 1::2],
    "a part": lambda x: x[1:, :, 2:5, 1:],
    "a column": lambda x: x[..., :1],
    "one row": lambda x: x[:1],
    "one channel, last": lambda x: channels_last(x[:, :1]),
    "expanded": lambda x: x[:, :1, :, :1].expand(-1, 5, -1, 6),
    "expanded from a number": lambda x: x[0, 0, 0, 0].expand(2, 3, 4, 5),
    "a diagonal": lambda x: x.diagonal(dim1=2, dim2=3),
    "no elements": lambda x: x[:, :0],
    "no dimensions": lambda x: x[0, 0, 0, 0],
    "overlapping": lambda x: x.as_strided((4, 5, 6), (7, 2, 1)),
    "long rows of a wider matrix": lambda x: x.reshape(4, -1)[:, :100],
    "turned, wider": lambda x: channels_last(x)[:, 1:],
    "three last": lambda x: x.permute(0, 2, 3, 1)[..., :3],
    "five dimensions": lambda x: x.unflatten(1, (2, 3)).permute(4, 0, 2, 1, 3),
    "five, channels last": lambda x: x.unflatten(0, (2, 2)).contiguous(
        memory_format=torch.channels_last_3d
    ),
}


def source(dtype: torch.dtype = torch.float32) -> Tensor:
    torch.manual_seed(1)
    return torch.randn(4, 6, 7, 9, dtype=torch.float64).mul_(4).to(dtype)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_functions_of_one_input(form: Form, dtype: torch.dtype) -> None:
    x = form(source(dtype))
    y = silu.torch.silu(x)
    assert y.stride() == torch.ops.aten.silu(x).stride()
    assert torch.equal(y, silu.torch.silu(x.clone(memory_format=torch.contiguous_format)))
    # The gradient comes as aten's operator has it, too.
    dy = torch.ones_like(x)
    dx = silu.torch.silu_backward(dy, x)
    assert dx.stride() == torch.ops.aten.silu_backward(dy, x).stride()


def pairs() -> Iterator[tuple[str, str]]:
    """Forms whose shapes broadcast against each other."""
    for one, other in itertools.product(FORMS, repeat=2):
        try:
            torch.broadcast_shapes(FORMS[one](source()).shape, FORMS[other](source()).shape)
        except RuntimeError:
            continue
        yield one, other


@pytest.mark.parametrize(("one", "other"), list(pairs()))
def test_operators_of_two_inputs(one: str, other: str) -> None:
    a, b = FORMS[one](source()), FORMS[other](source() + 1)
    y = silu.torch.swiglu(a, b)
    like = torch.mul(a, b)
    assert (y.shape, y.stride()) == (like.shape, like.stride())
    dense = [x.expand(y.shape).clone(memory_format=torch.contiguous_format) for x in (a, b)]
    assert torch.equal(y, silu.torch.swiglu(*dense))
    for given, expected in zip(
        silu.torch.swiglu_backward(y, a, b),
        silu.torch.swiglu_backward(y.contiguous(), *dense),
        strict=True,
    ):
        assert torch.equal(given, expected)


SHARED = {"expanded", "expanded from a number", "overlapping"}  # elements have one memory


@pytest.mark.parametrize("name", sorted(FORMS.keys() - SHARED))
def test_in_place(name: str) -> None:
    x = FORMS[name](source())
    expected = silu.torch.silu(x)
    assert silu.torch.silu(x, inplace=True) is x
    assert torch.equal(x, expected)


def test_in_place_on_shared_memory_is_refused_as_by_aten() -> None:
    x = torch.ones(1).expand(3)
    message = "more than one element of the written-to tensor refers to a single memory location"
    with pytest.raises(RuntimeError, match=message):
        torch.nn.functional.silu(x, inplace=True)
    with pytest.raises(RuntimeError, match=message):
        silu.torch.silu(x, inplace=True)


def test_negative_views_are_resolved() -> None:
    x = torch.randn(3, 4, dtype=torch.complex64)
    view = x.conj().imag
    assert view.is_neg()
    assert torch.equal(silu.torch.silu(view), silu.torch.silu(view.resolve_neg()))


def test_conjugate_views_are_refused_as_complex() -> None:
    with pytest.raises(RuntimeError, match="ComplexFloat"):
        silu.torch.silu(torch.randn(3, dtype=torch.complex64).conj())


def test_pinned_or_offset_memory_changes_nothing() -> None:
    x = source().flatten()
    for offset in range(1, 17):
        part = x[offset:]
        assert torch.equal(silu.torch.silu(part), silu.torch.silu(x)[offset:])


def test_dense_layouts_are_not_copied() -> None:
    x = channels_last(source())
    for form in (x, x.transpose(1, 2)):
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
            silu.torch.silu(form)
        allocated = sum(max(e.self_cpu_memory_usage, 0) for e in record.events())
        assert allocated == form.numel() * form.element_size()  # the result, and nothing else
