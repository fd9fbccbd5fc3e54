// SPDX-License-Identifier: Apache-2.0
// SiLU from C++: numbers, ranges, 16-bit types, SwiGLU, several threads, and what a mistake looks like.
#include <array>
#include <cstdio>
#include <silu/parallel.hpp>
#include <silu/silu.hpp>
#include <stdexcept>
#include <vector>

int main() {
  // A number.
  std::printf("silu(1) = %.17g\n", silu::silu(1.0));

  // A range into another one, and one in place: anything contiguous will do.
  const std::vector<float> x = {-1e30f, -89.0f, -1.2784645f, 0.0f, 1.0f, 20.0f};
  std::vector<float> y(x.size());
  silu::silu(x, y);
  std::vector<float> gradient = x;
  silu::silu_derivative(gradient);
  for (std::size_t i = 0; i < x.size(); ++i) std::printf("%12g %16.9g %16.9g\n", x[i], y[i], gradient[i]);

  // 16 bits: results are rounded once, from the exact value.
  std::array<silu::bfloat16, 2> narrow = {silu::bfloat16(-3.0f), silu::bfloat16(3.0f)};
  silu::silu(narrow);
  std::printf("bfloat16: %g %g\n", static_cast<float>(narrow[0]), static_cast<float>(narrow[1]));

  // SwiGLU's gate on the output of a layer, in rows of both halves.  A number will do for any input.
  const std::vector<float> layer = {1.5f, -2.0f, 2.0f, 0.5f};
  std::vector<float> gated(2);
  silu::swiglu(silu::split_halves(layer, 2), gated);
  const auto [da, db] = silu::swiglu_backward(1.0f, 1.5f, 2.0f);
  std::printf("swiglu: %.9g %.9g, gradients %.9g %.9g\n", gated[0], gated[1], da, db);

  // Several threads give the same bits as one.
  std::vector<double> many(1 << 20);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = -8.0 + 0x1p-16 * static_cast<double>(i);
  std::vector<double> one_thread(many.size());
  silu::silu(many, one_thread);
  silu::parallel::silu(many);
  std::printf("on several threads: %s\n", many == one_thread ? "the same" : "different");

  try {
    silu::silu(x, std::span(y).first(4));
  } catch (const std::invalid_argument& error) {
    std::printf("refused: %s\n", error.what());
  }
}
