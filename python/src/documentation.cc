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

// The same of one operator.
struct OperatorText {
  silu_operator op;
  const char* summary;
  const char* where;
  const char* special_values;
  const char* source;
  const char* examples;
};

constexpr std::array<OperatorText, kOperators.size()> kOperatorTexts = {{
    {SILU_SILU_BACKWARD, "The gradient of silu: dy times its derivative.", "silu'(x) = s + x s (1 - s), s = sigmoid(x)",
     "silu' is -0 at -inf and 1 at +inf.", nullptr,
     R"(>>> silu.silu_backward(np.array([2, -1, 1], np.float32), [0, 1, np.inf])
array([ 1.        , -0.92767051,  1.        ])
>>> dy = np.array([2, -1], np.float32)
>>> silu.silu_backward(dy, np.array([0, 1], np.float32), out=dy)
array([ 1.        , -0.92767054], dtype=float32)
)"},
    {SILU_SILU_DOUBLE_BACKWARD, "The gradients of silu_backward.",
     "ddx is the gradient of its result; silu'(x) = s + x s (1 - s)\n"
     "and silu''(x) = s (1 - s) (2 + x (1 - 2 s)), s = sigmoid(x)",
     "silu' is -0 at -inf and 1 at +inf; silu'' is -0 at both.", nullptr,
     R"(>>> ddy, dx = silu.silu_double_backward([1, 2], [3, 1], [0, -1])
>>> ddy, dx
(array([0.5       , 0.14465898]), array([1.5       , 0.60473224]))
)"},
    {SILU_SWISH, "Swish: silu with a factor beta in the sigmoid.", "sigmoid(u) = 1 / (1 + e^-u)",
     "The sigmoid is +0 at -inf, 1 at +inf, and 1/2 where x or beta is 0.",
     "P. Ramachandran, B. Zoph, Q. V. Le: Searching for activation functions\n"
     "(2017), arXiv:1710.05941.",
     R"(>>> silu.swish([-1.0, 1.0, 2.0], 1.5)
array([-0.18242552,  0.81757448,  1.90514825])

One beta for each row:

>>> silu.swish(np.ones((2, 3), np.float32), np.array([[0], [1]], np.float32))
array([[0.5      , 0.5      , 0.5      ],
       [0.7310586, 0.7310586, 0.7310586]], dtype=float32)
)"},
    {SILU_SWISH_BACKWARD, "The gradients of swish, element by element.",
     "silu'(u) = s + u s (1 - s) and sigmoid'(u) = s (1 - s), with\ns = sigmoid(u) = 1 / (1 + e^-u)",
     "At u = -inf and +inf, silu' is -0 and 1, sigmoid' +0.", nullptr,
     R"(>>> dx, dbeta = silu.swish_backward([1.0, 2.0], [1.0, -1.0], 1.5)
>>> dx, dbeta
(array([ 1.04129415, -0.08258831]), array([0.14914645, 0.2982929 ]))
)"},
    {SILU_SWIGLU, "SwiGLU: the linear half b, gated by silu(a).", "silu(a) = a / (1 + e^-a)",
     "silu is -0 at -inf, +inf at +inf.", "N. Shazeer: GLU variants improve transformer (2020), arXiv:2002.05202.",
     R"(>>> silu.swiglu(np.array([1, -3], np.float32), np.array([2, 0.5], np.float32))
array([ 1.4621172 , -0.07113881], dtype=float32)

Python's numbers take the dtype of the arrays:

>>> silu.swiglu(np.float16(1), 3)
np.float16(2.193)

For a and b in one array: silu.swiglu_packed.
)"},
    {SILU_SWIGLU_BACKWARD, "The gradients of swiglu; nothing but a and b need be kept for them.",
     "silu'(a) = s + a s (1 - s), s = sigmoid(a)", "At -inf and +inf, silu is -0 and +inf, silu' -0 and 1.", nullptr,
     R"(>>> da, db = silu.swiglu_backward([1.0, 1.0], [0.0, 1.0], [3.0, 2.0])
>>> da, db
(array([1.5       , 1.85534102]), array([0.        , 0.73105858]))

Into the halves of one array:

>>> a, b, dy = (np.ones((2, 3), np.float32) for _ in range(3))
>>> gradient = np.empty((2, 6), np.float32)
>>> _ = silu.swiglu_backward(dy, a, b, out=(gradient[:, :3], gradient[:, 3:]))
>>> gradient[0]
array([0.92767054, 0.92767054, 0.92767054, 0.7310586 , 0.7310586 ,
       0.7310586 ], dtype=float32)
)"},
    {SILU_SWIGLU_CLAMPED, "The loop of silu.swiglu_clamped.",
     "a' = min(a, limit) and b' = max(-limit, min(b, limit)); alpha and\nlimit are float64",
     "As in silu.swiglu_clamped.", nullptr,
     R"(>>> from silu import _ufuncs
>>> _ufuncs.swiglu_clamped(np.float32(1), np.float32(2), 1.702, 7)
np.float32(2.5373874)
)"},
    {SILU_SWIGLU_CLAMPED_BACKWARD, "The loop of silu.swiglu_clamped_backward.",
     "a' = min(a, limit) and b' = max(-limit, min(b, limit)); alpha and\nlimit are float64",
     "As in silu.swiglu_clamped_backward.", nullptr,
     R"(>>> from silu import _ufuncs
>>> _ufuncs.swiglu_clamped_backward(1.0, 8.0, 0.0, 1.702, 7.0)
(np.float64(0.0), np.float64(6.999953128303317))
)"},
}};

// A row's index is its function.
static_assert([] {
  for (std::size_t i = 0; i < kTexts.size(); ++i)
    if (kTexts[i].function != kFunctions[i].function) return false;
  for (std::size_t i = 0; i < kOperatorTexts.size(); ++i)
    if (kOperatorTexts[i].op != kOperators[i].op) return false;
  return true;
}());

constexpr const char* kExactness =
    "Each result is the exact value, rounded once, to nearest, ties to even; so\n"
    "it has the same bits on every machine, in every array. No floating-point\n"
    "warning is ever raised by the computation.";
constexpr const char* kImport = ">>> import numpy as np, silu\n";

void section(std::string& text, const std::string& title, const std::string& body) {
  text += "\n" + title + "\n" + std::string(title.size(), '-') + "\n" + body + "\n";
}

}  // namespace

std::string documentation(const FunctionInfo& function) {
  const Text& text = kTexts[function.function];
  std::string result = std::string(text.summary) + "\n";
  section(result, "Value", std::string(function.formula) + text.where + ".");
  section(result, "Dtypes",
          "float64, float32, float16 and ml_dtypes' bfloat16, float8_e4m3fn and\n"
          "float8_e5m2; the result has the dtype of the input. bool, int8 and uint8 are\n"
          "computed in float16, int16 and uint16 in float32, larger integers in float64,\n"
          "as in numpy.exp. Anything else is a TypeError.");
  section(result, "Exactness", kExactness);
  section(result, "Special values", std::string(text.special_values) + " The quiet NaN at NaN.");
  if (text.source != nullptr) section(result, "Source", text.source);
  section(result, "Examples", kImport + std::string(text.examples));
  return result;
}

std::string documentation(const OperatorInfo& op) {
  const OperatorText& text = kOperatorTexts[op.op];
  std::string result = std::string(text.summary) + "\n";
  std::string inputs, outputs;
  for (std::size_t i = 0; i < op.input_count(); ++i) inputs += (i == 0 ? "" : ", ") + std::string(op.inputs[i]);
  if (op.clamped) inputs += ", alpha, limit";
  for (std::size_t i = 0; i < op.output_count(); ++i) outputs += (i == 0 ? "" : ", ") + std::string(op.outputs[i]);
  if (op.output_count() > 1) outputs = "(" + outputs + ")";
  section(result, "Value",
          outputs + " = " + op.name + "(" + inputs + ")\n  = " + op.formula + ",\nwhere " + text.where + ".");
  section(result, "Dtypes",
          "float64, float32, float16 and ml_dtypes' bfloat16, float8_e4m3fn and\n"
          "float8_e5m2. Inputs of several dtypes are computed in the smallest of these\n"
          "that holds the values of all: float32 for float16 with bfloat16, and for a\n"
          "float8 with anything but itself. Python's numbers are weak. bool, int8 and\n"
          "uint8 count as float16 or bfloat16, int16 and uint16 as float32, larger\n"
          "integers as float64. Anything else is a TypeError.");
  section(result, "Exactness", kExactness);
  section(result, "Special values",
          text.special_values +
              std::string("\nThen products as in IEEE 754: 0 times inf is NaN. A NaN in any input is the\n"
                          "quiet NaN in each output."));
  if (text.source != nullptr) section(result, "Source", text.source);
  section(result, "Examples", kImport + std::string(text.examples));
  return result;
}

}  // namespace silu::python
