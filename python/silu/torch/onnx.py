# SPDX-License-Identifier: Apache-2.0
"""What torch.onnx.export is to make of the operators.

>>> import torch, silu.torch
>>> from silu.torch.onnx import translation_table
>>> program = torch.onnx.export(
...     silu.torch.SiLU(), (torch.ones(3),), verbose=False,
...     custom_translation_table=translation_table(),
... )
>>> [node.op_type for node in program.model.graph]
['Sigmoid', 'Mul']
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

try:
    import onnxscript
except ImportError as error:
    raise ImportError(
        "silu.torch.onnx needs what torch.onnx does: pip install onnx onnxscript"
    ) from error

_ops: Any = torch.ops.silu


def translation_table(opset: int = 18) -> dict[Callable[..., Any], Callable[..., Any]]:
    """What torch.onnx.export takes as custom_translation_table, for models in inference.

    silu and swish with a number become x Sigmoid(x), x Sigmoid(beta x), and swiglu,
    swiglu_clamped, relu and sigmoid the like. From opset 24 on silu is ONNX's Swish; that
    opset is then to be given to torch.onnx.export, too (opset_version). What runs the
    model rounds as it does: exactness ends here.
    """
    op: Any = onnxscript.values.Opset("", opset)

    def sigmoid(x: Any) -> Any:
        return op.Sigmoid(x)

    def silu(x: Any) -> Any:
        return op.Swish(x) if opset >= 24 else op.Mul(x, op.Sigmoid(x))

    def relu(x: Any) -> Any:
        return op.Relu(x)

    def silu_derivative(x: Any) -> Any:
        s, one = op.Sigmoid(x), op.CastLike(1.0, x)
        return op.Mul(s, op.Add(one, op.Mul(x, op.Sub(one, s))))

    def swish(x: Any, beta: Any) -> Any:
        return op.Mul(x, op.Sigmoid(op.Mul(beta, x)))

    def swiglu(a: Any, b: Any) -> Any:
        return op.Mul(silu(a), b)

    def swiglu_clamped(a: Any, b: Any, alpha: float, limit: float) -> Any:
        most, least = op.CastLike(limit, a), op.CastLike(-limit, a)
        gate, linear = op.Min(a, most), op.Max(op.Min(b, most), least)
        scaled = op.Mul(op.CastLike(alpha, a), gate)
        return op.Mul(op.Mul(gate, op.Sigmoid(scaled)), op.Add(linear, op.CastLike(1.0, a)))

    return {
        _ops.sigmoid.default: sigmoid,
        _ops.silu.default: silu,
        _ops.silu_derivative.default: silu_derivative,
        _ops.relu.default: relu,
        _ops.swish.default: swish,
        _ops.swiglu.default: swiglu,
        _ops.swiglu_clamped.default: swiglu_clamped,
    }
