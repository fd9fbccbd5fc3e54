# SPDX-License-Identifier: Apache-2.0
"""Graphs: shapes, SavedModels, tf.data, mixed precision, XLA, memory; and what is missing."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from common import same

import silu
import silu.tensorflow as st


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("a", "b", "common"),
    [
        ([None, 10], [None, 10], [None, 10]),
        ([None, 10], [10], [None, 10]),
        ([None, 10], [1, 1], [None, 10]),
        ([2, None], [2, 3], [2, 3]),
        ([1, 3], [5, None], [5, 3]),
        ([], [4, None], [4, None]),
        (None, [3], None),
    ],
)
def test_shapes_are_inferred(a: Any, b: Any, common: Any) -> None:
    specs = [tf.TensorSpec(a), tf.TensorSpec(b)]
    graph = tf.function(lambda a, b: (st.swiglu(a, b), *st.swiglu_backward(a, b, b)))
    shapes = graph.get_concrete_function(*specs).output_shapes
    for shape in shapes:
        assert shape == tf.TensorShape(common)
        assert (shape.rank is None) == (common is None)


def test_lengths_that_may_be_1_are_not_taken_for_equal() -> None:
    specs = [tf.TensorSpec([None, 3]), tf.TensorSpec([None, 3])]
    graph = tf.function(st.swiglu, input_signature=specs)
    random = np.random.default_rng(8)
    a, b = random.standard_normal((1, 3)), random.standard_normal((5, 3))
    a, b = a.astype(np.float32), b.astype(np.float32)
    assert same(graph(a, b).numpy(), silu.swiglu(a, b))
    assert same(graph(b, a).numpy(), silu.swiglu(b, a))


def test_a_fresh_process_loads_a_saved_model(tmp_path: Path) -> None:
    class Gate(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            self.beta = tf.Variable(1.5)

        @tf.function(input_signature=[tf.TensorSpec([None, 4])])
        def __call__(self, x: Any) -> Any:
            return st.swiglu_clamped(st.swish(x, self.beta), st.silu(x))

    gate, x = Gate(), tf.random.stateless_normal([3, 4], [1, 2])
    tf.saved_model.save(gate, str(tmp_path / "gate"))
    np.save(tmp_path / "x.npy", x.numpy())
    code = (
        "import sys, numpy as np, tensorflow as tf, silu.tensorflow\n"
        "folder = sys.argv[1]\n"
        "gate = tf.saved_model.load(folder + '/gate')\n"
        "x = tf.constant(np.load(folder + '/x.npy'))\n"
        "with tf.GradientTape() as tape:\n"
        "    y = gate(x)\n"
        "np.savez(folder + '/y.npz', y=y, dbeta=tape.gradient(y, gate.beta))\n"
    )
    done = run(code, str(tmp_path))
    assert done.returncode == 0, done.stderr
    loaded = np.load(tmp_path / "y.npz")
    with tf.GradientTape() as tape:
        y = gate(x)
    assert same(loaded["y"], y.numpy())
    assert same(loaded["dbeta"], tape.gradient(y, gate.beta).numpy())


def test_tf_data() -> None:
    x = np.random.default_rng(9).standard_normal((50, 8)).astype(np.float32)
    data = tf.data.Dataset.from_tensor_slices(x).map(st.silu, num_parallel_calls=2).batch(50)
    assert same(next(iter(data)).numpy(), silu.silu(x))


def test_mixed_precision_computes_in_bfloat16() -> None:
    layer = keras.layers.Activation(st.silu, dtype="mixed_bfloat16")
    x = np.random.default_rng(10).standard_normal((5, 8)).astype(np.float32)
    y = layer(x)
    assert y.dtype == tf.bfloat16
    narrow = tf.cast(x, tf.bfloat16).numpy()
    assert same(y.numpy(), silu.silu(narrow))


def test_xla_is_refused_with_a_way_out() -> None:
    with pytest.raises(tf.errors.UnimplementedError, match=r"jit_compile=True .* away .*silu\.jax"):
        tf.function(st.silu, jit_compile=True)(tf.constant(1.0))


def test_outputs_take_the_memory_of_inputs() -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        x = tf.compat.v1.placeholder(tf.float32, [1 << 16])
        first = tf.negative(x, name="first")  # memory that nobody else needs
        second = st.silu(first, name="second")
        third = st.swiglu(second, 2.0, name="third")
        both = st.swiglu_backward(third, tf.negative(third, name="other"), 1.0, name="both")
        metadata = tf.compat.v1.RunMetadata()
        options = tf.compat.v1.RunOptions(trace_level=tf.compat.v1.RunOptions.FULL_TRACE)
        # Constants folded, and nodes merged, would change which memory is free.
        session.run(
            [both[0].op, both[1].op],
            {x: np.ones(1 << 16, np.float32)},
            options=options,
            run_metadata=metadata,
        )
    address = {
        (node.node_name, output.slot): output.tensor_description.allocation_description.ptr
        for device in metadata.step_stats.dev_stats
        for node in device.node_stats
        for output in node.output
    }
    assert address["second", 0] == address["first", 0]
    assert address["third", 0] == address["first", 0]
    assert {address["both", 0], address["both", 1]} == {
        address["third", 0],
        address["other", 0],
    }


def test_an_input_that_is_needed_is_kept() -> None:
    x = tf.random.stateless_normal([1000], [3, 4])
    before = x.numpy().copy()
    y = tf.function(lambda x: (st.silu(x), st.silu_derivative(x), x + 0))(x)
    assert same(x.numpy(), before)
    assert same(tuple(t.numpy() for t in y[:2]), (silu.silu(before), silu.silu_derivative(before)))


def test_another_version_of_tensorflow_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    from silu.tensorflow import _library

    monkeypatch.setattr(tf, "__version__", "2.99.0")
    with pytest.warns(
        RuntimeWarning, match=r"compiled with TensorFlow 2\.\S+ and runs with 2.99.0"
    ):
        importlib.reload(_library)


def test_a_missing_adapter_is_an_import_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from silu.tensorflow import _library

    monkeypatch.setattr(_library, "_FOLDER", tmp_path)
    with pytest.raises(ImportError, match=r"without its adapter .* 'silu\[tensorflow\]'"):
        _library._load()


def test_a_missing_tensorflow_is_an_import_error() -> None:
    done = run("import sys; sys.modules['tensorflow'] = None; import silu.tensorflow")
    assert done.returncode == 1
    assert (
        "ImportError: silu.tensorflow needs TensorFlow: pip install 'silu[tensorflow]'"
        in done.stderr
    )


@pytest.mark.parametrize("name", ["silu.tensorflow", "silu.tensorflow._functions"])
def test_examples_in_docstrings_print_what_they_say(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > 1
    assert results.failed == 0
