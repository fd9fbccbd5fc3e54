# SPDX-License-Identifier: Apache-2.0
"""The data are what their sources say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from silu._common.errors import CommandError
from silu.study.data import images, scripture, words
from silu.study.data.curves import curve
from silu.study.data.parts import present


def test_fashion_mnist_has_6000_of_each_class():
    labels = images._read("train-labels-idx1")
    assert np.bincount(labels).tolist() == [6000] * 10
    assert labels[0] == 9  # the ankle boot that it begins with
    assert images._read("t10k-images-idx3").shape == (10000, 28, 28)


@pytest.mark.parametrize("load", [images.fashion, images.digits])
def test_images_have_mean_0_and_parts_share_no_image(load):
    data = load()
    assert data.train[0].mean().item() == pytest.approx(0, abs=1e-4)
    parts = [{x.numpy().tobytes() for x in part[0]} for part in (data.train, data.test)]
    assert len(parts[0] & parts[1]) <= 1  # both sets hold a few images twice


def test_every_language_has_as_many_words_which_no_other_list_has():
    data, vocabulary = words.languages()
    for tokens, labels in (data.train, data.validation, data.test):
        assert torch.bincount(labels).unique().numel() == 1
        assert tokens.max() < vocabulary
        assert (tokens[:, :4] > 0).all()
    everything = torch.cat([data.train[0], data.validation[0], data.test[0]])
    assert everything.unique(dim=0).shape == everything.shape


def test_the_text_is_the_king_james_bible():
    assert scripture._text("gen1:1-1:1") == "in the beginning god created the heaven and the earth."
    assert scripture._text("mark1:1-1:1").startswith("the beginning of the gospel of jesus christ")


def test_the_next_letter_is_wanted():
    data, _ = scripture.letters()
    shown, wanted = data.train
    assert torch.equal(shown[:, 1:], wanted[:, :-1])


def test_curves_are_those_of_the_report():
    x, y = curve("smooth").test
    at = x.squeeze() / x.max()
    torch.testing.assert_close(y.squeeze(), torch.sin(5 * at) + torch.sin(11 * at) / 2)


def test_a_missing_file_is_named_with_its_package():
    with pytest.raises(CommandError, match=r"/nowhere/words is not there: apt-get install wsome"):
        present(Path("/nowhere/words"), "wsome")
