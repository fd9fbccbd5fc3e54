# SPDX-License-Identifier: Apache-2.0
"""What the tests have one backend compute, in a process of its own: KERAS_BACKEND says which.

    python keras_worker.py FOLDER TASK...

A task reads FOLDER/inputs.npz, and writes FOLDER/BACKEND.TASK.npz.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import keras
import ml_dtypes
import numpy as np

import silu.keras

BACKEND = keras.backend.backend()
DTYPES = ("float64", "float32", "float16", "bfloat16")


def to_numpy(x: Any) -> Any:
    """The array, of ml_dtypes' bfloat16 where it is one."""
    if BACKEND == "torch" and keras.backend.standardize_dtype(x.dtype) == "bfloat16":
        import torch

        return x.detach().view(torch.int16).numpy().view(ml_dtypes.bfloat16)
    return np.asarray(keras.ops.convert_to_numpy(x))


def to_tensor(encodings: Any, dtype: str) -> Any:
    """The tensor: by its encodings, as casts flush subnormals on some backends."""
    array = encodings.view(np.dtype(getattr(ml_dtypes, dtype, dtype)))
    if BACKEND == "torch" and dtype == "bfloat16":
        import torch

        return torch.from_numpy(encodings.view(np.int16)).view(torch.bfloat16)
    return keras.ops.convert_to_tensor(array)


def value_and_gradients(model: Any, x: Any, dy: Any) -> list[Any]:
    """The model's output, and the gradients of what it is multiplied with dy: for x and weights."""
    if BACKEND == "tensorflow":
        import tensorflow as tf

        tensor = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            y = model(tensor)
        gradients = tape.gradient(y, [tensor, *model.trainable_weights], tf.constant(dy))
        return [y, *gradients]
    if BACKEND == "jax":
        import jax

        def run(x: Any, weights: Any) -> Any:
            return model.stateless_call(weights, model.non_trainable_variables, x)[0]

        weights = [v.value for v in model.trainable_variables]
        y, backward = jax.vjp(run, jax.numpy.asarray(x), weights)
        to_x, to_weights = backward(jax.numpy.asarray(dy))
        return [y, to_x, *to_weights]
    import torch

    tensor = keras.ops.convert_to_tensor(x).requires_grad_()
    y = model(tensor)
    wanted = [tensor, *(v.value for v in model.trainable_weights)]
    return [y, *torch.autograd.grad(y, wanted, keras.ops.convert_to_tensor(dy))]


def chain() -> Any:
    """Every layer, and some functions, in a functional model without a product of matrices."""
    x = keras.Input((6, 8))
    y = silu.keras.SiLU()(x)
    y = silu.keras.Swish(1.5)(y)
    y = silu.keras.Swish(0.75, axis=-1, name="channels")(y)
    y = silu.keras.swish(y, silu.keras.sigmoid(x))
    a = silu.keras.SwiGLU()(y)
    b = silu.keras.SwiGLU(layout="interleaved", clamped=True, limit=1.5)(y)
    y = silu.keras.SwiGLU()([a, b])
    y = keras.layers.Activation(silu.keras.silu_derivative)(y)
    return keras.Model(x, silu.keras.swiglu_clamped(y, a, limit=2.0))


def values(folder: Path) -> dict[str, Any]:
    """Each function of inputs of each dtype."""
    given = np.load(folder / "inputs.npz")
    results = {}
    for dtype in DTYPES:
        a, b = (to_tensor(given[f"{name}.{dtype}"], dtype) for name in "ab")
        for name in silu.keras.__all__:
            function = getattr(silu.keras, name)
            if isinstance(function, type):
                continue
            operands = [a, b] if name.startswith("sw") else [a]
            y = to_numpy(function(*operands))
            assert y.dtype.name == dtype, (name, y.dtype)
            results[f"{name}.{dtype}"] = y.view(f"u{y.dtype.itemsize}")
    return results


def gradients(folder: Path) -> dict[str, Any]:
    """The value and gradients of a model; and the same of what is saved and loaded again."""
    given = np.load(folder / "inputs.npz")
    model = chain()
    model.get_layer("channels").set_weights([given["beta"]])
    results = value_and_gradients(model, given["x"], given["dy"])
    path = folder / f"{BACKEND}.keras"
    model.save(path)
    again = value_and_gradients(keras.models.load_model(path), given["x"], given["dy"])
    for one, other in zip(results, again, strict=True):
        np.testing.assert_array_equal(to_numpy(one), to_numpy(other))
    return {str(i): to_numpy(result) for i, result in enumerate(results)}


def load(folder: Path) -> dict[str, Any]:
    """The values of the models that every backend saved."""
    x = np.load(folder / "inputs.npz")["x"]
    paths = sorted(folder.glob("*.keras"))
    return {path.stem: to_numpy(keras.models.load_model(path)(x)) for path in paths}


def training(folder: Path) -> dict[str, Any]:
    """The losses of a small model that is trained as Keras does it by default."""
    del folder
    keras.utils.set_random_seed(1)
    x = np.random.default_rng(1).standard_normal((64, 4)).astype(np.float32)
    y = np.sin(x.sum(axis=1, keepdims=True))
    model = keras.Sequential(
        [
            keras.layers.Dense(16),
            silu.keras.Swish(axis=-1),
            keras.layers.Dense(16, activation=silu.keras.silu),
            silu.keras.SwiGLU(),
            keras.layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Adam(0.02), "mse")
    history = model.fit(x, y, epochs=30, batch_size=16, verbose=0)
    beta = model.layers[1].get_weights()[0]
    return {"losses": history.history["loss"], "beta": beta}


def mixed(folder: Path) -> dict[str, Any]:
    """A layer's results where Keras computes in bfloat16."""
    layer = silu.keras.Swish(1.5, dtype="mixed_bfloat16")
    y = to_numpy(layer(np.load(folder / "inputs.npz")["x"]))
    assert y.dtype == ml_dtypes.bfloat16
    return {"y": y.view(np.uint16)}


if __name__ == "__main__":
    _folder = Path(sys.argv[1])
    for _task in sys.argv[2:]:
        np.savez(_folder / f"{BACKEND}.{_task}.npz", **globals()[_task](_folder))
