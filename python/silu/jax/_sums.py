# SPDX-License-Identifier: Apache-2.0
"""The gradient of a beta that elements share, as an exact sum that devices can split.

A sum is an array of integers, the digits of silu_sum_save, which JAX adds without an
error: so parts of it come from anywhere, in any order.
"""

from __future__ import annotations

import itertools
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.core import ShapedArray
from jax.experimental.custom_partitioning import custom_partitioning
from jax.extend.core import Primitive
from jax.interpreters import batching, mlir
from jax.sharding import NamedSharding, PartitionSpec

from . import _ffi
from ._kernels import (
    Shape,
    common_shape,
    factors,
    needs_devices,
    own_factors,
    rule,
    to_front,
)


def _shape(dy: Any, x: Any, beta: Any) -> Shape:
    del dy, x
    return (*beta.shape, _ffi.DIGITS)


def _call(dy: Any, x: Any, beta: Any) -> Any:
    result = jax.ShapeDtypeStruct(_shape(dy, x, beta), jnp.int32)
    return jax.ffi.ffi_call("silu_beta_digits", result)(dy, x, beta)


_digits_p = Primitive("silu_beta_digits")
_digits_p.def_impl(jax.jit(_digits_p.bind))
_digits_p.def_abstract_eval(lambda *avals: ShapedArray(_shape(*avals), jnp.int32))


def _lower(context: Any, *operands: Any) -> Any:
    return mlir.lower_fun(_partitioned, multiple_results=False)(context, *operands)


needs_devices(_digits_p)
mlir.register_lowering(_digits_p, _lower, platform="cpu")


def _partitioned(dy: Any, x: Any, beta: Any) -> Any:
    shapes = [dy.shape, x.shape, beta.shape]
    shape = common_shape(shapes)
    if not shape:
        return _call(dy, x, beta)
    kept = [length == whole for length, whole in zip(beta.shape, shape, strict=True)]
    names = factors(shape)
    fresh = (f"u{i}" for i in itertools.count())
    operands = [own_factors(x, shape, fresh) for x in shapes]
    sums = own_factors(beta.shape, shape, fresh)
    function = custom_partitioning(_call)
    whole_operand = next(i for i, given in enumerate(shapes) if given == shape)

    def shardings(arguments: Any) -> tuple[Any, list[Any], Any]:
        """The mesh axes that are summed over, and what operands and sums have."""
        given = arguments[whole_operand].sharding
        if not isinstance(given, NamedSharding):
            raise NotImplementedError(
                f"silu.jax: the gradient of a shared beta needs a NamedSharding, but has {given}"
            )
        spec = tuple(given.spec) + (None,) * (len(shape) - len(given.spec))

        def stretched(lengths: Shape) -> Any:
            parts = [s if n == m else None for s, n, m in zip(spec, lengths, shape, strict=True)]
            return NamedSharding(given.mesh, PartitionSpec(*parts))

        axes = []
        for part, keep in zip(spec, kept, strict=True):
            if not keep and part is not None:
                axes += list(part) if isinstance(part, tuple) else [part]
        result = [s if keep else None for s, keep in zip(spec, kept, strict=True)]
        return (
            tuple(axes),
            [stretched(x) for x in shapes],
            NamedSharding(given.mesh, PartitionSpec(*result, None)),
        )

    def partition(mesh: Any, arguments: Any, result: Any) -> Any:
        del result
        axes, inputs, output = shardings(arguments)

        def call(*parts: Any) -> Any:
            digits = _call(*parts)
            return lax.psum(digits, axes) if axes else digits

        return mesh, call, output, tuple(inputs)

    def infer(mesh: Any, arguments: Any, result: Any) -> Any:
        del mesh, result
        return shardings(arguments)[2]

    summed = tuple(name for name, keep in zip(names, kept, strict=True) if not keep)
    function.def_partition(
        partition,
        infer_sharding_from_operands=infer,
        sharding_rule=rule(operands, [[*sums, "digit"]]),
        reduction_factors=summed,
    )
    return function(dy, x, beta)


def _sum(dy: Any, x: Any, beta: Any) -> Any:
    return _values(_digits_p.bind(dy, x, beta), beta.dtype)


def _values(digits: Any, dtype: Any) -> Any:
    """The sums that digits are; their last axis is one sum."""
    *shape, _ = digits.shape

    def call(part: Any) -> Any:
        result = jax.ShapeDtypeStruct(part.shape[:-1], dtype)
        return jax.ffi.ffi_call("silu_digits_value", result)(part)

    def given(target: Any) -> Any:
        if not isinstance(target, NamedSharding):
            return target
        spec = tuple(target.spec) + (None,) * (len(shape) + 1 - len(target.spec))
        return NamedSharding(target.mesh, PartitionSpec(*spec))

    def partition(mesh: Any, arguments: Any, result: Any) -> Any:
        del arguments
        return mesh, call, result.sharding, (given(result.sharding),)

    def infer(mesh: Any, arguments: Any, result: Any) -> Any:
        del mesh, result
        sharding = arguments[0].sharding
        if not isinstance(sharding, NamedSharding):
            return sharding
        return NamedSharding(sharding.mesh, PartitionSpec(*sharding.spec[: len(shape)]))

    if not shape:
        return call(digits)
    names = factors(tuple(shape))
    function = custom_partitioning(call)
    function.def_partition(
        partition,
        infer_sharding_from_operands=infer,
        sharding_rule=rule([[*names, "digit"]], [names]),
    )
    return function(digits)


# The sums of dy x^2 sigmoid'(beta x) in the shape and dtype of beta.  All have as many axes; where
# beta has length 1 they are summed over.
beta_gradient_p = Primitive("silu_swish_beta_gradient")
beta_gradient_p.def_impl(jax.jit(beta_gradient_p.bind))
beta_gradient_p.def_abstract_eval(lambda *avals: avals[2].update(weak_type=False))
needs_devices(beta_gradient_p)
mlir.register_lowering(beta_gradient_p, mlir.lower_fun(_sum, multiple_results=False))


def _batch(operands: Any, axes: Any) -> tuple[Any, int]:
    """A batch of sums: beta gets the axis in its whole length, so that it is kept."""
    size = next(x.shape[axis] for x, axis in zip(operands, axes, strict=True) if axis is not None)
    dy, x, beta = to_front(operands, axes)
    return beta_gradient_p.bind(dy, x, jnp.broadcast_to(beta, (size, *beta.shape[1:]))), 0


batching.primitive_batchers[beta_gradient_p] = _batch
