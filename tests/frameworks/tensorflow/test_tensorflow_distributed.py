# SPDX-License-Identifier: Apache-2.0
"""Replicas on two devices and in two processes compute what one does, to the bit."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from common import same

import silu
import silu.tensorflow as st

X = np.random.default_rng(11).standard_normal((8, 64)).astype(np.float32)


def test_two_devices() -> None:
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    assert strategy.num_replicas_in_sync == 2

    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = st.silu(x)
        return y, tape.gradient(y, x)

    halves = iter((X[:4], X[4:]))
    given = strategy.experimental_distribute_values_from_function(
        lambda _: tf.constant(next(halves))
    )
    for run in (step, tf.function(step)):
        results = [strategy.experimental_local_results(y) for y in strategy.run(run, (given,))]
        y, dx = (np.concatenate([part.numpy() for part in parts]) for parts in results)
        assert same((y, dx), (silu.silu(X), silu.silu_derivative(X)))
        if run is step:  # tf.function hands its results over on the first device
            assert [part.device[-5:] for part in results[0]] == ["CPU:0", "CPU:1"]


WORKER = """
import sys, numpy as np, tensorflow as tf
import silu.tensorflow as st
strategy = tf.distribute.MultiWorkerMirroredStrategy()
assert strategy.num_replicas_in_sync == 2
x = np.load(sys.argv[1])
with strategy.scope():
    beta = tf.Variable(1.5)

@tf.function
def step(x):
    with tf.GradientTape() as tape:
        y = st.swish(x, beta)
    gradient = tape.gradient(y, beta)
    return y, tf.distribute.get_replica_context().all_reduce("sum", gradient)

rank = strategy.cluster_resolver.task_id
y, gradient = strategy.run(step, (tf.constant(x[4 * rank : 4 * rank + 4]),))
np.savez(sys.argv[2], y=y.numpy(), gradient=gradient.numpy())
"""


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("localhost", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def test_two_processes(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", X)
    workers = [f"localhost:{port}" for port in free_ports(2)]
    processes = []
    for rank in range(2):
        task = {"cluster": {"worker": workers}, "task": {"type": "worker", "index": rank}}
        command = [sys.executable, "-c", WORKER, tmp_path / "x.npy", tmp_path / f"{rank}.npz"]
        environment = {**os.environ, "TF_CONFIG": json.dumps(task)}
        processes.append(
            subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        )
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], "\n".join(errors)
    parts = [np.load(tmp_path / f"{rank}.npz") for rank in range(2)]
    beta = np.float32(1.5)
    assert same(np.concatenate([part["y"] for part in parts]), silu.swish(X, beta))
    # Each replica's gradient is rounded, and their sum once more.
    halves = [silu.swish_beta_gradient(np.ones_like(x), x, beta) for x in (X[:4], X[4:])]
    total = np.float32(halves[0]) + np.float32(halves[1])
    assert [part["gradient"] for part in parts] == [total, total]
