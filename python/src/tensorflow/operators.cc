// SPDX-License-Identifier: Apache-2.0
// The operators as TensorFlow's graphs know them: their names, inputs, outputs and shapes, from the registry's rows.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstdio>
#include <string>

#include "handles.h"
#include "kernels.h"
#include "registry.h"
#include "tensorflow/c/ops.h"

namespace silu::tensorflow {
namespace {

// A number that TensorFlow takes for an unknown length.
constexpr auto kUnknown = static_cast<std::size_t>(-1);

ShapeHandle input_shape(TF_ShapeInferenceContext* context, std::size_t input, TF_Status* status) {
  ShapeHandle shape(TF_NewShapeHandle());
  TF_ShapeInferenceContextGetInput(context, static_cast<int>(input), shape.get(), status);
  return shape;
}

std::int64_t rank(TF_ShapeInferenceContext* context, const ShapeHandle& shape) {
  return TF_ShapeInferenceContextRank(context, shape.get());
}

// The i-th length of a shape; below 0 where it is unknown.
std::int64_t length(TF_ShapeInferenceContext* context, const ShapeHandle& shape, std::int64_t i) {
  const DimensionHandle dimension(TF_NewDimensionHandle());
  TF_ShapeInferenceContextDim(context, shape.get(), i, dimension.get());
  return TF_DimensionHandleValueKnown(dimension.get()) ? TF_DimensionHandleValue(dimension.get()) : -1;
}

ShapeHandle axis(TF_ShapeInferenceContext* context, const ShapeHandle& shape, std::int64_t i, TF_Status* status) {
  ShapeHandle result(TF_NewShapeHandle());
  TF_ShapeInferenceContextSubshape(context, shape.get(), i, i + 1, result.get(), status);
  return result;
}

// What two shapes of known ranks broadcast to.
ShapeHandle broadcast(TF_ShapeInferenceContext* context, const ShapeHandle& a, const ShapeHandle& b,
                      TF_Status* status) {
  const std::int64_t a_rank = rank(context, a), b_rank = rank(context, b), common = std::max(a_rank, b_rank);
  ShapeHandle result(TF_ShapeInferenceContextScalar(context));
  for (std::int64_t i = 0; i < common && ok(status); ++i) {
    const std::int64_t in_a = i - (common - a_rank), in_b = i - (common - b_rank);
    const std::int64_t of_a = in_a < 0 ? 1 : length(context, a, in_a), of_b = in_b < 0 ? 1 : length(context, b, in_b);
    ShapeHandle next;
    if (of_b == 1 && in_a >= 0) {
      next = axis(context, a, in_a, status);
    } else if (of_a == 1 || of_a < 0) {
      // Where neither is known, either may be 1.
      next = of_a < 0 && of_b < 0 ? ShapeHandle(TF_ShapeInferenceContextVectorFromSize(context, kUnknown))
                                  : axis(context, b, in_b, status);
    } else if (of_b < 0 || of_a == of_b) {
      next = axis(context, a, in_a, status);
    } else {
      const std::string message = "the inputs' shapes have lengths " + std::to_string(of_a) + " and " +
                                  std::to_string(of_b) + " along axis " + std::to_string(i - common) +
                                  "; allowed: equal ones, or 1";
      TF_SetStatus(status, TF_INVALID_ARGUMENT, message.c_str());
      break;
    }
    ShapeHandle joined(TF_NewShapeHandle());
    if (ok(status)) TF_ShapeInferenceContextConcatenateShapes(context, result.get(), next.get(), joined.get(), status);
    result = std::move(joined);
  }
  return result;
}

// Every output has the shape that the first `inputs` inputs broadcast to.
template <std::size_t inputs, std::size_t outputs>
void elementwise_shape(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeHandle result = input_shape(context, 0, status);
  for (std::size_t k = 0; k < inputs && ok(status); ++k) {
    const ShapeHandle other = input_shape(context, k, status);
    if (!ok(status)) return;
    if (TF_ShapeInferenceContextRankKnown(context, other.get()) == 0)
      return TF_ShapeInferenceContextSetUnknownShape(context, status);
    if (k > 0) result = broadcast(context, result, other, status);
  }
  for (std::size_t m = 0; m < outputs && ok(status); ++m)
    TF_ShapeInferenceContextSetOutput(context, static_cast<int>(m), result.get(), status);
}

void unary_shape(TF_ShapeInferenceContext* context, TF_Status* status) {
  const ShapeHandle shape = input_shape(context, 0, status);
  if (ok(status)) TF_ShapeInferenceContextSetOutput(context, 0, shape.get(), status);
}

// As beta's.
void beta_gradient_shape(TF_ShapeInferenceContext* context, TF_Status* status) {
  const ShapeHandle shape = input_shape(context, 2, status);
  if (ok(status)) TF_ShapeInferenceContextSetOutput(context, 0, shape.get(), status);
}

auto* elementwise_shape(const OperatorInfo& info) {
  if (info.output_count() == 1) return info.input_count() == 2 ? elementwise_shape<2, 1> : elementwise_shape<3, 1>;
  return info.input_count() == 2 ? elementwise_shape<2, 2> : elementwise_shape<3, 2>;
}

void add(TF_OpDefinitionBuilder* builder, void (*put)(TF_OpDefinitionBuilder*, const char*), const char* name,
         const char* type) {
  put(builder, (std::string(name) + ": " + type).c_str());
}

// Not a list of those allowed: the notation has no names for float8.  The kernels check.
constexpr char kType[] = "type";

// Gives the definition to TensorFlow, and takes its end as the process's: only a name that is there already is refused.
void finish(TF_OpDefinitionBuilder* builder, const std::string& name) {
  const Status status = new_status();
  TF_RegisterOpDefinition(builder, status.get());
  require(status, name);
}

TF_OpDefinitionBuilder* begin(const std::string& name) {
  TF_OpDefinitionBuilder* const builder = TF_NewOpDefinitionBuilder(name.c_str());
  add(builder, TF_OpDefinitionBuilderAddAttr, "T", kType);
  return builder;
}

void register_function(const FunctionInfo& info) {
  const std::string name = operator_name(info.name);
  TF_OpDefinitionBuilder* const builder = begin(name);
  add(builder, TF_OpDefinitionBuilderAddInput, "x", "T");
  add(builder, TF_OpDefinitionBuilderAddOutput, "y", "T");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, unary_shape);
  finish(builder, name);
}

void register_operator(const OperatorInfo& info) {
  const std::string name = operator_name(info.name);
  TF_OpDefinitionBuilder* const builder = begin(name);
  for (std::size_t k = 0; k < info.input_count(); ++k)
    add(builder, TF_OpDefinitionBuilderAddInput, info.inputs[k], "T");
  // As inputs, because an attribute has no more than float32's digits.
  if (info.clamped)
    for (const char* parameter : {"alpha", "limit"}) add(builder, TF_OpDefinitionBuilderAddInput, parameter, "double");
  for (std::size_t m = 0; m < info.output_count(); ++m)
    add(builder, TF_OpDefinitionBuilderAddOutput, info.outputs[m], "T");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, elementwise_shape(info));
  finish(builder, name);
}

void register_beta_gradient() {
  const std::string name = operator_name(kBetaGradient);
  TF_OpDefinitionBuilder* const builder = begin(name);
  add(builder, TF_OpDefinitionBuilderAddAttr, "Tsum", "type = DT_DOUBLE");
  for (const char* input : {"dy", "x", "beta"}) add(builder, TF_OpDefinitionBuilderAddInput, input, "T");
  add(builder, TF_OpDefinitionBuilderAddOutput, "dbeta", "Tsum");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, beta_gradient_shape);
  finish(builder, name);
}

// As TensorFlow loads the library.
[[maybe_unused]] const bool kRegistered = [] {
  std::ranges::for_each(kFunctions, register_function);
  std::ranges::for_each(kOperators, register_operator);
  register_beta_gradient();
  register_kernels();
  return true;
}();

}  // namespace

void require(const Status& status, const std::string& name) {
  if (ok(status)) return;
  std::fprintf(stderr, "silu.tensorflow: %s: %s\n", name.c_str(), TF_Message(status.get()));
  std::abort();
}

}  // namespace silu::tensorflow
