# SPDX-License-Identifier: Apache-2.0
"""The functions on the backend that Keras runs on, for tensors and for symbols."""

from __future__ import annotations

import importlib
from typing import Any

import keras

ADAPTERS = {"tensorflow": "silu.tensorflow", "jax": "silu.jax", "torch": "silu.torch"}


def adapter() -> Any:
    """The module for the backend; an ImportError names the extra where it is missing."""
    name = keras.backend.backend()
    if name not in ADAPTERS:
        raise NotImplementedError(
            f"silu.keras: the backend is {name!r}; allowed: {', '.join(map(repr, ADAPTERS))}"
        )
    return importlib.import_module(ADAPTERS[name])


@keras.saving.register_keras_serializable(package="silu")
class Function(keras.Operation):  # type: ignore[misc]
    """A function of the library as a node of a functional model."""

    def __init__(self, function: str, name: str | None = None, **parameters: float) -> None:
        super().__init__(name=name)
        self.function, self.parameters = function, parameters

    def call(self, *operands: Any) -> Any:
        """The value, for tensors."""
        return _run(self.function, *operands, **self.parameters)

    def compute_output_spec(self, *operands: Any) -> keras.KerasTensor:
        """The shape that the operands broadcast to, and the dtype that they promote to."""
        shape: tuple[int | None, ...] = ()
        for x in operands:
            shape = _broadcast(self.function, shape, tuple(keras.ops.shape(x)))
        return keras.KerasTensor(shape, _dtype(operands))

    def get_config(self) -> dict[str, Any]:
        """What __init__ takes."""
        return {"function": self.function, "name": self.name, **self.parameters}


def call(function: str, *operands: Any, **parameters: float) -> Any:
    """The function of tensors, or, where an operand is a symbol, a symbol for that."""
    operands = tuple(
        x if hasattr(x, "dtype") or isinstance(x, (int, float)) else keras.ops.convert_to_tensor(x)
        for x in operands
    )
    if any(isinstance(x, keras.KerasTensor) for x in operands):
        return Function(function, None, **parameters)(*operands)
    return _run(function, *operands, **parameters)


def _run(function: str, *operands: Any, **parameters: float) -> Any:
    dtype = _dtype(operands)
    tensors = [keras.ops.convert_to_tensor(x, dtype) for x in operands]
    return getattr(adapter(), function)(*tensors, **parameters)


def _dtype(operands: tuple[Any, ...]) -> str:
    """As Keras promotes, but that float64 beside float64 stays so: it has no such rule on JAX."""
    kinds = [
        keras.backend.standardize_dtype(x.dtype) if hasattr(x, "dtype") else type(x)
        for x in operands
    ]
    floats = {kind for kind in kinds if isinstance(kind, str) and "float" in kind}
    return floats.pop() if len(floats) == 1 else str(keras.backend.result_type(*kinds, float))


def _broadcast(
    function: str, one: tuple[int | None, ...], other: tuple[int | None, ...]
) -> tuple[int | None, ...]:
    rank = max(len(one), len(other))
    padded = [(1,) * (rank - len(shape)) + shape for shape in (one, other)]
    result = []
    for n, m in zip(*padded, strict=True):
        if n not in (1, None) and m not in (1, None, n):
            raise ValueError(
                f"silu.keras.{function}: the shapes are {one} and {other}; allowed: ones that"
                " broadcast together"
            )
        # Where neither length is known, either may be 1.
        result.append(m if n == 1 else n if m == 1 else n or m)
    return tuple(result)
