// SPDX-License-Identifier: Apache-2.0
#include "inputs.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace silu::tool {

std::vector<double> float64_inputs(std::size_t count) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> inputs = {0.0, -0.0, kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()};

  const auto add_neighbourhood = [&inputs](double centre, int radius) {
    double below = centre, above = centre;
    inputs.push_back(centre);
    for (int i = 0; i < radius; ++i) {
      inputs.push_back(below = std::nextafter(below, -kInfinity));
      inputs.push_back(above = std::nextafter(above, kInfinity));
    }
  };
  for (int exponent = -1074; exponent < 1024; ++exponent)
    for (const double sign : {-1.0, 1.0}) add_neighbourhood(std::ldexp(sign, exponent), 1);
  // The zeros of silu' and silu''.
  for (const double zero : {-1.2784645427610738, -2.3993572805154677, 2.3993572805154677}) add_neighbourhood(zero, 64);
  // Where the results of large negative inputs become subnormal and then 0, of sigmoid and of silu.
  for (const double bound : {-708.396418532264, -745.1332191019412, -751.7569, -714.963}) add_neighbourhood(bound, 64);

  std::mt19937_64 random(20180117);
  for (std::size_t i = inputs.size(); i < count; ++i) {
    // In turn: any bit pattern, and numbers of the size that activations have, from 2^-12 to 2^10.
    const std::uint64_t bits = random();
    const double significand = 1 + static_cast<double>(bits >> 12) * 0x1p-52;
    const int exponent = static_cast<int>(bits % 22) - 12;
    inputs.push_back(i % 2 == 0 ? std::bit_cast<double>(bits)
                                : std::ldexp((bits >> 11 & 1) != 0 ? -significand : significand, exponent));
  }
  inputs.resize(count);
  return inputs;
}

}  // namespace silu::tool
