# SPDX-License-Identifier: Apache-2.0
"""Models are exported to ONNX, and ONNX Runtime gives what PyTorch does, to its own accuracy."""

from __future__ import annotations

from typing import Any

import onnxruntime
import pytest
import torch

import silu.torch
from silu.torch.onnx import translation_table

MODELS: dict[str, Any] = {
    "sigmoid": silu.torch.sigmoid,
    "relu": silu.torch.relu,
    "SiLU": silu.torch.SiLU(),
    "DSiLU": silu.torch.DSiLU(),
    "Swish": silu.torch.Swish(1.5, per_channel=6),
    "SwiGLU": silu.torch.SwiGLU(),
    "SwiGLU, interleaved": silu.torch.SwiGLU("interleaved"),
    "SwiGLU, clamped": silu.torch.SwiGLU(limit=0.7),
}


class Model(torch.nn.Module):
    """A function between layers."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.before, self.function = torch.nn.Linear(4, 6), function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.function(self.before(x))
        return y


CASES = [(name, 18) for name in MODELS] + [("SiLU", 24), ("SwiGLU", 24)]


@pytest.mark.parametrize(("name", "opset"), CASES)
def test_onnx_runtime_runs_it(name: str, opset: int) -> None:
    torch.manual_seed(1)
    model, x = Model(MODELS[name]).eval(), 3 * torch.randn(5, 4)
    program = torch.onnx.export(
        model,
        (x,),
        opset_version=opset,
        verbose=False,
        custom_translation_table=translation_table(opset),
    )
    assert program is not None
    if name == "SiLU":
        kinds = [node.op_type for node in program.model.graph]
        assert kinds[1:] == (["Swish"] if opset >= 24 else ["Sigmoid", "Mul"])
    session = onnxruntime.InferenceSession(
        program.model_proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (y,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    torch.testing.assert_close(torch.from_numpy(y), model(x).detach(), rtol=1e-5, atol=1e-6)


def test_a_network_runs_with_any_batch() -> None:
    network = torch.nn.Sequential(
        torch.nn.Linear(6, 16),
        silu.torch.SiLU(inplace=True),
        silu.torch.Swish(0.5),
        silu.torch.DSiLU(),
        silu.torch.SwiGLU(),
        silu.torch.SwiGLU("interleaved", limit=0.5),
    ).eval()
    batch = torch.export.Dim("batch", min=2)
    program = torch.onnx.export(
        network,
        (torch.randn(5, 6),),
        dynamic_shapes=((batch, None),),
        verbose=False,
        custom_translation_table=translation_table(),
    )
    assert program is not None
    session = onnxruntime.InferenceSession(
        program.model_proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    for rows in (2, 9):
        x = torch.randn(rows, 6)
        (y,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
        torch.testing.assert_close(torch.from_numpy(y), network(x).detach())
