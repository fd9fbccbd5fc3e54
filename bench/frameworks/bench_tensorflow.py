# SPDX-License-Identifier: Apache-2.0
"""What users of TensorFlow get: tf.nn.silu and silu.tensorflow, on TensorFlow's own threads.

python bench/frameworks/bench_tensorflow.py [--n N] [--rounds ROUNDS]
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from compare import Row, arguments, report

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

import silu.tensorflow as st

LIMITS = {"float64": None, "float32": 1.1, "float16": 0.7, "bfloat16": 0.7}


def gradient(f: Callable[[Any], Any], x: Any, dy: Any) -> Any:
    """The gradient of f at x, with the forward pass that TensorFlow makes for it."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x, dy)


def rows(n: int) -> Iterator[Row]:
    """Forward and gradient, eagerly and in a graph, for each dtype; and a call's own cost."""
    for dtype, limit in LIMITS.items():
        x = tf.cast(3 * tf.random.stateless_normal([n], [1, 2]), dtype)
        dy = tf.cast(tf.random.stateless_normal([n], [3, 4]), dtype)
        for mode, wrap in (("eager", lambda call: call), ("tf.function", tf.function)):
            pairs = (
                ("forward", lambda f, x, dy: f(x)),  # noqa: ARG005
                ("gradient", gradient),
            )
            for name, call in pairs:
                theirs, ours = (
                    functools.partial(wrap(functools.partial(call, f)), x, dy)
                    for f in (tf.nn.silu, st.silu)
                )
                yield Row(f"silu, {name}, {dtype}, {mode}", theirs, ours, limit)
        gate = tf.function(lambda a, b: tf.nn.silu(a) * b)
        yield Row(
            f"swiglu, {dtype}, tf.function",
            functools.partial(gate, x, dy),
            functools.partial(tf.function(st.swiglu), x, dy),
        )
    tiny = tf.ones([16])
    yield Row(
        "silu, 16 elements, eager",
        functools.partial(tf.nn.silu, tiny),
        functools.partial(st.silu, tiny),
    )


if __name__ == "__main__":
    given = arguments(__doc__.splitlines()[0])
    threads = tf.config.threading.get_intra_op_parallelism_threads() or os.cpu_count()
    kept = report(
        f"TensorFlow {tf.__version__}, {given.n} elements, {threads} threads; the least times",
        rows(given.n),
        given.rounds,
    )
    sys.exit(not kept)
