# SPDX-License-Identifier: Apache-2.0
"""The library's functions as JAX primitives: custom calls that batch and partition.

A primitive takes arrays of one dtype and as many axes as the result, each of the
result's length or of length 1, and gives a list of results. The memory of what
has length 1 is not repeated: the loops of the library step over it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax._src import dispatch
from jax.core import ShapedArray
from jax.experimental.custom_partitioning import custom_partitioning
from jax.extend.core import Primitive
from jax.interpreters import batching, mlir
from jax.sharding import NamedSharding, PartitionSpec

from . import _ffi

for _name, _target in _ffi.TARGETS.items():
    jax.ffi.register_ffi_target(_name, _target, platform="cpu")

Shape = tuple[int, ...]


class Kernel(NamedTuple):
    """A row of the library's table, and its primitive."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    clamped: bool
    primitive: Primitive

    def __call__(self, *operands: Any, **parameters: float) -> list[Any]:
        """The results, for operands of as many axes."""
        return self.primitive.bind(*operands, **parameters)  # type: ignore[no-any-return]


def common_shape(shapes: Sequence[Shape]) -> Shape:
    """The shape of the result: an axis of length 1 is any length."""
    return tuple(
        next((length for length in lengths if length != 1), 1)
        for lengths in zip(*shapes, strict=True)
    )


def elementwise(
    name: str, run: Callable[..., Sequence[Any]], results: int, partition: bool = False
) -> Primitive:
    """A primitive that is run(*operands, **parameters), element by element.

    With partition=True, run is a custom call, which XLA is told how to partition;
    otherwise it is made of other primitives.
    """
    primitive = Primitive(f"silu_{name}")
    primitive.multiple_results = True

    @functools.cache
    def compiled(**parameters: Any) -> Any:
        return jax.jit(functools.partial(primitive.bind, **parameters))

    def impl(*operands: Any, **parameters: Any) -> Any:
        return compiled(**parameters)(*operands)

    def abstract(*operands: ShapedArray, **parameters: Any) -> list[ShapedArray]:
        del parameters
        shape = common_shape([x.shape for x in operands])
        like = next((x for x in operands if x.shape == shape), operands[0])
        return [like.update(shape=shape, weak_type=False)] * results

    def lower(context: Any, *operands: Any, **parameters: Any) -> Any:
        def call(*given: Any) -> Any:
            return run(*given, **parameters)

        def body(*given: Any) -> Any:
            shapes = [x.shape for x in given]
            if not partition or not common_shape(shapes):
                return call(*given)
            return partitioned(call, shapes, results)(*given)

        return mlir.lower_fun(body, multiple_results=True)(context, *operands)

    primitive.def_impl(impl)
    primitive.def_abstract_eval(abstract)
    needs_devices(primitive)
    mlir.register_lowering(primitive, lower, platform="cpu")
    mlir.register_lowering(primitive, functools.partial(_refuse_platform, name))
    batching.primitive_batchers[primitive] = functools.partial(_batch, primitive, results)
    return primitive


def needs_devices(primitive: Primitive) -> None:
    """Has JAX say what the devices are when the primitive is lowered, as for custom_partitioning.

    JAX looks for that primitive among those of the traced function, and so misses
    one that is made while lowering. There is no public way to ask for it.
    """
    asking = getattr(dispatch, "prim_requires_devices_during_lowering", None)
    if asking is None:
        raise ImportError(f"silu.jax works with JAX 0.10, and this is {jax.__version__}")
    asking.add(primitive)


def _refuse_platform(name: str, context: Any, *_: Any, **__: Any) -> Any:
    platforms = ", ".join(context.module_context.platforms)
    raise NotImplementedError(
        f"silu.jax: {name} was to run on {platforms}; allowed: cpu (jax.default_device)"
    )


def _batch(
    primitive: Primitive, results: int, operands: Any, axes: Any, **parameters: Any
) -> tuple[Any, tuple[int, ...]]:
    """The same on arrays with an axis more, of length 1 where there is none."""
    return primitive.bind(*to_front(operands, axes), **parameters), (0,) * results


def to_front(operands: Any, axes: Any) -> list[Any]:
    """Operands with the batch's axis first, of length 1 where there is none."""
    return [
        lax.expand_dims(x, (0,)) if axis is None else jnp.moveaxis(x, axis, 0)
        for x, axis in zip(operands, axes, strict=True)
    ]


def partitioned(call: Callable[..., Any], shapes: list[Shape], results: int) -> Any:
    """A custom call that each device makes for its part of the elements."""
    shape = common_shape(shapes)
    function = custom_partitioning(call)

    def partition(mesh: Any, arguments: Any, result: Any) -> Any:
        target = jax.tree.leaves(result)[0].sharding
        given = tuple(_stretched(target, x.shape) for x in arguments)
        return mesh, call, [target] * results, given

    def infer(mesh: Any, arguments: Any, result: Any) -> Any:
        del mesh, result
        whole = next(x for x in arguments if x.shape == shape)
        return [whole.sharding] * results

    names = factors(shape)
    fresh = (f"u{i}" for i in itertools.count())
    operands = [own_factors(x, shape, fresh) for x in shapes]
    function.def_partition(
        partition,
        infer_sharding_from_operands=infer,
        sharding_rule=rule(operands, [names] * results),
    )
    return function


def factors(shape: Shape) -> list[str]:
    """A name for each axis."""
    return [f"i{axis}" for axis in range(len(shape))]


def own_factors(shape: Shape, common: Shape, fresh: Iterator[str]) -> list[str]:
    """The names of an operand's axes: of the common shape, but new ones where it is stretched."""
    names = factors(common)
    return [
        name if length == whole else next(fresh)
        for name, length, whole in zip(names, shape, common, strict=True)
    ]


def rule(operands: list[list[str]], results: list[list[str]]) -> str:
    """Shardy's notation for which axes are one."""
    sides = (", ".join(" ".join(names) for names in side) for side in (operands, results))
    return " -> ".join(sides)


def _stretched(target: Any, shape: Shape) -> Any:
    """The sharding of an operand of this shape, if that of the result is `target`."""
    if not isinstance(target, NamedSharding):
        return target
    spec = tuple(target.spec) + (None,) * (len(shape) - len(target.spec))
    kept = [None if length == 1 else name for length, name in zip(shape, spec, strict=True)]
    return NamedSharding(target.mesh, PartitionSpec(*kept))


def _kernel(name: str, inputs: Any, outputs: Any, clamped: bool) -> Kernel:
    def run(*operands: Any, in_place: bool = False, **parameters: float) -> Sequence[Any]:
        shape = common_shape([x.shape for x in operands])
        result = jax.ShapeDtypeStruct(shape, operands[0].dtype)
        aliases = {0: 0} if in_place else None
        call = jax.ffi.ffi_call(
            f"silu_{name}", [result] * len(outputs), input_output_aliases=aliases
        )
        return call(*operands, **{key: _float64(value) for key, value in parameters.items()})

    return Kernel(inputs, outputs, clamped, elementwise(name, run, len(outputs), partition=True))


def _float64(value: float) -> Any:
    """An attribute of a custom call; a Python float would be a float32 there."""
    return np.float64(value)


KERNELS = {name: _kernel(name, *row) for name, row in _ffi.TABLE.items()}
