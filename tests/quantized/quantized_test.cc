// SPDX-License-Identifier: Apache-2.0
// 8-bit numbers with a scale, against the oracle.
#include "silu/quantized.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "format.h"
#include "quotient.h"
#include "round.h"

namespace silu {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Bytes = std::vector<std::uint8_t>;

struct Case {
  silu_function function;
  silu_dtype to;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (std::size_t f = 0; f < silu_function_count(); ++f)
    for (const silu_dtype to : {SILU_FLOAT8_E4M3FN, SILU_FLOAT8_E5M2})
      all.push_back({static_cast<silu_function>(f), to});
  return all;
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return std::string(silu_function_name(info.param.function)) + "_" + silu_dtype_name(info.param.to);
}

class Float8 : public testing::TestWithParam<Case> {
 protected:
  const oracle::Format& format() const { return oracle::format_of(GetParam().to); }

  Bytes evaluate(silu_dtype dtype, const void* x, std::size_t n, double scale, bool saturate) const {
    Bytes y(n);
    EXPECT_EQ(silu_evaluate_float8(GetParam().function, dtype, x, y.data(), {GetParam().to, scale, saturate}, n),
              SILU_OK);
    return y;
  }
};
INSTANTIATE_TEST_SUITE_P(, Float8, testing::ValuesIn(cases()), name_of);

// 1, usual ones, one that makes ties of large x, and ones that make everything underflow or saturate.
constexpr std::array kScales = {1.0, 0.0625, 0.1, 0x1.921fb6p+1, 0x1p30, 1e-30, 1e30};

TEST_P(Float8, EveryBfloat16GivesTheOraclesBits) {
  std::vector<std::uint16_t> x(65536);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::uint16_t>(i);
  for (const double scale : kScales) {
    for (const bool saturate : {false, true}) {
      const Bytes y = evaluate(SILU_BFLOAT16, x.data(), x.size(), scale, saturate);
      const oracle::Format& bfloat16 = oracle::format_of(SILU_BFLOAT16);
      for (std::size_t i = 0; i < x.size(); i += scale == 1 ? 1 : 7) {
        if (oracle::is_nan(bfloat16, x[i])) {
          ASSERT_EQ(y[i], format().nan());
          continue;
        }
        const double value = oracle::decode(bfloat16, x[i]);
        if (std::isinf(value)) continue;  // below
        const std::uint64_t right = oracle::quotient({GetParam().function, value}, scale, format(), saturate);
        ASSERT_EQ(y[i], right) << "x = " << value << ", scale " << scale << ", saturate " << saturate;
      }
    }
  }
}

TEST_P(Float8, InfinitiesGiveTheQuotientsOfTheLimits) {
  const std::array<float, 2> x = {-HUGE_VALF, HUGE_VALF};
  std::array<float, 2> limits{};
  ASSERT_EQ(silu_evaluate(GetParam().function, SILU_FLOAT32, x.data(), limits.data(), 2), SILU_OK);
  for (const bool saturate : {false, true}) {
    const Bytes y = evaluate(SILU_FLOAT32, x.data(), 2, 0.1, saturate);
    for (std::size_t i = 0; i < 2; ++i) {
      const std::uint64_t sign = std::signbit(limits[i]) ? format().sign() : 0;
      std::uint64_t right = sign;
      if (std::isinf(limits[i])) right = saturate ? (format().infinity() - 1) | sign : format().overflow(sign != 0);
      if (limits[i] == 1) right = oracle::round_to(format(), 1 / 0.1L);
      EXPECT_EQ(y[i], right) << x[i];
    }
  }
}

// Quotients beside the midpoints of two numbers, and any.
TEST_P(Float8, Float32GivesTheOraclesBits) {
  std::mt19937_64 random(5);
  std::vector<float> x;
  for (int i = 0; i < 3000; ++i) {
    float number = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (i % 2 == 0) number = static_cast<float>(static_cast<std::int32_t>(random())) * 0x1p-27F;
    if (std::isfinite(number)) x.push_back(number);
  }
  // relu and silu of large numbers: midpoints themselves.
  for (int k = 1; k < 64; k += 2)
    for (const int power : {-20, -4, 0, 3, 20}) x.push_back(std::ldexp(static_cast<float>(k), power));
  for (const double scale : {1.0, 0.01, 0x1p-13, 0x1p100, 1e-40}) {
    const Bytes y = evaluate(SILU_FLOAT32, x.data(), x.size(), scale, true);
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_EQ(y[i], oracle::quotient({GetParam().function, x[i]}, scale, format(), true))
          << "x = " << x[i] << ", scale " << scale;
  }
}

struct Gate {
  std::vector<float> a, b;
};

Gate random_gate(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  Gate gate;
  for (std::size_t i = 0; i < n; ++i) {
    gate.a.push_back(static_cast<float>(static_cast<std::int32_t>(random())) * 0x1p-28F);
    gate.b.push_back(static_cast<float>(static_cast<std::int32_t>(random())) * 0x1p-27F);
  }
  return gate;
}

silu_status swiglu(const Gate& gate, silu_float8 to, Bytes& y) {
  y.resize(gate.a.size());
  const silu_input inputs[] = {{gate.a.data(), sizeof(float)}, {gate.b.data(), sizeof(float)}};
  const silu_output output = {y.data(), 1};
  return silu_swiglu_float8(SILU_FLOAT32, inputs, &output, to, y.size());
}

TEST(Swiglu, GivesTheOraclesBits) {
  Gate gate = random_gate(3000, 6);
  // Products beyond float32, and in its subnormals.
  gate.a.insert(gate.a.end(), {1e30F, -1e-30F, 0.0F, -0.0F, 200.0F, -100.0F, 4096.0F});
  gate.b.insert(gate.b.end(), {1e30F, 1e-12F, -3.0F, 5.0F, 0x1.08p0F, 1e38F, -0x1.1p-5F});
  for (const silu_dtype to : {SILU_FLOAT8_E4M3FN, SILU_FLOAT8_E5M2}) {
    for (const double scale : {1.0, 0.3, 0x1p-140, 1e58}) {
      for (const int saturate : {0, 1}) {
        Bytes y;
        ASSERT_EQ(swiglu(gate, {to, scale, saturate}, y), SILU_OK);
        for (std::size_t i = 0; i < y.size(); ++i) {
          const oracle::Scaled value{.function = SILU_SILU, .x = gate.a[i], .factor = gate.b[i]};
          ASSERT_EQ(y[i], oracle::quotient(value, scale, oracle::format_of(to), saturate != 0))
              << gate.a[i] << ", " << gate.b[i] << ", scale " << scale;
        }
      }
    }
  }
}

TEST(Swiglu, OfInfinitiesIsAsInIeee754) {
  const float inf = HUGE_VALF;
  const Gate gate = {{inf, inf, inf, -inf, -inf, 0.0F, 2.0F, -2.0F, NAN},
                     {2.0F, -2.0F, 0.0F, 2.0F, inf, inf, inf, inf, 1}};
  Bytes y;
  ASSERT_EQ(swiglu(gate, {SILU_FLOAT8_E5M2, 2.0, 0}, y), SILU_OK);
  EXPECT_EQ(y, (Bytes{0x7c, 0xfc, 0x7e, 0x80, 0x7e, 0x7e, 0x7c, 0xfc, 0x7e}));
  ASSERT_EQ(swiglu(gate, {SILU_FLOAT8_E4M3FN, 2.0, 1}, y), SILU_OK);
  EXPECT_EQ(y, (Bytes{0x7e, 0xfe, 0x7f, 0x80, 0x7f, 0x7f, 0x7e, 0xfe, 0x7f}));
  ASSERT_EQ(swiglu(gate, {SILU_FLOAT8_E4M3FN, 2.0, 0}, y), SILU_OK);
  EXPECT_EQ(y, (Bytes{0x7f, 0x7f, 0x7f, 0x80, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f}));
}

// Rows longer and shorter than a block, packed as a linear layer gives them.
TEST(Rows, HaveTheScaleOfTheirLargestValue) {
  for (const std::size_t d : {1u, 7u, 512u, 1300u}) {
    constexpr std::size_t kRows = 3;
    Gate gate = random_gate(kRows * d, static_cast<unsigned>(d));
    std::vector<float> packed;
    for (std::size_t r = 0; r < kRows; ++r) {
      packed.insert(packed.end(), gate.a.begin() + static_cast<std::ptrdiff_t>(r * d),
                    gate.a.begin() + static_cast<std::ptrdiff_t>((r + 1) * d));
      packed.insert(packed.end(), gate.b.begin() + static_cast<std::ptrdiff_t>(r * d),
                    gate.b.begin() + static_cast<std::ptrdiff_t>((r + 1) * d));
    }
    const auto stride = static_cast<std::ptrdiff_t>(2 * d * sizeof(float));
    for (const silu_dtype to : {SILU_FLOAT8_E4M3FN, SILU_FLOAT8_E5M2}) {
      const silu_input inputs[] = {{packed.data(), stride}, {packed.data() + d, stride}};
      Bytes y(kRows * d);
      std::vector<float> scales(kRows), values(kRows * d);
      const silu_output output = {y.data(), static_cast<std::ptrdiff_t>(d)};
      ASSERT_EQ(silu_swiglu_float8_rows(SILU_FLOAT32, inputs, to, &output, scales.data(), kRows, d), SILU_OK);
      const silu_input flat[] = {{gate.a.data(), sizeof(float)}, {gate.b.data(), sizeof(float)}};
      const silu_output wide = {values.data(), sizeof(float)};
      ASSERT_EQ(silu_apply(SILU_SWIGLU, SILU_FLOAT32, flat, &wide, nullptr, kRows * d), SILU_OK);
      for (std::size_t r = 0; r < kRows; ++r) {
        float most = 0;
        for (std::size_t i = 0; i < d; ++i) most = std::max(most, std::fabs(values[r * d + i]));
        ASSERT_EQ(scales[r], most / (to == SILU_FLOAT8_E4M3FN ? 448.0F : 57344.0F));
        for (std::size_t i = r * d; i < (r + 1) * d; ++i) {
          const oracle::Scaled value{.function = SILU_SILU, .x = gate.a[i], .factor = gate.b[i]};
          ASSERT_EQ(y[i], oracle::quotient(value, scales[r], oracle::format_of(to), true)) << i;
        }
      }
    }
  }
}

TEST(Rows, OfZerosNanAndInfinities) {
  const float inf = HUGE_VALF;
  const std::vector<float> ab = {0, 1, -3, 0, /**/ 1, NAN, 1, 1, /**/ inf, 1, 1, 1};
  const silu_input inputs[] = {{ab.data(), 4 * sizeof(float)}, {ab.data() + 2, 4 * sizeof(float)}};
  Bytes y(6);
  std::vector<float> scales(3);
  const silu_output output = {y.data(), 2};
  ASSERT_EQ(silu_swiglu_float8_rows(SILU_FLOAT32, inputs, SILU_FLOAT8_E4M3FN, &output, scales.data(), 3, 2), SILU_OK);
  EXPECT_EQ(scales[0], 0x1p-126F);
  EXPECT_TRUE(std::isnan(scales[1]));
  EXPECT_EQ(scales[2], inf);
  EXPECT_EQ(y, (Bytes{0x80, 0, 0x7f, 0x7f, 0x7f, 0}));
}

class Int8 : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(, Int8, testing::ValuesIn([] {
                           std::vector<Case> all;
                           for (const Case& each : cases())
                             if (each.to == SILU_FLOAT8_E5M2) all.push_back(each);
                           return all;
                         }()),
                         [](const auto& info) { return std::string(silu_function_name(info.param.function)); });

TEST_P(Int8, TablesAreTheOracles) {
  // Ties at 0 (sigmoid(0) / 1 = 1/2) and of relu, usual scales, and extreme ones.
  const std::array<double, 8> x_scales = {1.0, 0.05, 0x1p-7, 0.1F, 40.0, 1e300, 0x1p-1074, 3e-20};
  const std::array<double, 7> y_scales = {1.0, 0.025, 0x1p-7, 0x1p-8, 0.3F, 1e-300, 1e300};
  for (const double x_scale : x_scales) {
    for (const double y_scale : y_scales) {
      for (const int x_zero : {0, -128, 3}) {
        for (const int y_zero : {0, 127, -117}) {
          std::array<int8_t, 256> table{};
          ASSERT_EQ(silu_int8_table(GetParam().function, {x_scale, x_zero}, {y_scale, y_zero}, table.data()), SILU_OK);
          for (int q = -128; q < 128; q += x_scale == 0.05 ? 1 : 5) {
            const oracle::Scaled value{GetParam().function, static_cast<double>(q - x_zero), x_scale};
            const int right = std::clamp(oracle::quotient(value, y_scale) + y_zero, -128, 127);
            ASSERT_EQ(table[static_cast<std::uint8_t>(q)], right)
                << "q " << q << ", x " << x_scale << ", " << x_zero << ", y " << y_scale << ", " << y_zero;
          }
        }
      }
    }
  }
}

TEST(Map, IsTheTableOnEachTargetAtEveryLength) {
  std::mt19937 random(7);
  Bytes table(256), x(1000);
  for (auto& each : table) each = static_cast<std::uint8_t>(random());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::uint8_t>(i < 256 ? i : random());
  for (std::size_t target = 0; target < silu_target_count(); ++target) {
    for (std::size_t n = 0; n <= x.size(); n += n < 300 ? 1 : 41) {
      Bytes y(n + 1, 0xa5), in_place = x;
      ASSERT_EQ(silu_map_bytes_on(target, table.data(), x.data(), y.data(), n), SILU_OK);
      ASSERT_EQ(silu_map_bytes_on(target, table.data(), in_place.data(), in_place.data(), n), SILU_OK);
      for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(y[i], table[x[i]]) << silu_target_name(target) << " at " << i;
      ASSERT_EQ(y[n], 0xa5);
      ASSERT_TRUE(std::equal(y.begin(), y.end() - 1, in_place.begin()));
      ASSERT_TRUE(std::equal(x.begin() + static_cast<std::ptrdiff_t>(n), x.end(),
                             in_place.begin() + static_cast<std::ptrdiff_t>(n)));
    }
  }
}

TEST(Refusals, WriteNothing) {
  const std::array<float, 4> x{};
  std::array<std::uint8_t, 16> y;
  y.fill(9);
  const auto before = y;
  const auto evaluate = [&](int function, int dtype, int to, double scale) {
    return silu_evaluate_float8(static_cast<silu_function>(function), static_cast<silu_dtype>(dtype), x.data(),
                                y.data(), {static_cast<silu_dtype>(to), scale, 1}, 4);
  };
  EXPECT_EQ(evaluate(99, SILU_FLOAT32, SILU_FLOAT8_E5M2, 1), SILU_ERROR_FUNCTION);
  for (const int dtype : {-1, int{SILU_FLOAT64}, int{SILU_FLOAT16}, int{SILU_FLOAT8_E5M2}, 99})
    EXPECT_EQ(evaluate(SILU_SILU, dtype, SILU_FLOAT8_E5M2, 1), SILU_ERROR_CONVERSION);
  for (const int to : {-1, int{SILU_FLOAT32}, 99})
    EXPECT_EQ(evaluate(SILU_SILU, SILU_FLOAT32, to, 1), SILU_ERROR_CONVERSION);
  for (const double scale : {0.0, -0.0, -1.0, kInfinity, -kInfinity, std::nan("")}) {
    EXPECT_EQ(evaluate(SILU_SILU, SILU_FLOAT32, SILU_FLOAT8_E5M2, scale), SILU_ERROR_QUANTISATION);
    EXPECT_EQ(silu_int8_table(SILU_SILU, {scale, 0}, {1, 0}, reinterpret_cast<int8_t*>(y.data())),
              SILU_ERROR_QUANTISATION);
    EXPECT_EQ(silu_int8_table(SILU_SILU, {1, 0}, {scale, 0}, reinterpret_cast<int8_t*>(y.data())),
              SILU_ERROR_QUANTISATION);
  }
  for (const int zero : {-129, 128})
    EXPECT_EQ(silu_int8_table(SILU_SILU, {1, zero}, {1, 0}, reinterpret_cast<int8_t*>(y.data())),
              SILU_ERROR_QUANTISATION);
  EXPECT_EQ(silu_evaluate_float8(SILU_SILU, SILU_FLOAT32, y.data(), y.data(), {SILU_FLOAT8_E5M2, 1, 1}, 4),
            SILU_ERROR_OVERLAP);
  EXPECT_EQ(silu_evaluate_float8(SILU_SILU, SILU_FLOAT32, nullptr, y.data(), {SILU_FLOAT8_E5M2, 1, 1}, 4),
            SILU_ERROR_NULL);
  EXPECT_EQ(silu_map_bytes(x.data(), y.data(), y.data() + 1, 4), SILU_ERROR_OVERLAP);
  EXPECT_EQ(silu_map_bytes(nullptr, x.data(), y.data(), 4), SILU_ERROR_NULL);
  EXPECT_EQ(y, before);
}

}  // namespace
}  // namespace silu
