// SPDX-License-Identifier: Apache-2.0
// How a function behaves where it needs no evaluation: at the far right, and beside 0.  (On the far left
// each tends to a zero.)
#pragma once

namespace silu::math {

// The limit at +infinity.
enum class Right { kOne, kZero, kMinusZero, kIdentity };

// The first terms of the Taylor series at 0: the leading one, and the side on which the next one lies.
enum class Start { kHalfRising, kHalfFalling, kQuarterFalling, kHalfOfX };

// The relative error of evaluation in pairs of doubles, before cancellation (docs/proof).
inline constexpr double kPairError = 0x1p-67;

// The same for products of inputs with a function's value.
inline constexpr double kProductError = 0x1p-66;

// And of beta_term.
inline constexpr double kBetaTermError = 0x1p-68;

}  // namespace silu::math
