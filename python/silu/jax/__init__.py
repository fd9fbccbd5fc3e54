# SPDX-License-Identifier: Apache-2.0
"""The SiLU (Swish) activation family for JAX, correctly rounded, on CPUs.

>>> import jax, jax.numpy as jnp, silu.jax
>>> silu.jax.silu(jnp.array([-89.0, -1.0, 0.0, 1.0]))
Array([-1.9823535e-37, -2.6894143e-01,  0.0000000e+00,  7.3105860e-01],      dtype=float32)
>>> jax.grad(silu.jax.silu)(-jnp.inf)
Array(-0., dtype=float32, weak_type=True)
"""

from __future__ import annotations

try:
    import jax as _jax  # noqa: F401
except ImportError as error:
    raise ImportError("silu.jax needs JAX: pip install 'silu[jax]'") from error
try:
    from . import _ffi  # noqa: F401
except ImportError as error:
    raise ImportError(
        "silu was built without its adapter of JAX: with JAX installed, build it again by"
        " pip install --no-build-isolation 'silu[jax]'"
    ) from error

from ._functions import (
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    silu,
    silu_backward,
    silu_derivative,
    silu_double_backward,
    silu_second_derivative,
    swiglu,
    swiglu_backward,
    swiglu_clamped,
    swiglu_clamped_backward,
    swiglu_packed,
    swish,
    swish_backward,
    swish_beta_gradient,
)

__all__ = [
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_backward",
    "silu_derivative",
    "silu_double_backward",
    "silu_second_derivative",
    "swiglu",
    "swiglu_backward",
    "swiglu_clamped",
    "swiglu_clamped_backward",
    "swiglu_packed",
    "swish",
    "swish_backward",
    "swish_beta_gradient",
]
