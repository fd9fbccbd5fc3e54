# SPDX-License-Identifier: Apache-2.0
"""PyTorch's own description of silu (OpInfo), its samples and its harness, with ours for aten's.

PyTorch's package has the descriptions and the harness, but not the files that test with them
(test_ops.py, test_ops_gradients.py, test_unary_ufuncs.py of its repository); a test here has the
name of the one there, and does the same.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from common import bits
from torch.autograd.gradcheck import gradcheck, gradgradcheck
from torch.testing._internal import composite_compliance
from torch.testing._internal.common_device_type import (
    OpDTypes,
    instantiate_device_type_tests,
    ops,
)
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_utils import TestCase, noncontiguous_like
from torch.testing._internal.opinfo.core import (
    generate_elementwise_unary_arbitrarily_strided_tensors,
    generate_elementwise_unary_extremal_value_tensors,
    generate_elementwise_unary_large_value_tensors,
    generate_elementwise_unary_noncontiguous_tensors,
    generate_elementwise_unary_small_value_tensors,
    generate_elementwise_unary_tensors,
)
from torch_common import array

import silu
import silu.torch


def described() -> Any:
    """The description of aten's silu, as one of ours; its tolerances and exceptions are aten's."""
    (aten,) = (
        info for info in op_db if info.name == "nn.functional.silu" and not info.variant_test_name
    )
    info = copy.copy(aten)
    info.op = silu.torch.silu
    info.inplace_variant = lambda x: silu.torch.silu(x, inplace=True)
    info.decorators = ()
    return info


SILU = described()
in_each_dtype = ops([SILU], dtypes=OpDTypes.supported)
in_float64 = ops([SILU], dtypes=OpDTypes.supported, allowed_dtypes=(torch.float64,))


def same(got: torch.Tensor, want: torch.Tensor) -> None:
    torch.testing.assert_close(got, want, rtol=0, atol=0, equal_nan=True)


class TestSilu(TestCase):
    def assert_bits_of_numpy(self, op: Any, samples: Any) -> None:
        count = 0
        for sample in samples:
            got, want = op(sample.input), silu.silu(array(sample.input))
            assert got.shape == sample.input.shape
            assert (bits(array(got)) == bits(want)).all()
            count += 1
        assert count > 0

    @in_each_dtype
    def test_reference_numerics_normal(self, device: str, dtype: torch.dtype, op: Any) -> None:
        self.assert_bits_of_numpy(
            op,
            generate_elementwise_unary_tensors(op, device=device, dtype=dtype, requires_grad=False),
        )

    @in_each_dtype
    def test_reference_numerics_small(self, device: str, dtype: torch.dtype, op: Any) -> None:
        self.assert_bits_of_numpy(
            op, generate_elementwise_unary_small_value_tensors(op, device=device, dtype=dtype)
        )

    @in_each_dtype
    def test_reference_numerics_large(self, device: str, dtype: torch.dtype, op: Any) -> None:
        self.assert_bits_of_numpy(
            op, generate_elementwise_unary_large_value_tensors(op, device=device, dtype=dtype)
        )

    @in_each_dtype
    def test_reference_numerics_extremal(self, device: str, dtype: torch.dtype, op: Any) -> None:
        self.assert_bits_of_numpy(
            op, generate_elementwise_unary_extremal_value_tensors(op, device=device, dtype=dtype)
        )

    @in_each_dtype
    def test_noncontig(self, device: str, dtype: torch.dtype, op: Any) -> None:
        for generate in (
            generate_elementwise_unary_noncontiguous_tensors,
            generate_elementwise_unary_arbitrarily_strided_tensors,
        ):
            self.assert_bits_of_numpy(op, generate(op, device=device, dtype=dtype))

    @in_each_dtype
    def test_contig_size1(self, device: str, dtype: torch.dtype, op: Any) -> None:
        x = torch.randn(5, 100, device=device).to(dtype)[:1, :50]
        y = torch.empty(x.size(), device=device, dtype=dtype).copy_(x)
        same(op(x), op(y))
        assert op(x).stride() == torch.nn.functional.silu(x).stride()

    @in_each_dtype
    def test_batch_vs_slicing(self, device: str, dtype: torch.dtype, op: Any) -> None:
        x = torch.randn(1024, 512, device=device).to(dtype)
        same(op(x), torch.stack([op(row) for row in x]))

    @in_each_dtype
    def test_noncontiguous_samples(self, device: str, dtype: torch.dtype, op: Any) -> None:
        for sample in op.sample_inputs(device, dtype, requires_grad=True):
            strided = noncontiguous_like(sample.input.detach()).requires_grad_()
            one, other = op(sample.input), op(strided)
            same(one, other)
            dy = torch.randn_like(one)
            gradients = (
                torch.autograd.grad(y, x, dy) for y, x in ((one, sample.input), (other, strided))
            )
            same(next(gradients), next(gradients))

    @in_each_dtype
    def test_variant_consistency_eager(self, device: str, dtype: torch.dtype, op: Any) -> None:
        for sample in op.sample_inputs(device, dtype, requires_grad=True):
            want = op(sample.input)
            (gradient,) = torch.autograd.grad(want.sum(), sample.input)
            x = sample.input.clone()
            got = op.get_inplace()(x)
            assert got is x
            same(got, want)
            same(torch.autograd.grad(got.sum(), sample.input)[0], gradient)

    @ops([SILU], dtypes=OpDTypes.unsupported)
    def test_dtypes(self, device: str, dtype: torch.dtype, op: Any) -> None:
        ours = (torch.float8_e4m3fn, torch.float8_e5m2)  # which aten's does without
        x = torch.ones(3, device=device).to(dtype)
        if dtype in ours:
            assert op(x).dtype == dtype
        else:
            with pytest.raises(RuntimeError, match="silu"):
                op(x)

    @in_float64
    def test_fn_grad_and_gradgrad(self, device: str, dtype: torch.dtype, op: Any) -> None:
        for variant in (op, lambda x: op.get_inplace()(x.clone())):
            for sample in op.sample_inputs(device, dtype, requires_grad=True):
                assert gradcheck(variant, (sample.input,), check_batched_grad=True, fast_mode=True)
                assert gradgradcheck(variant, (sample.input,), fast_mode=True)

    @in_float64
    def test_forward_mode_AD(self, device: str, dtype: torch.dtype, op: Any) -> None:  # noqa: N802
        for variant in (op, lambda x: op.get_inplace()(x.clone())):
            for sample in op.sample_inputs(device, dtype, requires_grad=True):
                options: dict[str, Any] = {"check_forward_ad": True, "check_backward_ad": False}
                assert gradcheck(
                    variant,
                    (sample.input,),
                    check_undefined_grad=False,
                    check_batched_forward_grad=True,
                    **options,
                )
                assert gradgradcheck(
                    variant, (sample.input,), check_fwd_over_rev=True, fast_mode=True
                )

    @in_float64
    def test_operator_backward_and_forward_ad(
        self, device: str, dtype: torch.dtype, op: Any
    ) -> None:
        """Composite compliance: with any of the tensors a subclass that sees every operator."""
        for sample in op.sample_inputs(device, dtype, requires_grad=True):
            arguments: Any = (op, (sample.input,), {})
            composite_compliance.check_with_mode(*arguments, self.assertEqual)
            composite_compliance.check_backward_formula(
                *arguments, assert_equal_fn=self.assertEqual
            )
            composite_compliance.check_forward_ad_formula(
                *arguments, assert_equal_fn=self.assertEqual
            )

    @in_each_dtype
    def test_neg_view(self, device: str, dtype: torch.dtype, op: Any) -> None:
        for sample in op.sample_inputs(device, dtype):
            view = torch._neg_view(sample.input)
            same(op(view), op(-sample.input))

    @in_each_dtype
    def test_zero_size_and_zero_dim(self, device: str, dtype: torch.dtype, op: Any) -> None:
        for shape in ((0,), (3, 0, 2), ()):
            x = torch.ones(shape, device=device, dtype=dtype, requires_grad=True)
            y = op(x)
            y.sum().backward()
            assert y.shape == x.shape
            same(x.grad, silu.torch.silu_derivative(x.detach()))


instantiate_device_type_tests(TestSilu, globals(), only_for="cpu")
