# SPDX-License-Identifier: Apache-2.0
"""What is counted and measured in networks."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

import silu
import silu.torch
from silu.study.measures import gradient_norms, slope, units


def test_a_unit_that_never_reacts_is_dead():
    layer = nn.Linear(2, 4)
    nn.init.constant_(layer.bias, 1)
    layer.bias.data[1] = -100
    model = nn.Sequential(layer, nn.ReLU(), nn.Linear(4, 1))
    counted = units(model, torch.rand(50, 2) / 10)
    assert counted.dead == 0.25
    assert counted.nearly_dead == 0.25


def test_silu_is_nearly_dead_where_relu_is_dead():
    layer = nn.Linear(2, 4)
    nn.init.constant_(layer.bias, 1)
    layer.bias.data[1] = -50  # silu'(-50) is about -1e-20
    model = nn.Sequential(layer, silu.torch.SiLU())
    counted = units(model, torch.rand(50, 2) / 10)
    assert counted.dead == 0
    assert counted.nearly_dead == 0.25


def test_a_channel_is_a_unit_and_lives_if_any_place_of_it_does():
    convolution = nn.Conv2d(1, 2, 1)
    nn.init.constant_(convolution.weight, 1)
    convolution.bias.data = torch.tensor([0.0, -100.0])
    image = -torch.ones(1, 1, 4, 4)
    image[0, 0, 2, 3] = 1  # one place of all
    counted = units(nn.Sequential(convolution, nn.ReLU()), image)
    assert counted.dead == 0.5


def test_slopes_are_the_derivative_that_the_package_rounds_correctly():
    z = torch.randn(1000)
    expected = silu.silu_derivative(z.numpy())
    assert (slope(silu.torch.SiLU(), z).numpy() == expected).all()


def test_gradient_norms_are_those_of_the_weights_and_leave_the_model_as_it_was():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 1))
    before = {k: v.clone() for k, v in model.state_dict().items()}
    x, y = torch.randn(5, 1, 2, 2), torch.randn(5, 1)
    norms = gradient_norms(model, functional.mse_loss, (x, y))
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())
    functional.mse_loss(model(x), y).backward()
    assert norms == pytest.approx([model[i].weight.grad.norm().item() for i in (0, 3)])
