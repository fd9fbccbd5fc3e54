// SPDX-License-Identifier: Apache-2.0
// The mathematics and the loops, behind the lanes that they are to use: what is compiled once for each
// instruction set, inside its namespace.
using math::kBetaTermError, math::kEntries, math::kExp128, math::kExp2Biased, math::kExp2High, math::kExp2Low,
    math::kExp2Ratio, math::kExp32, math::kExp64, math::kExpShort;
using math::kLn2First32, math::kLn2Rest32, math::kLn2Second32, math::kLn2Single32, math::kLog2e32, math::kStepFirst,
    math::kStepRest, math::kStepSecond;
using math::kPairError, math::kProductError, math::kStepThird, math::kStepsPerUnit, math::Right, math::Start;

// clang-format off: in the order of dependence
#include "math/functions-inl.h"
#include "math/operators-inl.h"
#include "math/pairs-inl.h"
#include "math/exp-inl.h"
#include "math/evaluate-inl.h"
#include "math/float_pairs-inl.h"
#include "math/beta_term-inl.h"
#include "math/terms-inl.h"
#include "cpu/exceptions-inl.h"
#include "cpu/kernels-inl.h"
#include "cpu/float_runs-inl.h"
#include "cpu/unary-inl.h"
#include "cpu/operators-inl.h"
#include "cpu/aside-inl.h"
#include "cpu/gathered-inl.h"
#include "cpu/float_operators-inl.h"
#include "cpu/operator_kernels-inl.h"
#include "cpu/beta_terms-inl.h"
#include "cpu/beta_factors-inl.h"
#include "cpu/condense-inl.h"
// clang-format on
