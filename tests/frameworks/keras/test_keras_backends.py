# SPDX-License-Identifier: Apache-2.0
"""The same bits on every backend of Keras, values and gradients, from files too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from common import DTYPES, bits, inputs, same

import silu

BACKENDS = ("tensorflow", "jax", "torch")
WORKER = Path(__file__).with_name("keras_worker.py")


def run(folder: Path, *tasks: str) -> dict[str, dict[str, Any]]:
    """What each backend computed for each task."""
    results: dict[str, dict[str, Any]] = {task: {} for task in tasks}
    for backend in BACKENDS:
        environment = {**os.environ, "KERAS_BACKEND": backend, "JAX_ENABLE_X64": "1"}
        command = [sys.executable, str(WORKER), str(folder), *tasks]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{backend}\n{done.stderr[-4000:]}"
        for task in tasks:
            results[task][backend] = dict(np.load(folder / f"{backend}.{task}.npz"))
    return results


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The inputs, and the folder that they are in."""
    folder = tmp_path_factory.mktemp("models")
    random = np.random.default_rng(13)
    arrays = {
        "x": random.standard_normal((5, 6, 8)).astype(np.float32),
        "dy": random.standard_normal((5, 6, 4)).astype(np.float32),
        "beta": random.standard_normal((1, 1, 8)).astype(np.float32),
    }
    for dtype in ("float64", "float32", "float16", "bfloat16"):
        a = inputs(DTYPES[dtype], 20_000)
        arrays.update({f"a.{dtype}": bits(a), f"b.{dtype}": bits(random.permutation(a))})
    np.savez(folder / "inputs.npz", **arrays)
    return folder, arrays


@pytest.fixture(scope="module")
def results(given: Any) -> dict[str, dict[str, Any]]:
    return run(given[0], "values", "gradients", "training", "mixed")


def test_every_function_has_the_bits_of_numpys(given: Any, results: Any) -> None:
    for backend, values in results["values"].items():
        assert len(values) == 4 * 10
        for name, y in values.items():
            function, dtype = name.split(".")
            a, b = (given[1][f"{which}.{dtype}"].view(DTYPES[dtype]) for which in "ab")
            operands = (a, b) if function.startswith("sw") else (a,)
            expected = getattr(silu, function)(*operands)
            assert np.array_equal(y, bits(expected)), (backend, name)


def test_a_model_and_its_gradients_have_the_same_bits(results: Any) -> None:
    first, *others = results["gradients"].values()
    assert [first[str(i)].shape for i in range(4)] == [(5, 6, 4), (5, 6, 8), (), (1, 1, 8)]
    for other in others:
        for i in first:
            # x has several uses, whose gradients each framework adds in an order of its own.
            if i == "1":
                np.testing.assert_allclose(first[i], other[i], rtol=1e-5, atol=1e-6)
            else:
                assert same(first[i], other[i]), i


def test_a_saved_model_has_the_same_bits_on_other_backends(given: Any, results: Any) -> None:
    for loaded in run(given[0], "load")["load"].values():
        assert set(loaded) == set(BACKENDS)
        for backend, y in loaded.items():
            assert same(y, results["gradients"][backend]["0"])


def test_training_as_keras_does_it_by_default(results: Any) -> None:
    for history in results["training"].values():
        assert history["losses"][-1] < 0.5 * history["losses"][0]
        assert not np.array_equal(history["beta"], np.ones_like(history["beta"]))


def test_mixed_precision_has_the_bits_of_bfloat16(given: Any, results: Any) -> None:
    narrow = DTYPES["bfloat16"]
    expected = silu.swish(given[1]["x"].astype(narrow), np.array(1.5, narrow))
    for values in results["mixed"].values():
        assert np.array_equal(values["y"], bits(expected))
