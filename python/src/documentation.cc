// SPDX-License-Identifier: Apache-2.0
#include "documentation.h"

#include <array>
#include <cstddef>

namespace silu::python {
namespace {

// What is said of one function beside the table's row; the tests run the examples.
struct Text {
  silu_function function;
  const char* summary;
  const char* where;  // what the formula's letters mean
  const char* special_values;
  const char* source;
  const char* examples;
};

constexpr const char* kSigmoid = ", where s = sigmoid(x) = 1 / (1 + e^-x)";

constexpr std::array<Text, kFunctions.size()> kTexts = {{
    {SILU_SIGMOID, "The logistic sigmoid.", "", "+0 at -inf, 1/2 at both zeros, 1 at +inf.", nullptr,
     R"(>>> silu.sigmoid([-np.inf, -1, 0, 1, np.inf])
array([0.        , 0.26894142, 0.5       , 0.73105858, 1.        ])
)"},
    {SILU_SIGMOID_DERIVATIVE, "The derivative of the logistic sigmoid.", kSigmoid,
     "+0 at -inf and +inf, 1/4 at both zeros.", nullptr,
     R"(>>> silu.sigmoid_derivative(np.array([-2, 0, 2], np.float32))
array([0.10499358, 0.25      , 0.10499358], dtype=float32)
)"},
    {SILU_SILU, "SiLU, the sigmoid linear unit, also known as Swish with beta = 1.", kSigmoid,
     "-0 at -inf, -0 at -0, +0 at +0, +inf at +inf.",
     "S. Elfwing, E. Uchibe, K. Doya: Sigmoid-weighted linear units for neural\n"
     "network function approximation in reinforcement learning. Neural Networks\n"
     "107 (2018), arXiv:1702.03118.\n\n"
     "As Swish: P. Ramachandran, B. Zoph, Q. V. Le: Searching for activation\n"
     "functions (2017), arXiv:1710.05941.",
     R"(>>> silu.silu([-np.inf, -1, 0, 1, np.inf])
array([-0.        , -0.26894142,  0.        ,  0.73105858,         inf])

Its minimum, in float64:

>>> silu.silu(-1.2784645427610738)
np.float64(-0.2784645427610738)

The dtype of the result is that of the input:

>>> silu.silu(np.float32(-89))
np.float32(-1.9823535e-37)
>>> import ml_dtypes
>>> silu.silu(np.array([-1, 1], ml_dtypes.bfloat16))
array([-0.269531, 0.730469], dtype=bfloat16)
)"},
    {SILU_SILU_DERIVATIVE, "The derivative of silu, dSiLU where it is an activation itself.", kSigmoid,
     "-0 at -inf, 1/2 at both zeros, 1 at +inf.", "As dSiLU: S. Elfwing et al., the source of silu.",
     R"(>>> silu.silu_derivative([-np.inf, 0, 2.3993572805154675, np.inf])
array([-0.        ,  0.5       ,  1.09983932,  1.        ])
)"},
    {SILU_SILU_SECOND_DERIVATIVE, "The second derivative of silu.", kSigmoid, "-0 at -inf and +inf, 1/2 at both zeros.",
     nullptr,
     R"(>>> silu.silu_second_derivative([-np.inf, -1, 0, 1, np.inf])
array([-0.        ,  0.30236612,  0.5       ,  0.30236612, -0.        ])
)"},
    {SILU_RELU, "The rectified linear unit.", "", "+0 at -inf, -0 at -0, +0 at +0, +inf at +inf.", nullptr,
     R"(>>> silu.relu(np.array([-1, -0.0, 0, 1.5], np.float16))
array([ 0. , -0. ,  0. ,  1.5], dtype=float16)
)"},
    {SILU_RELU_DERIVATIVE, "The derivative of relu, by convention 0 at both zeros.", "",
     "+0 at -inf and at both zeros, 1 at +inf.", nullptr,
     R"(>>> silu.relu_derivative([-1.0, 0.0, 1.0])
array([0., 0., 1.])
)"},
}};

// A row's index is its function.
static_assert([] {
  for (std::size_t i = 0; i < kTexts.size(); ++i)
    if (kTexts[i].function != kFunctions[i].function) return false;
  return true;
}());

void section(std::string& text, const std::string& title, const std::string& body) {
  text += "\n" + title + "\n" + std::string(title.size(), '-') + "\n" + body + "\n";
}

}  // namespace

std::string documentation(const FunctionInfo& function) {
  const Text& text = kTexts[function.function];
  std::string result = std::string(text.summary) + "\n";
  section(result, "Value", std::string(function.formula) + text.where + ".");
  section(result, "Dtypes",
          "float64, float32, float16 and ml_dtypes' bfloat16; the result has the dtype\n"
          "of the input. bool, int8 and uint8 are computed in float16, int16 and uint16\n"
          "in float32, larger integers in float64, as in numpy.exp. Anything else is a\n"
          "TypeError.");
  section(result, "Exactness",
          "Each result is the exact value, rounded once, to nearest, ties to even; so\n"
          "it has the same bits on every machine, in every array. No floating-point\n"
          "warning is ever raised by the computation.");
  section(result, "Special values", std::string(text.special_values) + " The quiet NaN at NaN.");
  if (text.source != nullptr) section(result, "Source", text.source);
  section(result, "Examples", ">>> import numpy as np, silu\n" + std::string(text.examples));
  return result;
}

}  // namespace silu::python
