# SPDX-License-Identifier: Apache-2.0
"""Dask arrays: lazy, chunked, on processes, and with NumPy's bits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import dask.array as da
import numpy as np
import pytest
from common import DTYPES, FUNCTIONS, OPERATORS, bits, inputs, operands, parameters, same
from dask.delayed import delayed
from distributed import Client, LocalCluster

import silu

functions = pytest.mark.parametrize("name", FUNCTIONS)
dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)
# distributed sends a dtype by its string, and NumPy does not know that of float8_e5m2, '<f1'.
sent_dtypes = pytest.mark.parametrize(
    "dtype", [dtype for dtype in DTYPES.values() if dtype.str != "<f1"], ids=str
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
        ) as processes,
        Client(processes) as client,
    ):
        yield client


@functions
@dtypes
def test_is_lazy_and_keeps_the_dtype(name: str, dtype: np.dtype[Any]) -> None:
    calls = []

    def chunk(block: Any) -> Any:
        calls.append(block)
        return block

    x = da.from_array(np.ones((100, 30), dtype), chunks=(17, 30))
    lazy = FUNCTIONS[name](x.map_blocks(chunk, dtype=dtype, meta=np.empty((0, 0), dtype)))
    assert isinstance(lazy, da.Array)
    assert (lazy.dtype, lazy.chunks, calls) == (dtype, x.chunks, [])
    assert lazy.compute(scheduler="synchronous").dtype == dtype
    assert len(calls) == 6


@functions
@sent_dtypes
def test_processes_give_numpys_bits(cluster: Client, name: str, dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, 20011)
    lazy = FUNCTIONS[name](da.from_array(x, chunks=7001))
    result = cluster.compute(lazy).result()
    assert result.dtype == dtype
    assert np.array_equal(bits(result), bits(FUNCTIONS[name](x)))


@pytest.mark.parametrize("name", OPERATORS)
@sent_dtypes
def test_processes_give_numpys_bits_of_several_inputs(
    cluster: Client, name: str, dtype: np.dtype[Any]
) -> None:
    f, given = OPERATORS[name], operands(name, dtype, 20011)
    lazy = [da.from_array(x, chunks=7001) for x in given]
    if f.nout == 1:
        results: Any = f(*lazy, *parameters(name))
    else:  # Dask does not take ufuncs of two outputs itself
        signature = "->".join(",".join(["()"] * count) for count in (f.nin, f.nout))
        results = da.apply_gufunc(f, signature, *lazy, *parameters(name))
    results = list(results) if f.nout > 1 else [results]
    assert all(isinstance(result, da.Array) for result in results)
    found = tuple(future.result() for future in cluster.compute(results))
    assert same(found, f(*given, *parameters(name)))


@sent_dtypes
def test_functions_around_ufuncs_are_lazy(dtype: np.dtype[Any]) -> None:
    a, b = (x.reshape(10, 200) for x in operands("swiglu", dtype, 2000))
    lazy_a, lazy_b = (da.from_array(x, chunks=(4, 70)) for x in (a, b))
    lazy = silu.swiglu_clamped(lazy_a, lazy_b, alpha=1.5)
    assert isinstance(lazy, da.Array)
    assert same(lazy.compute(), silu.swiglu_clamped(a, b, alpha=1.5))
    for layout in ("halves", "interleaved"):
        lazy = silu.swiglu_packed(lazy_a, layout)
        assert isinstance(lazy, da.Array)
        assert same(lazy.compute(), silu.swiglu_packed(a, layout))


@sent_dtypes
def test_processes_merge_exact_sums(cluster: Client, dtype: np.dtype[Any]) -> None:
    random = np.random.default_rng(8)
    dy, x = (random.standard_normal((4001, 6)).astype(dtype) for _ in range(2))
    beta = random.standard_normal(6).astype(dtype)
    whole = silu.swish_beta_gradient(dy, x, beta)
    for cuts in ([1000, 2000, 3000], [1, 4000]):
        chunks = zip(np.split(dy, cuts), np.split(x, cuts), strict=True)
        parts = [
            cluster.submit(silu.swish_beta_gradient, *chunk, beta, exact=True) for chunk in chunks
        ]
        merged: Any = cluster.submit(sum, parts, np.array([silu.ExactSum()] * 6)).result()
        assert same(merged.astype(np.float64), whole)


def test_dask_reduces_exact_sums(cluster: Client) -> None:
    x = np.random.default_rng(9).standard_normal(20011)
    lazy = da.from_array(x, chunks=3001)
    total = sum(
        cluster.gather(cluster.compute([delayed(silu.ExactSum)(part) for part in lazy.blocks])),
        silu.ExactSum(),
    )
    assert total == silu.ExactSum(x)


def test_the_processes_are_others(cluster: Client) -> None:
    workers = set(cluster.run(os.getpid).values())
    assert len(workers) == 2
    assert os.getpid() not in workers


def test_ufunc_can_be_sent_to_a_process(cluster: Client) -> None:
    future = cluster.submit(silu.silu, np.float32(-89))
    assert future.result() == np.float32(-1.9823535e-37)
