# SPDX-License-Identifier: Apache-2.0
"""What users of JAX get: jax.nn.silu and silu.jax, on XLA's own threads.

python bench/frameworks/bench_jax.py [--n N] [--rounds ROUNDS]
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from compare import Row, arguments, report

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp

import silu.jax as sj

LIMITS = {"float64": None, "float32": 1.1, "float16": 0.7, "bfloat16": 0.7}


def waiting(call: Callable[..., Any], *given: Any) -> Callable[[], object]:
    """The call with its results there: JAX returns before they are."""
    return lambda: jax.block_until_ready(call(*given))


def gradient(f: Callable[[Any], Any], x: Any, dy: Any) -> Any:
    """What reverse mode gives for x, without the results of f."""
    return jax.vjp(f, x)[1](dy)[0]


def gradients(f: Callable[..., Any], a: Any, b: Any, dy: Any) -> Any:
    """What reverse mode gives for a and b."""
    return jax.vjp(f, a, b)[1](dy)


def gate(a: Any, b: Any) -> Any:
    """SwiGLU as models have it."""
    return jax.nn.silu(a) * b


def rows(n: int) -> Iterator[Row]:
    """Forward and gradient, called eagerly and compiled with what is around them."""
    for dtype, limit in LIMITS.items():
        keys = jax.random.split(jax.random.key(1), 3)
        x, b, dy = (3 * jax.random.normal(key, (n,), jnp.dtype(dtype)) for key in keys)
        yield Row(
            f"silu, forward, {dtype}, eager",
            waiting(jax.nn.silu, x),
            waiting(sj.silu, x),
            limit,
        )
        for name, call, given in (
            ("forward", lambda f, x: f(x), (x,)),
            ("gradient", gradient, (x, dy)),
        ):
            theirs, ours = (
                waiting(jax.jit(functools.partial(call, f)), *given) for f in (jax.nn.silu, sj.silu)
            )
            yield Row(f"silu, {name}, {dtype}, jit", theirs, ours, limit)
        yield Row(
            f"swiglu, forward, {dtype}, jit",
            waiting(jax.jit(gate), x, b),
            waiting(jax.jit(sj.swiglu), x, b),
        )
        theirs, ours = (
            waiting(jax.jit(functools.partial(gradients, f)), x, b, dy) for f in (gate, sj.swiglu)
        )
        yield Row(f"swiglu, gradients, {dtype}, jit", theirs, ours)
    tiny = jnp.ones(16)
    yield Row("silu, 16 elements, eager", waiting(jax.nn.silu, tiny), waiting(sj.silu, tiny))


if __name__ == "__main__":
    given = arguments(__doc__.splitlines()[0])
    jax.config.update("jax_enable_x64", True)
    kept = report(
        f"JAX {jax.__version__}, {given.n} elements, {os.cpu_count()} processors; the least times",
        rows(given.n),
        given.rounds,
    )
    sys.exit(not kept)
