# SPDX-License-Identifier: Apache-2.0
"""SwiGLU with clamps, and of packed arrays: what the Python functions add to the ufuncs."""

from __future__ import annotations

import math
import pickle
from typing import Any

import cloudpickle
import numpy as np
import pytest
from common import DTYPES, OPERATORS, operands, same

import silu

dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)

CLAMPED: dict[str, Any] = {
    "swiglu_clamped": silu.swiglu_clamped,
    "swiglu_clamped_backward": silu.swiglu_clamped_backward,
}
clamped = pytest.mark.parametrize("name", CLAMPED)


@clamped
@dtypes
def test_parameters_reach_the_ufunc(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, 1000)
    f = CLAMPED[name]
    assert same(f(*given), OPERATORS[name](*given, 1.702, 7.0))
    assert same(f(*given, alpha=1, limit=3), OPERATORS[name](*given, 1.0, 3.0))
    assert same(f(*given, np.float32(1.5), math.inf), OPERATORS[name](*given, 1.5, math.inf))


@dtypes
def test_out_of_the_clamped_is_written(dtype: np.dtype[Any]) -> None:
    dy, a, b = operands("swiglu_clamped_backward", dtype, 1000)
    expected = silu.swiglu_clamped(a, b), *silu.swiglu_clamped_backward(dy, a, b)
    out = np.empty_like(a)
    assert silu.swiglu_clamped(a, b, out=out) is out
    results = silu.swiglu_clamped_backward(dy, a, b, out=(a, b))
    assert results[0] is a
    assert results[1] is b
    assert same((out, a, b), expected)


def refusals() -> list[tuple[dict[str, Any], type[Exception], str]]:
    return [
        ({"alpha": math.inf}, ValueError, "alpha is inf; allowed: finite numbers"),
        ({"alpha": math.nan}, ValueError, "alpha is nan; allowed: finite numbers"),
        ({"limit": -1.0}, ValueError, "limit is -1.0; allowed: 0 to infinity"),
        ({"limit": math.nan}, ValueError, "limit is nan; allowed: 0 to infinity"),
        ({"alpha": "1"}, TypeError, "alpha is '1'; allowed: a real number"),
        ({"limit": True}, TypeError, "limit is True; allowed: a real number"),
        ({"alpha": 10**400}, ValueError, f"alpha is {10**400}; allowed: finite numbers"),
        ({"limit": -(10**400)}, ValueError, f"limit is {-(10**400)}; allowed: 0 to infinity"),
        ({"limit": None}, TypeError, "limit is None; allowed: a real number"),
    ]


@clamped
@pytest.mark.parametrize(("options", "error", "message"), refusals())
def test_other_parameters_are_refused(
    name: str, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    given: Any = operands(name, np.dtype(np.float32), 10)
    with pytest.raises(error) as raised:
        CLAMPED[name](*given, **options)
    assert str(raised.value) == f"{name}: {message}"


@clamped
def test_alpha_must_be_finite_in_the_dtype_that_it_is_rounded_to(name: str) -> None:
    f = CLAMPED[name]
    with pytest.raises(
        ValueError, match=f"^{name}: alpha is 1e.300 .* for float32; allowed: alpha"
    ):
        f(*operands(name, np.dtype(np.float32), 10), alpha=1e300)
    f(*operands(name, np.dtype(np.float64), 10), alpha=1e300)


@pytest.mark.parametrize("name", [*CLAMPED, "swiglu_packed"])
@pytest.mark.parametrize("pickler", [pickle, cloudpickle], ids=["pickle", "cloudpickle"])
def test_pickles_to_itself(name: str, pickler: Any) -> None:
    f = getattr(silu, name)
    assert pickle.loads(pickler.dumps(f)) is f


@dtypes
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_packed_arrays_are_taken_apart(dtype: np.dtype[Any], axis: int) -> None:
    a, b = (x.reshape(4, 6, 10) for x in operands("swiglu", dtype, 240))
    expected = silu.swiglu(a, b)
    halves = np.concatenate([a, b], axis)
    interleaved = np.stack([a, b], axis + 1 if axis >= 0 else axis).reshape(halves.shape)
    assert same(silu.swiglu_packed(halves, axis=axis), expected)
    assert same(silu.swiglu_packed(halves, "halves", np.int8(axis)), expected)
    assert same(silu.swiglu_packed(interleaved, layout="interleaved", axis=axis), expected)


@dtypes
@pytest.mark.parametrize("layout", ["halves", "interleaved"])
def test_packed_result_can_lie_in_its_input(dtype: np.dtype[Any], layout: Any) -> None:
    (ab, _) = operands("swiglu", dtype, 20_000)
    table = ab.reshape(100, 200)
    expected = silu.swiglu_packed(table, layout)
    out = table[:, :100]
    assert silu.swiglu_packed(table, layout, out=out) is out
    assert same(out, expected)


def test_packed_lists_are_arrays() -> None:
    assert silu.swiglu_packed([1.0, 2.0]).tolist() == [silu.swiglu(1.0, 2.0)]
    assert silu.swiglu_packed(np.ones((3, 0))).shape == (3, 0)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (([1.0, 2.0], "rows"), ValueError, "layout is 'rows'; allowed: 'halves', 'interleaved'"),
        (([1.0, 2.0], None), ValueError, "layout is None; allowed: 'halves', 'interleaved'"),
        (([1.0, 2.0], "halves", 1), ValueError, "axis is 1; allowed: -1 to 0"),
        (([1.0, 2.0], "halves", 0.5), TypeError, "axis is 0.5; allowed: an integer"),
        ((3.0,), ValueError, "axis is -1; allowed: none, as ab has no axes"),
        (
            ([1.0, 2.0, 3.0],),
            ValueError,
            "the length of ab along axis -1 is 3; allowed: an even one",
        ),
    ],
)
def test_other_packings_are_refused(
    given: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        silu.swiglu_packed(*given)
    assert str(raised.value) == f"swiglu_packed: {message}"
