# SPDX-License-Identifier: Apache-2.0
import warnings

import models
import pytest
import torch
from torch import nn

import silu.torch


@pytest.mark.parametrize("name", models.MODELS)
def test_a_model_runs_forward_and_backward_with_ours(name):
    torch.manual_seed(0)
    model, inputs = models.MODELS[name]()
    theirs = models.run(model.eval(), inputs).detach()
    gradients = {key: p.grad.clone() for key, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    swaps = silu.torch.replace(model)
    assert len(swaps) > 0
    assert not any(isinstance(module, nn.SiLU) for module in model.modules())
    torch.testing.assert_close(models.run(model, inputs).detach(), theirs, rtol=1e-3, atol=1e-5)
    for key, p in model.named_parameters():
        if p.grad is not None:
            torch.testing.assert_close(p.grad, gradients[key], rtol=1e-2, atol=1e-5)


@pytest.mark.parametrize("name", models.MODELS)
def test_the_activations_bits_depend_on_nothing(name):
    assert {what: share for what, share in models.shares(name, "silu.torch") if share} == {}


def test_aten_s_bits_do():
    """Else the test above would say little; if PyTorch mends it, the page is to be corrected."""
    for what, share in models.shares("Llama (SwiGLU)", "aten"):
        if share == 0 and what in ("samples one by one", "ATEN_CPU_CAPABILITY=default"):
            warnings.warn(f"PyTorch {torch.__version__}: bits stay, whatever {what}", stacklevel=1)
