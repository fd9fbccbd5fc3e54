# SPDX-License-Identifier: Apache-2.0
"""The functions under JAX's transformations give the bits that they give alone."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from common import same

import silu
import silu.jax
from silu.jax import _functions

X = np.random.default_rng(6).standard_normal((5, 6, 7)).astype(np.float32)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_vmap_is_one_call(axis: int) -> None:
    function = jax.vmap(silu.jax.silu, in_axes=axis, out_axes=axis)
    assert same(np.asarray(function(X)), silu.silu(X))
    module = jax.jit(function).lower(X).as_text()
    assert module.count("@silu_silu") == 1
    assert "while" not in module


@pytest.mark.parametrize(("one", "other"), [(0, None), (None, 0), (0, 2), (2, 1)])
def test_vmap_over_some_operands(one: Any, other: Any) -> None:
    a, b = X[:, :5, :5], X[:, :5, :5]
    function = jax.vmap(silu.jax.swiglu, in_axes=(one, other))
    like = jax.vmap(lambda a, b: a + 0 * b, in_axes=(one, other))(a, b)
    module = jax.jit(function).lower(a, b).as_text()
    assert module.count("@silu_swiglu") == 1
    for i in range(5):
        parts = [x if axis is None else np.take(x, i, axis) for x, axis in ((a, one), (b, other))]
        assert same(np.asarray(function(a, b)[i]), silu.swiglu(*parts))
    assert like.shape == function(a, b).shape


def test_vmap_of_a_shared_betas_gradient_is_a_gradient_for_each() -> None:
    def gradient(x: Any) -> Any:
        return jax.grad(lambda beta: silu.jax.swish(x, beta).sum())(np.float32(1.5))

    each = silu.swish_beta_gradient(np.ones_like(X), X, np.full((5, 1, 1), 1.5, np.float32))
    assert same(np.asarray(jax.vmap(gradient)(X)), each.ravel().astype(np.float32))


def test_scan_and_while_loop() -> None:
    last, all_of_them = jax.lax.scan(lambda c, _: (silu.jax.silu(c),) * 2, X, length=3)
    like = silu.silu(silu.silu(silu.silu(X)))
    assert same(np.asarray(last), like)
    assert same(np.asarray(all_of_them[-1]), like)
    looped = jax.lax.fori_loop(0, 3, lambda _, x: silu.jax.silu(x), X)
    assert same(np.asarray(looped), like)


def test_checkpoint_computes_again_and_saves_less() -> None:
    def network(x: Any) -> Any:
        return silu.jax.silu(silu.jax.silu(x)).sum()

    plain, again = jax.grad(network)(X), jax.grad(jax.checkpoint(network))(X)
    assert same(np.asarray(plain), np.asarray(again))
    text = str(jax.make_jaxpr(jax.grad(jax.checkpoint(network)))(X))
    assert text.count("silu_silu ") + text.count("silu_silu[") >= 2


def test_an_exported_function_runs_in_a_fresh_process(tmp_path: Any) -> None:
    checks = [jax.export.DisabledSafetyCheck.custom_call("silu_silu_backward")]
    function = jax.jit(jax.vmap(jax.grad(silu.jax.silu)))
    shape = jax.ShapeDtypeStruct((1000,), jnp.float32)
    with pytest.raises(ValueError, match="silu_silu_backward"):
        jax.export.export(function)(shape)
    saved = jax.export.export(function, disabled_checks=checks)(shape).serialize()
    (tmp_path / "f").write_bytes(saved)
    x = np.linspace(-90, 90, 1000).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    script = (
        "import sys, numpy as np, jax, silu.jax\n"
        "f = jax.export.deserialize(bytearray(open(sys.argv[1] + '/f', 'rb').read()))\n"
        "np.save(sys.argv[1] + '/y.npy', f.call(np.load(sys.argv[1] + '/x.npy')))\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    assert same(np.load(tmp_path / "y.npy"), silu.silu_derivative(x))


def test_an_equinox_model_trains_with_swish_and_swiglu() -> None:
    class Block(eqx.Module):
        gate: eqx.nn.Linear
        value: eqx.nn.Linear
        beta: jax.Array

        def __init__(self, key: Any) -> None:
            one, other = jax.random.split(key)
            self.gate = eqx.nn.Linear(4, 8, key=one)
            self.value = eqx.nn.Linear(4, 8, key=other)
            self.beta = jnp.float32(1.0)

        def __call__(self, x: Any) -> Any:
            hidden = silu.jax.swiglu(self.gate(x), self.value(x))
            return silu.jax.swish(hidden, self.beta).sum()

    @eqx.filter_jit
    @eqx.filter_value_and_grad
    def loss(model: Any, x: Any, y: Any) -> Any:
        return jnp.mean((jax.vmap(model)(x) - y) ** 2)

    x = np.random.default_rng(7).standard_normal((64, 4)).astype(np.float32)
    y = x.sum(1) ** 2
    model = Block(jax.random.key(0))
    losses = []
    for _ in range(50):
        value, gradients = loss(model, x, y)
        losses.append(float(value))
        model = eqx.apply_updates(model, jax.tree.map(lambda g: -0.01 * g, gradients))
    assert losses[-1] < losses[0] / 2
    assert model.beta != 1


def test_the_examples_in_docstrings() -> None:
    script = (
        "import doctest, sys, silu.jax, silu.jax._functions\n"
        "modules = silu.jax, silu.jax._functions\n"
        "spaces = doctest.NORMALIZE_WHITESPACE\n"
        "results = [doctest.testmod(module, optionflags=spaces) for module in modules]\n"
        "assert all(r.attempted for r in results)\n"
        "sys.exit(sum(r.failed for r in results))\n"
    )
    subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        env={"JAX_PLATFORMS": "cpu", "PATH": "/usr/bin:/bin"},
    )
    assert doctest.DocTestFinder().find(_functions.silu)


def test_the_examples_in_the_how_to_page() -> None:
    page = Path(__file__).parents[3] / "docs" / "jax.md"
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    names: dict[str, Any] = {}
    for block in blocks:
        exec(block, names)
    layer = names["Gate"](4, 8, jax.random.key(0))
    hidden = layer.gate(X[0, 0, :4]), layer.value(X[0, 0, :4])
    like = silu.swish(silu.swiglu(*map(np.asarray, hidden)), np.float32(1))
    assert same(np.asarray(layer(X[0, 0, :4])), like)


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("jax", "silu.jax needs JAX: pip install 'silu[jax]'"),
        ("silu.jax._ffi", "silu was built without its adapter of JAX: with JAX installed, "),
    ],
)
def test_what_is_missing_is_an_import_error_that_names_the_extra(
    missing: str, message: str
) -> None:
    script = f"import sys\nsys.modules[{missing!r}] = None\nimport silu.jax"
    command = [sys.executable, "-c", script]
    failed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert f"ImportError: {message}" in failed.stderr
    assert "silu[jax]" in failed.stderr


def test_other_platforms_are_refused_by_name() -> None:
    with pytest.raises(NotImplementedError, match=r"^silu.jax: silu was to run on cuda; allowed: "):
        jax.jit(silu.jax.silu).trace(X).lower(lowering_platforms=("cuda",))
