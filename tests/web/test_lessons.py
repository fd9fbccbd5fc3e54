# SPDX-License-Identifier: Apache-2.0
"""What other libraries return, and the chain of layers."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

import silu

MEASURED = json.loads(
    (Path(__file__).resolve().parents[2] / "web" / "data" / "peers.json").read_text(
        encoding="utf-8"
    )
)


def _floats(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def _rows(reader) -> dict[str, list[list[str]]]:
    script = """return [...document.querySelectorAll('#peers tr')].map((row) =>
        [row.querySelector('th').textContent, [...row.querySelectorAll('td')].map((cell) =>
          [...cell.children].map((part) => part.textContent))])"""
    return dict(reader.run(script))


def test_the_measurements_name_their_frameworks_versions_and_date():
    names = [peer["name"] for peer in MEASURED["peers"]]
    assert names == ["PyTorch", "TensorFlow", "JAX"]
    assert all(peer["version"] for peer in MEASURED["peers"])
    assert MEASURED["measured"] >= "2026-11-01"
    x = _floats(MEASURED["x"])
    assert (np.diff(x[1:-1]) > 0).all()
    for peer in MEASURED["peers"]:
        for quantity in ("silu", "gradient"):
            assert len(_floats(peer[quantity])) == len(x)


@pytest.mark.parametrize("x", [-89, -1.2784645, 0.5, 3, np.inf, -np.inf])
def test_the_table_has_the_measured_numbers_beside_ours(reader, x):
    reader.type(str(x))
    inputs = _floats(MEASURED["x"])
    [index] = np.flatnonzero(inputs == np.float32(x))
    rows = _rows(reader)
    ours = rows.pop("this library")
    for cell, function in zip(ours, (silu.silu, silu.silu_derivative), strict=True):
        assert int(cell[1], 16) == function(inputs[index]).view(np.uint32)
        assert cell[2] == "right"
    for peer in MEASURED["peers"]:
        cells = rows.pop(f"{peer['name']} {peer['version']}")
        for cell, quantity, function in zip(
            cells, ("silu", "gradient"), (silu.silu, silu.silu_derivative), strict=True
        ):
            theirs, right = _floats(peer[quantity])[index], function(inputs[index])
            assert int(cell[1], 16) == theirs.view(np.uint32)
            if theirs == right or (np.isnan(theirs) and np.isnan(right)):
                assert cell[2] == "right"
            elif np.isnan(theirs):
                assert cell[2] == "NaN for a number"
            elif theirs == 0:
                assert cell[2] == "0 for a number that is not 0"
            else:
                apart = abs(int(theirs.view(np.int32)) - int(right.view(np.int32)))
                if np.signbit(theirs) == np.signbit(right):
                    assert cell[2].startswith(f"{apart:,} number")
    assert rows == {}


def test_the_strips_follow_the_graph(reader):
    first = reader.picture("strip")
    reader.click('[data-view="tail"]')
    second = reader.picture("strip")
    reader.click('button[data-order="1"]')
    third = reader.picture("strip")
    assert len({first, second, third}) == 3
    assert reader.text("#strip-quantity") == "the gradient"


@pytest.mark.parametrize(
    ("layers", "weight", "first"), [(1, 1, 1), (20, 1, 1), (60, 2.5, -3), (37, 0.5, 4)]
)
def test_the_chain_multiplies_the_slopes(reader, layers, weight, first):
    reader.slide("layers", layers)
    reader.slide("weight", weight)
    reader.slide("input", first)
    for name, value, slope in (
        ("sigmoid", silu.sigmoid, silu.sigmoid_derivative),
        ("relu", silu.relu, silu.relu_derivative),
        ("silu", silu.silu, silu.silu_derivative),
    ):
        y, product = np.float64(first), np.float64(1)
        for _ in range(layers):
            z = weight * y
            product *= weight * slope(z)
            y = value(z)
        shown = reader.text(f"#chain-{name}")
        if product == 0:
            assert shown == "exactly 0"
        else:
            assert float(shown) == pytest.approx(product, rel=1e-3)


def test_the_chain_is_drawn_anew(reader):
    before = reader.picture("chain")
    for name, value in (("layers", 40), ("weight", 2), ("input", -1)):
        reader.slide(name, value)
        after = reader.picture("chain")
        assert after != before, name
        before = after
