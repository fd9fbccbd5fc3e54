# SPDX-License-Identifier: Apache-2.0
"""The networks are what they are called, and differ in nothing but their activation."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from silu.study.activations import ACTIVATIONS
from silu.study.models.decoder import Decoder, _rotate, _rotations
from silu.study.models.encoder import Encoder
from silu.study.models.initial import second_moment
from silu.study.models.plain import plain
from silu.study.models.residual import residual
from silu.study.tasks import TASKS
from silu.study.training import create


# The weights of "scaled" depend on the activation, as another test says.
@pytest.mark.parametrize("name", [name for name in TASKS if name != "scaled"])
def test_initial_weights_follow_from_the_seed_alone(name):
    task = TASKS[name]
    models = {a: create(task, task.depths[0], a, seed=3) for a in task.activations}
    states = {
        a: {k: v for k, v in m.state_dict().items() if not k.endswith("beta")}
        for a, m in models.items()
    }
    first = states.pop("silu")
    for state in states.values():
        assert list(state) == list(first)
        assert all(torch.equal(state[k], first[k]) for k in first)
    other = create(task, task.depths[0], "silu", seed=4).state_dict()
    assert not all(torch.equal(other[k], first[k]) for k in first)


def test_second_moments_are_those_of_the_normal_distribution():
    """1/2 for relu by symmetry; silu's from an integral of 10^6 steps."""
    z = torch.linspace(-12, 12, 1_000_001, dtype=torch.float64)
    density = torch.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    exact = torch.trapezoid((z * torch.sigmoid(z)) ** 2 * density, z).item()
    assert second_moment(ACTIVATIONS["silu"]()) == pytest.approx(exact, rel=1e-5)
    assert second_moment(nn.ReLU()) == pytest.approx(0.5, rel=1e-5)
    assert second_moment(nn.Identity()) == pytest.approx(1, rel=1e-5)


def test_weights_of_their_own_scale_keep_the_mean_square_of_the_sums():
    torch.manual_seed(0)
    x = torch.randn(64, 1, 8, 8)

    def sums(own_scale: bool) -> list[float]:
        torch.manual_seed(0)
        model = plain(12, ACTIVATIONS["silu"], stride=1, own_scale=own_scale)
        squares, current = [], x
        for layer in model:
            current = layer(current)
            if isinstance(layer, nn.Conv2d):
                squares.append(current.square().mean().item())
        return squares

    kept, lost = sums(True), sums(False)
    assert kept[-1] / kept[0] > 30 * lost[-1] / lost[0]


def test_the_decoder_does_not_see_what_comes_later():
    torch.manual_seed(0)
    model = Decoder(2, ACTIVATIONS["silu"], vocabulary=20, length=16).eval()
    tokens = torch.randint(20, (3, 16))
    changed = tokens.clone()
    changed[:, 9:] = (changed[:, 9:] + 1) % 20
    one, other = model(tokens), model(changed)
    torch.testing.assert_close(one[:, :9], other[:, :9])
    assert not torch.allclose(one[:, 9:], other[:, 9:])


def test_the_decoder_sees_distances_not_places():
    """Attention with rotary places depends on how far apart tokens are."""
    torch.manual_seed(0)
    query, key = torch.randn(12), torch.randn(12)
    turned = _rotations(40)
    products = [_rotate(query, turned[i + 5]) @ _rotate(key, turned[i]) for i in (0, 7, 30)]
    torch.testing.assert_close(products[0], products[1])
    torch.testing.assert_close(products[0], products[2])


def test_the_encoder_does_not_see_padding():
    torch.manual_seed(0)
    model = Encoder(2, ACTIVATIONS["gelu"], vocabulary=20, length=10, classes=4).eval()
    word = torch.randint(1, 20, (1, 6))
    short = Encoder(2, ACTIVATIONS["gelu"], vocabulary=20, length=6, classes=4).eval()
    state = model.state_dict()
    short.load_state_dict({**state, "places": state["places"][:7]})
    padded = nn.functional.pad(word, (0, 4))
    torch.testing.assert_close(model(padded), short(word))


@pytest.mark.parametrize("depth", [6, 14])
def test_the_depth_of_a_residual_network_counts_its_weighted_layers(depth):
    model = residual(depth, nn.ReLU)
    weighted = [m for m in model.modules() if isinstance(m, nn.Conv2d) and m.kernel_size == (3, 3)]
    assert len(weighted) + 1 == depth  # and the last, linear one


@pytest.mark.parametrize("depth", [2, 5, 7])
def test_other_depths_are_refused(depth):
    with pytest.raises(ValueError, match=f"depth is {depth}"):
        residual(depth, nn.ReLU)
