# SPDX-License-Identifier: Apache-2.0
import copy
import importlib
import pickle

import pytest
import timm
import torch
from torch import nn

import silu.torch
from silu.torch import _replace

GATES = [name for name in _replace._GATES if name.startswith("transformers.")]


def _modules(model):
    return [type(m) for m in model.modules()]


def test_activations_become_ours_and_are_named():
    model = nn.Sequential(nn.Linear(3, 3), nn.SiLU(inplace=True), nn.Sequential(nn.SiLU()))
    swaps = silu.torch.replace(model)
    assert [swap.name for swap in swaps] == ["1", "2.0"]
    assert str(swaps).splitlines() == [
        f"{name}: torch.nn.modules.activation.SiLU -> silu.torch.modules.SiLU"
        for name in ("1", "2.0")
    ]
    assert model[1].inplace
    assert not model[2][0].inplace
    assert nn.SiLU not in _modules(model)


def test_what_is_not_silu_stays():
    model = nn.Sequential(nn.ReLU(), nn.GELU(), nn.Sigmoid(), silu.torch.SiLU())
    before = list(model)
    swaps = silu.torch.replace(model)
    assert len(swaps) == 0
    assert str(swaps) == "nothing to replace"
    assert all(one is other for one, other in zip(before, model, strict=True))


def test_a_shared_module_stays_shared():
    activation = nn.SiLU()
    model = nn.ModuleDict({"a": activation, "b": nn.Sequential(activation)})
    assert [swap.name for swap in silu.torch.replace(model)] == ["a", "b.0"]
    assert model["a"] is model["b"][0]


def test_modes_and_parameters_are_kept():
    model = nn.Sequential(nn.Linear(2, 2), nn.SiLU()).eval()
    parameters = [id(p) for p in model.parameters()]
    silu.torch.replace(model)
    assert not model[1].training
    assert [id(p) for p in model.parameters()] == parameters


def test_refuses_what_holds_nothing():
    with pytest.raises(TypeError, match="replace: model is a int"):
        silu.torch.replace(3)
    with pytest.raises(
        ValueError, match=r"replace: model is itself a torch\.nn\.modules\.activation"
    ):
        silu.torch.replace(nn.SiLU())


def _config(name, **options):
    package, _, _ = name.rpartition(".modeling_")
    short = name.rsplit(".", 1)[1].removesuffix("MLP")
    configuration = importlib.import_module(f"{package}.configuration_{package.rsplit('.', 1)[1]}")
    return getattr(configuration, f"{short}Config")(
        hidden_size=8, intermediate_size=16, num_attention_heads=2, num_key_value_heads=2, **options
    )


def _mlp(name, activation):
    owner, _, short = name.rpartition(".")
    config = _config(name, hidden_act=activation, hidden_activation=activation)
    return getattr(importlib.import_module(owner), short)(config)


@pytest.mark.parametrize("name", GATES)
def test_a_known_gate_is_rounded_once(name):
    """The product that the class makes of its projections, but for silu(a) * b's two roundings."""
    torch.manual_seed(0)
    model = nn.Sequential(_mlp(name, "silu"))
    state = {key: value.clone() for key, value in model.state_dict().items()}
    x = torch.randn(5, 8)
    theirs = model(x)
    (swap,) = silu.torch.replace(model)
    assert (swap.name, swap.was) == ("0", name)
    assert list(model.state_dict()) == list(state)
    assert all(torch.equal(value, state[key]) for key, value in model.state_dict().items())
    mlp = model[0]
    if "gate_up_proj" in mlp._modules:
        a, b = mlp.gate_up_proj(x).chunk(2, -1)
    else:
        a, b = mlp.gate_proj(x), mlp.up_proj(x)
    assert torch.equal(model(x), mlp.down_proj(silu.torch.swiglu(a, b)))
    torch.testing.assert_close(model(x), theirs)


@pytest.mark.parametrize("name", GATES)
def test_a_gate_of_another_activation_stays(name):
    model = nn.Sequential(_mlp(name, "gelu"))
    assert len(silu.torch.replace(model)) == 0


def test_timm_s_gate():
    torch.manual_seed(0)
    model = nn.Sequential(timm.layers.SwiGLU(8, 16, norm_layer=nn.LayerNorm)).eval()
    x = torch.randn(5, 8)
    theirs = model(x)
    (swap,) = silu.torch.replace(model)
    assert swap.was == "timm.layers.mlp.SwiGLU"
    torch.testing.assert_close(model(x), theirs)


def test_a_replaced_model_can_be_copied_and_pickled():
    model = nn.Sequential(_mlp(GATES[0], "silu"), nn.SiLU())
    silu.torch.replace(model)
    x = torch.randn(4, 8)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(other(x), model(x))
