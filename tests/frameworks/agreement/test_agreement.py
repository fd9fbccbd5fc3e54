# SPDX-License-Identifier: Apache-2.0
"""The same bits through every framework: 10^7 inputs of each dtype, forward and gradients."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from digests import CHUNK, CHUNKS, DTYPES, digest, inputs

Digests = dict[str, list[str]]

WAYS = ["torch", "tensorflow", "jax", "keras-torch", "keras-tensorflow", "keras-jax"]


def by(way: str) -> Digests:
    script = Path(__file__).with_name("digests.py")
    command = [sys.executable, str(script), way]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(text)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def numpys() -> Digests:
    return by("numpy")


def test_there_are_ten_million_inputs_of_each_dtype(numpys: Digests) -> None:
    assert CHUNKS * CHUNK == 10**7
    assert len(numpys) == 6 * len(DTYPES)
    for chunks in numpys.values():
        assert len(set(chunks)) == CHUNKS


@pytest.mark.parametrize("way", WAYS)
def test_frameworks_have_the_bits_of_numpy(way: str, numpys: Digests) -> None:
    assert by(way) == numpys


@pytest.mark.parametrize("function", ["silu", "silu_derivative"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_tool_in_cpp_has_the_bits_of_numpy(
    dtype: str, function: str, numpys: Digests, tmp_path: Path
) -> None:
    x: Any = np.concatenate([inputs(DTYPES[dtype], chunk)[0] for chunk in range(CHUNKS)])
    np.save(tmp_path / "x.npy", x)
    tool = Path(sys.executable).with_name("silu")
    files = [str(tmp_path / "x.npy"), str(tmp_path / "y.npy")]
    subprocess.run([tool, "map", function, *files, "--dtype", dtype, "--quiet"], check=True)
    y = np.load(tmp_path / "y.npy").view(x.dtype)
    assert [digest(part) for part in np.split(y, CHUNKS)] == numpys[f"{dtype}, {function}"]
