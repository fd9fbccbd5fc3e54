# SPDX-License-Identifier: Apache-2.0
"""On four devices, and on two processes, each computes its own part, with the bits of one."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import jax
import numpy as np
import pytest
from common import same
from jax.sharding import AxisType, NamedSharding, PartitionSpec

import silu
import silu.jax

MOVES = ("all-gather", "all-to-all", "collective-permute", "dynamic-slice")
X = np.random.default_rng(8).standard_normal((64, 32)).astype(np.float32)


def mesh(kind: AxisType = AxisType.Auto) -> Any:
    return jax.make_mesh((2, 2), ("data", "model"), axis_types=(kind, kind))


def put(x: Any, *spec: Any, kind: AxisType = AxisType.Auto) -> Any:
    return jax.device_put(x, NamedSharding(mesh(kind), PartitionSpec(*spec)))


SPECS = [("data",), ("data", "model"), (None, "model"), (("data", "model"),), ()]


@pytest.mark.parametrize("spec", SPECS)
def test_partitioning_moves_nothing(spec: tuple[Any, ...]) -> None:
    def loss(x: Any) -> Any:
        return (silu.jax.silu(x) + silu.jax.swiglu(x, x) + silu.jax.sigmoid(x)).sum()

    x = put(X, *spec)
    for function in (silu.jax.silu, jax.grad(loss)):
        compiled = jax.jit(function).lower(x).compile()
        text = compiled.as_text()
        assert text is not None
        assert "silu_" in text
        assert not any(move in text for move in MOVES)
        result = jax.jit(function)(x)
        assert result.sharding.is_equivalent_to(x.sharding, 2)
        assert same(np.asarray(result), np.asarray(function(X)))


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("shape", [(), (32,), (64, 1)])
def test_a_shared_betas_gradient_is_a_sum_of_integers(
    spec: tuple[Any, ...], shape: tuple[int, ...]
) -> None:
    beta = np.full(shape, 1.5, np.float32)
    function = jax.jit(jax.grad(lambda beta, x: silu.jax.swish(x, beta).sum()))
    x = put(X, *spec)
    text = function.lower(beta, x).compile().as_text()
    assert text is not None
    assert not any(move in text for move in MOVES[:-1])  # a beta that all have is sliced
    sums = [line for line in text.splitlines() if " all-reduce(" in line]
    assert all("s32[" in line for line in sums)
    like = silu.swish_beta_gradient(np.ones_like(X), X, beta)
    assert same(np.asarray(function(beta, x)), np.asarray(like, np.float32))


def test_shardings_in_types() -> None:
    with jax.set_mesh(mesh(AxisType.Explicit)):
        x = put(X, "data", "model", kind=AxisType.Explicit)
        y = jax.jit(silu.jax.silu)(x)
        assert jax.typeof(y).sharding.spec == PartitionSpec("data", "model")
        assert same(np.asarray(y), silu.silu(X))


def test_shard_map() -> None:
    spec = PartitionSpec("data", "model")

    def part(x: Any) -> Any:
        assert x.shape == (32, 16)
        return silu.jax.swiglu(silu.jax.silu(x), x)

    function = jax.shard_map(part, mesh=mesh(), in_specs=spec, out_specs=spec)
    like = silu.swiglu(silu.silu(X), X)
    assert same(np.asarray(jax.jit(function)(put(X, "data", "model"))), like)
    gradient = jax.jit(jax.grad(lambda x: function(x).sum()))(put(X, "data", "model"))
    alone = jax.grad(lambda x: silu.jax.swiglu(silu.jax.silu(x), x).sum())(X)
    assert same(np.asarray(gradient), np.asarray(alone))


def test_shard_map_over_some_axes_leaves_the_others_to_partitioning() -> None:
    function = jax.shard_map(
        silu.jax.silu,
        mesh=mesh(),
        in_specs=PartitionSpec("data"),
        out_specs=PartitionSpec("data"),
        axis_names={"data"},
    )
    result = jax.jit(function)(put(X, "data", "model"))
    assert same(np.asarray(result), silu.silu(X))


def test_exports_for_four_devices_under_shard_map_alone() -> None:
    spec = PartitionSpec("data", "model")
    sharding = NamedSharding(mesh(), spec)
    checks = [
        jax.export.DisabledSafetyCheck.custom_call(name)
        for name in ("silu_silu", "CustomSPMDPartitioning")
    ]

    def exported(function: Any) -> Any:
        compiled = jax.jit(function, in_shardings=sharding, out_shardings=sharding)
        shape = jax.ShapeDtypeStruct(X.shape, X.dtype)
        return jax.export.export(compiled, disabled_checks=checks)(shape)

    with pytest.raises(NotImplementedError):
        exported(silu.jax.silu).serialize()
    split = jax.shard_map(silu.jax.silu, mesh=mesh(), in_specs=spec, out_specs=spec)
    loaded = jax.export.deserialize(exported(split).serialize())
    assert loaded.nr_devices == 4
    assert same(np.asarray(jax.jit(loaded.call)(put(X, *spec))), silu.silu(X))


PROCESS = """
import sys
import jax, numpy as np
from jax.sharding import NamedSharding, PartitionSpec
jax.distributed.initialize(sys.argv[1], num_processes=2, process_id=int(sys.argv[2]))
import silu, silu.jax
x = np.random.default_rng(9).standard_normal((64, 32)).astype(np.float32)
mesh = jax.make_mesh((jax.device_count(),), ("data",), axis_types=(jax.sharding.AxisType.Auto,))
assert jax.process_count() == 2
split = jax.make_array_from_callback(
    x.shape, NamedSharding(mesh, PartitionSpec("data")), lambda index: x[index])
y = jax.jit(silu.jax.silu)(split)
for shard in y.addressable_shards:
    assert shard.data.shape[0] < 64
    assert np.array_equal(np.asarray(shard.data), silu.silu(x[shard.index]))
whole = NamedSharding(mesh, PartitionSpec())
gradient = jax.jit(jax.grad(lambda beta, x: silu.jax.swish(x, beta).sum()), out_shardings=whole)
beta = jax.device_put(np.float32(1.5), whole)
like = silu.swish_beta_gradient(np.ones_like(x), x, np.float32(1.5))
assert gradient(beta, split).addressable_data(0) == np.float32(like)
print("done", jax.process_index())
"""


def test_two_processes() -> None:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        address = f"localhost:{free.getsockname()[1]}"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, address, str(rank)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(2)
    ]
    for rank, process in enumerate(processes):
        output, _ = process.communicate()
        assert process.returncode == 0, output
        assert f"done {rank}" in output
