# SPDX-License-Identifier: Apache-2.0
"""Dask arrays: lazy, chunked, on processes, and with NumPy's bits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import dask.array as da
import numpy as np
import pytest
from common import DTYPES, FUNCTIONS, bits, inputs
from distributed import Client, LocalCluster

import silu

functions = pytest.mark.parametrize("name", FUNCTIONS)
dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)


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
@dtypes
def test_processes_give_numpys_bits(cluster: Client, name: str, dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, 20011)
    lazy = FUNCTIONS[name](da.from_array(x, chunks=7001))
    result = cluster.compute(lazy).result()
    assert result.dtype == dtype
    assert np.array_equal(bits(result), bits(FUNCTIONS[name](x)))


def test_the_processes_are_others(cluster: Client) -> None:
    workers = set(cluster.run(os.getpid).values())
    assert len(workers) == 2
    assert os.getpid() not in workers


def test_ufunc_can_be_sent_to_a_process(cluster: Client) -> None:
    future = cluster.submit(silu.silu, np.float32(-89))
    assert future.result() == np.float32(-1.9823535e-37)
