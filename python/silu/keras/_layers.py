# SPDX-License-Identifier: Apache-2.0
"""Layers: what the functions are in a model, saved with it."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, Literal

import keras

from .. import _swiglu
from . import _activations

Shape = tuple[int | None, ...]
_register = keras.saving.register_keras_serializable(package="silu")


class _Elementwise(keras.layers.Layer):  # type: ignore[misc]
    """A layer whose output has its input's shape."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        # So that Keras compiles models of it without TensorFlow's XLA, where they cannot run.
        self.supports_jit = keras.backend.backend() != "tensorflow"

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """The input's."""
        return input_shape


@_register
class SiLU(_Elementwise):
    """silu.keras.silu as a layer: x sigmoid(x), correctly rounded.

    Input and output: any shape, in the layer's compute dtype.
    """

    def call(self, inputs: Any) -> Any:
        """The activations."""
        return _activations.silu(inputs)


@_register
class Swish(_Elementwise):
    """silu.keras.swish with a beta that is trained: x sigmoid(beta x), rounded once.

    beta: the value to begin with. axis: None for one beta for all elements, or an
    axis, or several, along which each place has its own (-1: one for each channel).
    Its gradient is an exact sum, the same bits for any backend and number of
    threads. trainable=False keeps beta as it is.
    """

    def __init__(
        self, beta: float = 1.0, axis: int | Sequence[int] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.initial_beta = float(beta)
        if axis is None:
            self.axis: tuple[int, ...] = ()
        elif isinstance(axis, Sequence):
            self.axis = tuple(operator.index(each) for each in axis)
        else:
            self.axis = (operator.index(axis),)

    def build(self, input_shape: Shape) -> None:
        """Makes beta, of length 1 along the axes that share it."""
        rank = len(input_shape)
        for axis in self.axis:
            if not -rank <= axis < rank or input_shape[axis] is None:
                raise ValueError(
                    f"Swish: axis is {axis} and the input's shape {input_shape}; allowed: axes of"
                    " known length"
                )
        own = {axis % rank for axis in self.axis}
        shape = [n if i in own else 1 for i, n in enumerate(input_shape)] if own else ()
        initial = keras.initializers.Constant(self.initial_beta)
        self.beta = self.add_weight(shape=tuple(shape), initializer=initial, name="beta")

    def call(self, inputs: Any) -> Any:
        """The activations."""
        return _activations.swish(inputs, self.beta)

    def get_config(self) -> dict[str, Any]:
        """What __init__ takes."""
        axis = list(self.axis) if self.axis else None
        return {**super().get_config(), "beta": self.initial_beta, "axis": axis}


@_register
class SwiGLU(_Elementwise):
    """silu.keras.swiglu as a layer: silu(a) b, rounded once.

    Input: a pair [a, b] of equal shapes, or one tensor that holds both along an
    axis, of even length: in "halves", or "interleaved" (a at 0, 2, ..., b at 1, 3,
    ...). The output has a's shape. With clamped=True: swiglu_clamped with alpha and
    limit. ValueError for another layout, an odd length, or parameters that
    silu.swiglu_clamped refuses.
    """

    def __init__(
        self,
        layout: Literal["halves", "interleaved"] = "halves",
        axis: int = -1,
        clamped: bool = False,
        alpha: float = 1.702,
        limit: float = 7.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.layout, self.axis, self.clamped = layout, axis, clamped
        self.alpha, self.limit = _swiglu.checked_parameters("SwiGLU", alpha, limit)
        _swiglu.packed_parts((2,), layout, 0)  # refuses a layout that there is not

    def call(self, inputs: Any) -> Any:
        """The activations."""
        if isinstance(inputs, (list, tuple)):
            a, b = inputs
        else:
            first, second = _swiglu.packed_parts(tuple(inputs.shape), self.layout, self.axis)
            a, b = inputs[first], inputs[second]
        if self.clamped:
            return _activations.swiglu_clamped(a, b, self.alpha, self.limit)
        return _activations.swiglu(a, b)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of a."""
        if isinstance(input_shape[0], (list, tuple)):
            return tuple(input_shape[0])
        _swiglu.packed_parts(tuple(input_shape), self.layout, self.axis)
        result = list(input_shape)
        result[self.axis] //= 2
        return tuple(result)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The first input's."""
        del inputs
        return previous_mask[0] if isinstance(previous_mask, (list, tuple)) else previous_mask

    def get_config(self) -> dict[str, Any]:
        """What __init__ takes."""
        names = ("layout", "axis", "clamped", "alpha", "limit")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
