// SPDX-License-Identifier: Apache-2.0
// The functions of several inputs in the formats of 8 bits, by those in float32: its result lies on the exact value's
// side of every midpoint of two numbers of 8 bits, or is one itself, and then the exact level decides.  Included inside
// the namespace of an instruction set, behind narrow-inl.h and `wide_operators`, its kernels of float32.

template <class Format>
inline const std::array<float, 256>& widened() {
  static const std::array<float, 256> kAll = [] {
    std::array<float, 256> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto bits = static_cast<std::uint8_t>(i);
      all[i] = static_cast<float>(math::number_at<Format>(&bits));
    }
    return all;
  }();
  return kAll;
}

template <class Format, silu_operator op>
void operator_kernel8(const silu_input* inputs, const silu_output* outputs, const double* parameters, std::size_t n) {
  constexpr OperatorInfo kInfo = kOperators[op];
  constexpr std::size_t kInputs = kInfo.input_count(), kOutputs = kInfo.output_count(), kBlock = 512;
  constexpr auto kStride = static_cast<std::ptrdiff_t>(sizeof(float));
  const DefaultEnvironment environment;
  const OperatorKernel wide = wide_operators()[op];
  const std::array<float, 256>& numbers = widened<Format>();
  alignas(64) std::array<std::array<float, kBlock>, kInputs> x;
  alignas(64) std::array<std::array<float, kBlock>, kOutputs> y;
  std::array<std::array<std::uint8_t, kBlock>, kOutputs> results;
  std::array<bool, kBlock> doubtful;
  const auto at = [](const auto& operand, std::size_t i) {
    return static_cast<std::conditional_t<std::is_const_v<std::remove_pointer_t<decltype(operand.data)>>,
                                          const std::uint8_t*, std::uint8_t*>>(operand.data) +
           static_cast<std::ptrdiff_t>(i) * operand.stride;
  };
  std::array<silu_input, kInputs> from;
  std::array<silu_output, kOutputs> to;
  std::array<std::uint8_t, kInputs> alone;  // inputs of stride 0: read before an output is written
  for (std::size_t k = 0; k < kInputs; ++k) {
    from[k] = {x[k].data(), inputs[k].stride == 0 ? 0 : kStride};
    alone[k] = *at(inputs[k], 0);
    x[k][0] = numbers[alone[k]];
  }
  for (std::size_t k = 0; k < kOutputs; ++k) to[k] = {y[k].data(), kStride};
  for (std::size_t done = 0; done < n; done += kBlock) {
    const std::size_t count = n - done < kBlock ? n - done : kBlock;
    for (std::size_t k = 0; k < kInputs; ++k)
      for (std::size_t i = 0; i < count && inputs[k].stride != 0; ++i) x[k][i] = numbers[*at(inputs[k], done + i)];
    wide(from.data(), to.data(), parameters, count);
    for (std::size_t k = 0; k < kOutputs; ++k) {
      const bool any = narrow<Format, false, false>(y[k].data(), 1, results[k].data(), doubtful.data(), count);
      for (std::size_t i = 0; i < count && any; ++i) {
        if (!doubtful[i]) continue;
        std::array<silu_input, kInputs> one;
        for (std::size_t j = 0; j < kInputs; ++j)
          one[j] = {inputs[j].stride == 0 ? &alone[j] : at(inputs[j], done + i), 0};
        std::array<std::uint8_t, 2> exact;
        const std::array<silu_output, 2> places = {{{exact.data(), 0}, {exact.data() + 1, 0}}};
        math::apply_exact(op, Format::kDtype, one.data(), places.data(), parameters, 1);
        results[k][i] = exact[k];
      }
    }
    for (std::size_t k = 0; k < kOutputs; ++k)
      for (std::size_t i = 0; i < count; ++i) *at(outputs[k], done + i) = results[k][i];
  }
}
