// SPDX-License-Identifier: Apache-2.0
// The functions of several inputs by format, in the lanes that OperatorMemory names: one block.  Included inside the
// namespace of an instruction set, behind kernels-inl.h, whose terms are used here.

// How a format's inputs and results are loaded and stored.
template <class Format>
using OperatorMemory =
    std::conditional_t<kConverts16 && std::is_same_v<Format, math::Float16>, Converted16, Memory<Format>>;

// Whether two ends of the error are rounded, as they are stored; else a result's distance from a midpoint tells.
template <class Format>
inline constexpr bool kRoundsBothEnds = sizeof(typename Format::Bits) == 2;

// As Plan, for products of inputs with a function's value, where no certificate covers all inputs: the windows
// are those that the error bounds need (docs/proof/lanes.md).
//   kNear          |u| up to which the lanes evaluate
//   kLeast, kMost  |results| that the lanes' rounding serves, but for exact zeros
//   kLeastFactor   partial products of three factors, and factors of a difference, above this have all their bits
template <class Format>
struct ProductPlan;

template <>
struct ProductPlan<math::Float64> {
  static constexpr double kNear = 680, kLeast = 0x1p-900, kMost = 0x1p1000;
};

template <>
struct ProductPlan<math::Float32> {
  static constexpr double kNear = 87, kLeast = 0x1p-126, kMost = 0x1p1000;
  static constexpr double kLeastDifference = Plan<math::Float32>::kLeastDifference;
  static constexpr int kWindow = 9, kWindowCancelling = 17;
};

// A result that is subnormal in a 16-bit format has its bits in the lanes too.
template <>
struct ProductPlan<math::Float16> {
  static constexpr double kNear = 17, kMost = 65504, kMostInput = 65504;
  static constexpr int kWindow = 4, kGatheredWindow = 2;
};

template <>
struct ProductPlan<math::Bfloat16> {
  static constexpr double kNear = 40, kMost = 0x1.fffffep127, kLeastFactor = 0x1p-100;
  static constexpr int kWindow = 4, kGatheredWindow = 2;
};

// Inputs within these bounds need no test but that of the rounding: no step leaves the lanes' normal numbers, and no
// result the format's, besides exact zeros.  A block with others is looked at again with all tests, so that the bounds
// are no more than a matter of speed.
//   kGuardNear       |u|; g(u) is 2^-35 or more there, besides the zeros of silu' and silu''
//   least_exponent   log2 of the least of so many factors
//   most_exponent    and of the largest, by the number of factors that are not u
template <class Format>
inline constexpr double kGuardNear = 24;
template <>
inline constexpr double kGuardNear<math::Float16> = 17;

constexpr int least_exponent(int factors) { return -90 / factors; }

template <class Format>
constexpr int most_exponent(int /*factors*/) {
  return 60;
}
template <>
constexpr int most_exponent<math::Float16>(int factors) {
  return factors == 1 ? 10 : 7;  // times u, below 2^5, or each other, and g, below 1.1: below 2^15
}

// The error of a factor times G's difference in float lanes, in units of the factor: kDifferenceError and
// |difference| times kFactorError.
template <class G>
inline constexpr float kDifferenceError = G::kFunction == SILU_SILU_DERIVATIVE ? 0x1.8p-22f : 0x1p-20f;
template <class G>
inline constexpr float kFactorError = G::kFunction == SILU_SILU_DERIVATIVE ? 0x1.2p-20f : 0x1.6p-20f;

template <class Op>
inline constexpr bool kClamped = requires {
  Op::kGate;
};
// Inputs in the lanes: alpha is one more.
template <class Op>
inline constexpr int kLaneInputs = Op::kInputs + kClamped<Op>;

template <class List_>
inline constexpr int kLength = 0;
template <class... T>
inline constexpr int kLength<List<T...>> = sizeof...(T);
template <class Op>
inline constexpr int kOutputs = kLength<typename Op::Terms>;

// A block's inputs in the lanes, and which outputs are 0 for a clamp.
template <class Op, class L>
struct Block {
  typename L::V x[kLaneInputs<Op>];
  typename L::M clamped[2];  // by output; only where kMasked

  Block() {}  // NOLINT(modernize-use-equals-default): that would not be compiled for the instruction set
};

template <class Op>
inline constexpr bool kMasked = kClamped<Op>&& kOutputs<Op> == 2;

// What the clamps leave of the inputs; NaN stays.
template <class Op, class Format, class L>
inline void clamp(Block<Op, L>& block, typename L::V limit) {
  if constexpr (kClamped<Op>) {
    const auto above = [](typename L::V x, typename L::V bound) {
      const typename L::M beyond = L::less(bound, x);
      constexpr double kInfinity = kInfinityInLanes<OperatorMemory<Format>>;
      if constexpr (kInfinity > std::numeric_limits<double>::max()) return beyond;
      return L::both(beyond, L::at_most(x, L::set(static_cast<typename L::T>(kInfinity))));  // NaN is a number there
    };
    typename L::V &a = block.x[Op::kGate], &b = block.x[Op::kLinear];
    const typename L::M a_above = above(a, limit), b_above = above(b, limit), b_below = above(L::neg(b), limit);
    if constexpr (kMasked<Op>) {
      block.clamped[0] = a_above;
      block.clamped[1] = L::either(b_above, b_below);
    }
    a = L::select(a_above, limit, a);
    b = L::select(b_above, limit, L::select(b_below, L::neg(limit), b));
  }
}

// u = c0 c1 in one number of the lanes, and what e^-u needs of the rest.
template <class Op, class L>
inline typename L::V exp_of_argument(const Block<Op, L>& block, typename L::V& u) {
  u = product(Singles<L>(), block.x, typename Op::Argument());
  if constexpr (kClamped<Op> && sizeof(typename L::T) == 4) {
    // alpha has 24 bits: its first 12 times a, which has 11, is exact.
    const typename L::V alpha = block.x[Op::kInputs], a = block.x[Op::kGate];
    const typename L::V first = L::from_bits(L::and_bits(L::bits(alpha), 0xfffff000));
    const typename L::V high = L::mul(first, a);
    return exp_minus<L>(high, L::mul(L::sub(alpha, first), a));
  } else {
    return exp_minus<L>(u);
  }
}

// Lanes in which an input of the product is 0, so that an output of 0 is exact.
template <class L, int first, int... rest>
inline typename L::M has_zero(const typename L::V* x, Product<first, rest...> /*inputs*/) {
  const auto zero = [&](int input) {
    return input >= plus_one(0) ? L::equal(x[input - plus_one(0)], L::set(-1)) : L::equal(x[input], L::set(0));
  };
  typename L::M found = zero(first);
  ((found = L::either(found, zero(rest))), ...);
  return found;
}

// Lanes in which a partial product of three factors may have lost bits.
template <class L, int... inputs>
inline typename L::M loses_bits(const typename L::V* x, double least, double most, Product<inputs...> factors) {
  const Singles<L> a;
  constexpr std::array kInputs = {inputs...};
  const auto outside = [&](typename L::V c) {
    const typename L::V magnitude = L::abs(c);
    using T = typename L::T;
    return L::either(L::less(magnitude, L::set(static_cast<T>(least))),
                     L::not_at_most(magnitude, L::set(static_cast<T>(most))));
  };
  typename L::M found = outside(product(a, x, factors));
  if constexpr (sizeof...(inputs) == 3) found = L::either(found, outside(L::mul(x[kInputs[1]], x[kInputs[2]])));
  return L::both(found, L::not_mask(has_zero<L>(x, factors)));
}

template <class Argument>
inline constexpr int kOnlyInput = -1;
template <int input>
inline constexpr int kOnlyInput<Product<input>> = input;

// Whether encodings tell that inputs lie within the bounds.
template <class Op, class Format>
inline constexpr bool kGuarded =
    !kClamped<Op> && kOnlyInput<typename Op::Argument> >= 0 && !std::is_same_v<Format, math::Float64>;

template <int input, int... inputs>
constexpr bool is_factor(Product<inputs...> /*factors*/) {
  return ((inputs == input) || ...);
}

// The lanes of a block in which inputs do, by their encodings.  By table: values of float16 and their products with any
// inputs are floats.
template <class Op, class Format, bool by_table, class... Terms>
inline typename IntegerLanes<typename Format::Bits>::M inside(const char* const* from, std::size_t offset,
                                                              List<Terms...> /*terms*/) {
  using Bits = typename Format::Bits;
  using I = IntegerLanes<Bits>;
  constexpr int kArgument = kOnlyInput<typename Op::Argument>;
  constexpr int kFactors = std::max({Terms::Factors::kCount...});
  constexpr bool kSmall = Format::kMinExponent < -100;  // float16's products stay normal in floats
  const auto twice_of = [](double magnitude) { return static_cast<Bits>(2 * math::encode<Format>(magnitude)); };
  constexpr bool kAny = by_table && !kSmall;
  constexpr double kLeast = math::power_of_two(least_exponent(kFactors));
  constexpr double kMost =
      kAny ? ProductPlan<Format>::kMost : math::power_of_two(most_exponent<Format>(Op::kInputs - 1));
  constexpr double kNear = kAny ? ProductPlan<Format>::kMost : kGuardNear<Format>;
  // Those two are finite for any number, and the NaN of results for NaN.
  constexpr bool kBounded = kAny && ((std::is_same_v<typename Terms::G, SiluDerivative> ||
                                      std::is_same_v<typename Terms::G, SiluSecondDerivative>)&&...);
  typename I::M all = I::equal(I::set(0), I::set(0));
  const auto test = [&](auto input) {
    const typename I::V x = I::load(from[input] + offset), twice = I::add(x, x);
    const auto most = static_cast<Bits>(twice_of(input == kArgument ? kNear : kMost) + 1);
    if constexpr (!(kBounded && input == kArgument)) all = I::and_above_unsigned(all, I::set(most), twice);
    if constexpr (kSmall && (is_factor<input>(typename Terms::Factors()) || ...))
      all = zero_or_at_least<Format, I>(all, twice, kLeast);
    if constexpr (input == kArgument) {
      const auto far = [&](auto term) {
        using G = typename decltype(term)::G;
        if constexpr (kKnowsZero<G, Format>) all = far_from_zero<G, Format, I>(all, twice);
      };
      (far(Terms()), ...);
    }
  };
  [&]<int... input>(std::integer_sequence<int, input...>) { (test(std::integral_constant<int, input>()), ...); }
  (std::make_integer_sequence<int, Op::kInputs>());
  return all;
}

// One term in the lanes of a format narrower than them, or, where these are compared, one end of its error, and the
// `other` one.  `doubtful` gets more lanes: unless kInside, those that the lanes do not serve, and, but where kInside
// leaves two ends to be compared as they are stored, those whose rounding is in doubt.
template <class T, class Format, bool kInside>
inline typename OperatorMemory<Format>::L::V fast_term(const typename OperatorMemory<Format>::L::V* x,
                                                       typename OperatorMemory<Format>::L::V u,
                                                       typename OperatorMemory<Format>::L::V e,
                                                       typename OperatorMemory<Format>::L::V s,
                                                       typename OperatorMemory<Format>::L::V t,
                                                       typename OperatorMemory<Format>::L::V& other,
                                                       typename OperatorMemory<Format>::L::M& doubtful) {
  using M = OperatorMemory<Format>;
  using L = typename M::L;
  using V = typename L::V;
  using G = typename T::G;
  using Plan = ProductPlan<Format>;
  const Singles<L> a;
  const V c = product(a, x, typename T::Factors());
  V y;
  V result;
  if constexpr (G::kCancels) {
    const V factor = a.mul(c, G::factor(a, s, t)), difference = G::difference(a, u, s, t);
    y = a.mul(factor, difference);
    if constexpr (!kRoundsBothEnds<Format>) {
      result = M::template round<Plan::kWindowCancelling>(M::scale(y));
      doubtful = L::either(doubtful, M::template near_midpoint<Plan::kWindowCancelling>(result));
      if constexpr (!kInside)
        doubtful = L::either(doubtful, L::less(L::abs(difference), L::set(Plan::kLeastDifference)));
    } else {
      // The end of the error that is farther from 0, and the nearer one, which may be a midpoint in truth where it is
      // subnormal.
      constexpr float kFactor = kFactorError<G>;
      const V error = L::copy_sign(L::set(kDifferenceError<G>), difference);
      result = M::template round<0>(M::scale(L::mul(factor, L::fma(difference, L::set(1 + kFactor), error))));
      other = M::round_down(M::scale(L::mul(factor, L::fms(difference, L::set(1 - kFactor), error))));
      if constexpr (!kInside && requires { Plan::kLeastFactor; }) {
        const typename L::M small = L::less(L::abs(factor), L::set(Plan::kLeastFactor));
        doubtful = L::either(doubtful, L::both(small, L::not_mask(has_zero<L>(x, typename T::Factors()))));
      }
    }
  } else {
    y = a.mul(c, G::value(a, u, e));
    if constexpr (kRoundsBothEnds<Format>) {
      M::template around<Plan::kWindow>(M::scale(y), result, other);
    } else {
      result = M::template round<Plan::kWindow>(M::scale(y));
      doubtful = L::either(doubtful, M::template near_midpoint<Plan::kWindow>(result));
    }
  }
  if constexpr (kInside) return result;
  if constexpr (kRoundsBothEnds<Format>) doubtful = L::either(doubtful, M::differ(result, other));
  using Number = typename L::T;
  const V magnitude = L::abs(y);
  doubtful = L::either(doubtful, L::not_at_most(magnitude, L::set(static_cast<Number>(Plan::kMost))));
  if constexpr (requires { Plan::kLeast; }) {
    const typename L::M small = L::less(magnitude, L::set(static_cast<Number>(Plan::kLeast)));
    doubtful = L::either(doubtful, L::both(small, L::not_equal(y, L::set(0))));
  }
  if constexpr (T::Factors::kCount == 3 && requires { Plan::kLeastFactor; })
    doubtful = L::either(doubtful, loses_bits<L>(x, Plan::kLeastFactor, Plan::kMost, typename T::Factors()));
  return result;
}

template <class Op, class Format, bool kInside, class... Terms>
inline void fast_terms(const Block<Op, typename OperatorMemory<Format>::L>& block,
                       typename OperatorMemory<Format>::L::V* y, typename OperatorMemory<Format>::L::V* others,
                       typename OperatorMemory<Format>::L::M& doubtful, List<Terms...> terms) {
  using M = OperatorMemory<Format>;
  using L = typename M::L;
  using V = typename L::V;
  using Number = typename L::T;
  using Plan = ProductPlan<Format>;
  std::size_t i = 0;
  if constexpr (std::is_same_v<Format, math::Float64>) {
    typename L::Pair values[sizeof...(Terms)];
    V errors[sizeof...(Terms)], u;
    evaluate_pairs<L>(block.x, values, errors, u, Op(), terms);
    doubtful = L::not_at_most(L::abs(u), L::set(Plan::kNear));
    const auto finish = [&](auto term) {
      const V high = L::high(values[i]), low = L::low(values[i]);
      const V one = L::add(high, L::add(low, errors[i])), other = L::add(high, L::sub(low, errors[i]));
      const typename L::M zero = has_zero<L>(block.x, typename decltype(term)::Factors());
      typename L::M doubt = L::not_equal(one, other);
      doubt = L::either(doubt, L::less(L::abs(one), L::set(Plan::kLeast)));
      doubt = L::both(doubt, L::not_mask(zero));
      using G = typename decltype(term)::G;
      if constexpr (G::kCancels) {  // a zero's sign is g's, of which the high part alone may have the wrong one
        const V distance = L::abs(L::sub(L::abs(u), L::set(G::kZero)));
        doubt = L::either(doubt, L::both(zero, L::less(distance, L::set(0x1p-30))));
      }
      doubt = L::either(doubt, L::not_at_most(L::abs(one), L::set(Plan::kMost)));
      doubtful = L::either(doubtful, L::either(doubt, loses_bits<L>(block.x, Plan::kLeast, Plan::kMost,
                                                                    typename decltype(term)::Factors())));
      y[i] = L::select(zero, high, one);  // a sum does not keep a zero's sign
      ++i;
    };
    (finish(Terms()), ...);
  } else {
    V u;
    const Singles<L> a;
    const V e = exp_of_argument(block, u);
    const V s = a.div(a.set(1.0), a.add(a.set(1.0), e)), t = a.mul(e, s);
    doubtful = kInside ? L::none() : L::not_at_most(L::abs(u), L::set(static_cast<Number>(Plan::kNear)));
    if constexpr (!kInside && requires { Plan::kMostInput; })
      for (int k = 0; k < Op::kInputs; ++k)
        doubtful =
            L::either(doubtful, L::not_at_most(L::abs(block.x[k]), L::set(static_cast<Number>(Plan::kMostInput))));
    ((y[i] = fast_term<Terms, Format, kInside>(block.x, u, e, s, t, others[i], doubtful), ++i), ...);
  }
  if constexpr (kMasked<Op>) {  // a NaN in another input leaves a doubt, which settles it
    for (int k = 0; k < 2; ++k) y[k] = L::select(block.clamped[k], L::set(0), y[k]);
  }
}

// Which of its operator's outputs Op begins with.
template <class Op>
inline constexpr int kFirstOutput = 0;
template <class Op>
requires requires { Op::kFirstOutput; }
inline constexpr int kFirstOutput<Op> = Op::kFirstOutput;
