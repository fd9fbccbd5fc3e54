# SPDX-License-Identifier: Apache-2.0
"""Digests of what one way into the library gives for 10^7 inputs of each dtype.

python digests.py WAY, where WAY is numpy, torch, tensorflow, jax or keras-BACKEND: prints
{"DTYPE, RESULT": [digest of each 10^6 results]} as JSON. One process for each way, as the
frameworks bring libraries that clash.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Call = Callable[[Callable[..., Any], list[Array], Array], list[Array]]

DTYPES = {
    "float64": np.dtype(np.float64),
    "float32": np.dtype(np.float32),
    "float16": np.dtype(np.float16),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
}
CHUNKS, CHUNK = 10, 1_000_000
ENCODINGS = CHUNK // 100  # of a chunk: any bits; the others are numbers as networks have them


def inputs(dtype: np.dtype[Any], chunk: int) -> list[Array]:
    """The chunk's x, b and dy."""
    random = np.random.default_rng([1118, chunk])
    x, b, dy = (
        (3 * random.standard_normal(CHUNK)).astype(dtype),
        *(random.standard_normal(CHUNK).astype(dtype) for _ in range(2)),
    )
    x[:ENCODINGS] = random.integers(
        0, 1 << 8 * dtype.itemsize, ENCODINGS, f"u{dtype.itemsize}"
    ).view(dtype)
    return [x, b, dy]


def digest(results: Array) -> str:
    """Of the encodings, in the order of their bytes in memory."""
    return hashlib.blake2b(np.ascontiguousarray(results).view(np.uint8), digest_size=16).hexdigest()


def torch_call(function: Callable[..., Any], given: list[Array], dy: Array) -> list[Array]:
    """The result, and the gradients for dy, by PyTorch's autograd."""
    import torch

    def tensor(x: Array) -> Any:
        if x.dtype == ml_dtypes.bfloat16:
            return torch.from_numpy(x.view(np.int16)).view(torch.bfloat16)
        return torch.from_numpy(x)

    def array(x: Any) -> Array:
        if x.dtype == torch.bfloat16:
            return x.detach().view(torch.int16).numpy()  # type: ignore[no-any-return]
        return x.detach().numpy()  # type: ignore[no-any-return]

    tensors = [tensor(x).requires_grad_() for x in given]
    y = function(*tensors)
    return [array(each) for each in (y, *torch.autograd.grad(y, tensors, tensor(dy)))]


def tensorflow_call(function: Callable[..., Any], given: list[Array], dy: Array) -> list[Array]:
    """The same by TensorFlow's tape."""
    import tensorflow as tf

    tensors = [tf.constant(x) for x in given]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        y = function(*tensors)
    return [each.numpy() for each in (y, *tape.gradient(y, tensors, tf.constant(dy)))]


def jax_call(function: Callable[..., Any], given: list[Array], dy: Array) -> list[Array]:
    """The same by JAX's vjp."""
    import jax

    y, pull = jax.vjp(function, *map(jax.numpy.asarray, given))
    return [np.asarray(each) for each in (y, *pull(jax.numpy.asarray(dy)))]


def numpy_call(function: Callable[..., Any], given: list[Array], dy: Array) -> list[Array]:
    """The same by the functions themselves, which NumPy cannot differentiate."""
    import silu

    gradients = getattr(silu, f"{function.__name__}_backward")(dy, *given)
    return [function(*given), *(gradients if isinstance(gradients, tuple) else (gradients,))]


CALLS: dict[str, Call] = {
    "numpy": numpy_call,
    "torch": torch_call,
    "tensorflow": tensorflow_call,
    "jax": jax_call,
}


def digests(way: str) -> Iterator[tuple[str, list[str]]]:
    """What is digested, and the digests of its chunks."""
    framework = way.removeprefix("keras-")
    if way.startswith("keras-"):
        os.environ["KERAS_BACKEND"] = framework
        module = importlib.import_module("silu.keras")
    else:
        module = importlib.import_module("silu" if way == "numpy" else f"silu.{way}")
    call = CALLS[framework]
    for name, dtype in DTYPES.items():
        found: dict[str, list[str]] = {}
        for chunk in range(CHUNKS):
            x, b, dy = inputs(dtype, chunk)
            y, dx = call(module.silu, [x], dy)
            slope = call(module.silu, [x], np.ones_like(x))[1]
            gated, da, db = call(module.swiglu, [x, b], dy)
            results = {
                "silu": y,
                "silu_derivative": slope,
                "silu_backward": dx,
                "swiglu": gated,
                "swiglu_backward, da": da,
                "swiglu_backward, db": db,
            }
            for what, each in results.items():
                found.setdefault(f"{name}, {what}", []).append(digest(each))
        yield from found.items()


if __name__ == "__main__":
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    os.environ["JAX_ENABLE_X64"] = "1"
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    json.dump(dict(digests(sys.argv[1])), sys.stdout)
