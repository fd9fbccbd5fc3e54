# SPDX-License-Identifier: Apache-2.0
"""Measures what PyTorch, TensorFlow and JAX return for SiLU and its gradient in float32.

    python web/data/measure_peers.py [FILE]

Writes FILE (by default peers.json beside this script), which the page shows: the inputs and, for
each framework, its results bit by bit, with the versions, the processor and the date. All inputs
are passed as one array, which is where a framework's vector code runs; some frameworks return other
bits for a number alone.
"""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from silu._common import machine

Array = npt.NDArray[np.float32]

MINIMUM = -1.2784645  # of silu, in float32


def grid() -> Array:
    """The inputs, ascending: even steps, each number beside the minimum, and powers of two."""
    around = np.float32(MINIMUM).view(np.uint32) + np.arange(-128, 129, dtype=np.int64)
    powers = np.exp2(np.arange(-149.0, 7.0)).astype(np.float32)
    parts = [
        np.arange(-110, -20, 1 / 8, np.float32),
        np.arange(-20, 20, 1 / 32, np.float32),
        np.arange(-1.5, -1, 1 / 1024, np.float32),
        around.astype(np.uint32).view(np.float32),
        powers,
        -powers,
        np.array([-np.inf, np.inf], np.float32),
    ]
    return np.unique(np.concatenate(parts))  # one zero: +0


def torch(x: Array) -> tuple[str, Array, Array]:
    """PyTorch's version, silu and gradient."""
    import torch

    tensor = torch.from_numpy(x).requires_grad_()
    y = torch.nn.functional.silu(tensor)
    y.backward(torch.ones_like(y))
    assert tensor.grad is not None
    return torch.__version__, y.detach().numpy(), tensor.grad.numpy()


def tensorflow(x: Array) -> tuple[str, Array, Array]:
    """TensorFlow's version, silu and gradient."""
    import tensorflow as tf

    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        y = tf.nn.silu(tensor)
    return tf.__version__, y.numpy(), tape.gradient(y, tensor).numpy()


def jax(x: Array) -> tuple[str, Array, Array]:
    """JAX's version, silu and gradient, both compiled."""
    import jax

    y = jax.jit(jax.nn.silu)(x)
    gradient = jax.jit(jax.vmap(jax.grad(jax.nn.silu)))(x)
    return jax.__version__, np.asarray(y), np.asarray(gradient)


PEERS: dict[str, Callable[[Array], tuple[str, Array, Array]]] = {
    "PyTorch": torch,
    "TensorFlow": tensorflow,
    "JAX": jax,
}


def _encoded(values: Array) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def measure() -> dict[str, Any]:
    """The contents of the file."""
    x = grid()
    peers = []
    for name, run in PEERS.items():
        version, y, gradient = run(x)
        peers.append(
            {
                "name": name,
                "version": version.partition("+")[0],
                "silu": _encoded(y),
                "gradient": _encoded(gradient),
            }
        )
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": machine.processor(),
        "dtype": "float32",
        "x": _encoded(x),
        "peers": peers,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "file", nargs="?", type=Path, default=Path(__file__).with_name("peers.json")
    )
    parser.parse_args().file.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
