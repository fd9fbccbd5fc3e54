# SPDX-License-Identifier: Apache-2.0
"""Several threads: the same bits, and Python goes on while a ufunc runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import numpy as np
import pytest
from common import DTYPES, FUNCTIONS, OPERATORS, bits, inputs, operands, parameters, same

import silu


def test_threads_get_the_same_bits() -> None:
    tasks = [(f, inputs(dtype, 50_000)) for f in FUNCTIONS.values() for dtype in DTYPES.values()]
    alone = [bits(f(x)) for f, x in tasks]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda task: bits(task[0](task[1])), tasks * 4))
    for index, result in enumerate(together):
        assert np.array_equal(result, alone[index % len(alone)])


def test_threads_get_the_same_bits_of_several_inputs() -> None:
    tasks = [
        (f, [*operands(name, dtype, 50_000), *parameters(name)])
        for name, f in OPERATORS.items()
        for dtype in DTYPES.values()
    ]
    alone = [f(*given) for f, given in tasks]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda task: task[0](*task[1]), tasks * 4))
    for index, result in enumerate(together):
        assert same(result, alone[index % len(alone)])


@pytest.mark.parametrize("f", [silu.silu, silu.swiglu], ids=str)
def test_another_thread_runs_python_meanwhile(f: np.ufunc) -> None:
    # With the lock held for the whole call, no other thread could find it half done.
    x = np.ones(1 << 23)
    for _ in range(100):
        out = np.zeros_like(x)
        worker = Thread(target=f, args=(*[x] * f.nin, out))
        worker.start()
        half_done = False
        while worker.is_alive():
            half_done |= bool(out[0] != 0 and out[-1] == 0)
        worker.join()
        if half_done:
            return
    raise AssertionError("never seen half done in 100 runs")
