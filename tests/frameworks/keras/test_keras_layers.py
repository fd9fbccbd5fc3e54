# SPDX-License-Identifier: Apache-2.0
"""Configurations, names, shapes and errors, on the backend that is there by default."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys
from typing import Any

import keras
import numpy as np
import pytest

import silu.keras


@pytest.mark.parametrize(
    "layer",
    [
        silu.keras.SiLU(name="one"),
        silu.keras.Swish(beta=1.5, axis=(-1, 1), trainable=False),
        silu.keras.Swish(),
        silu.keras.SwiGLU("interleaved", axis=1, clamped=True, alpha=1.5, limit=2.0),
        keras.layers.Activation(silu.keras.silu_derivative),
    ],
)
def test_layers_are_made_again_of_their_configuration(layer: Any) -> None:
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    x = np.random.default_rng(15).standard_normal((3, 4, 6)).astype(np.float32)
    y = keras.ops.convert_to_numpy(layer(x))
    assert np.array_equal(keras.ops.convert_to_numpy(again(x)), y)
    assert layer.compute_output_shape((None, 4, 6)) == (None, *y.shape[1:])


def test_activations_are_saved_by_name() -> None:
    saved = keras.activations.serialize(silu.keras.silu)
    assert "silu>silu" in str(saved)
    assert keras.activations.get(saved) is silu.keras.silu
    assert keras.activations.get("silu") is not silu.keras.silu  # Keras' own stays


def test_symbols_have_shapes_and_dtypes() -> None:
    x, b = keras.Input((4, 1)), keras.Input((5,), dtype="float64")
    y = silu.keras.swiglu(x, b)
    assert (y.shape, y.dtype) == ((None, None, 5), "float64") or y.shape == (None, 4, 5)
    assert silu.keras.silu(keras.Input((3,), dtype="bfloat16")).dtype == "bfloat16"
    with pytest.raises(ValueError, match=r"swiglu: the shapes are .*4, 3.* broadcast"):
        silu.keras.swiglu(keras.Input((4, 3)), keras.Input((4, 5)))


def test_beta_has_the_shape_that_its_axes_say() -> None:
    shapes = {None: (), -1: (1, 1, 6), (1, 2): (1, 4, 6)}
    for axis, shape in shapes.items():
        layer = silu.keras.Swish(axis=axis)
        layer.build((None, 4, 6))
        assert layer.beta.shape == shape
    with pytest.raises(ValueError, match="Swish: axis is 3 and the input's shape"):
        silu.keras.Swish(axis=3).build((None, 4, 6))
    with pytest.raises(ValueError, match=r"Swish: axis is 0 and .*known length"):
        silu.keras.Swish(axis=0).build((None, 4, 6))


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="layout is 'quarters'; allowed: 'halves', 'interleaved'"):
        silu.keras.SwiGLU("quarters")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="SwiGLU: limit is -1"):
        silu.keras.SwiGLU(limit=-1)
    with pytest.raises(ValueError, match="length of ab along axis -1 is 3; allowed: an even one"):
        silu.keras.SwiGLU().compute_output_shape((None, 3))


def test_a_backend_without_an_adapter_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "openvino")
    with pytest.raises(NotImplementedError, match=r"'openvino'; allowed: 'tensorflow', 'jax', 't"):
        silu.keras.silu(1.0)


def test_a_missing_keras_is_an_import_error() -> None:
    code = "import sys; sys.modules['keras'] = None; import silu.keras"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ImportError: silu.keras needs Keras: pip install 'silu[keras]'" in done.stderr


@pytest.mark.parametrize("name", ["silu.keras", "silu.keras._activations"])
def test_examples_in_docstrings_print_what_they_say(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > 1
    assert results.failed == 0
