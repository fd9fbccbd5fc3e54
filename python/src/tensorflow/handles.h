// SPDX-License-Identifier: Apache-2.0
// What TensorFlow's C interface hands out, deleted where it goes out of scope.
#pragma once

#include <memory>
#include <string>

#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

namespace silu::tensorflow {

template <auto function>
struct Deleter {
  template <class T>
  void operator()(T* handle) const {
    function(handle);
  }
};

using Status = std::unique_ptr<TF_Status, Deleter<TF_DeleteStatus>>;
using Tensor = std::unique_ptr<TF_Tensor, Deleter<TF_DeleteTensor>>;
using ShapeHandle = std::unique_ptr<TF_ShapeHandle, Deleter<TF_DeleteShapeHandle>>;
using DimensionHandle = std::unique_ptr<TF_DimensionHandle, Deleter<TF_DeleteDimensionHandle>>;

inline Status new_status() { return Status(TF_NewStatus()); }
inline bool ok(const TF_Status* status) { return TF_GetCode(status) == TF_OK; }
inline bool ok(const Status& status) { return ok(status.get()); }

// An operator's name in TensorFlow: silu_backward is Silu>SiluBackward.
inline std::string operator_name(const char* name) {
  std::string result = "Silu>";
  bool upper = true;
  for (; *name != '\0'; ++name) {
    if (*name == '_') {
      upper = true;
    } else {
      result += upper ? static_cast<char>(*name - 'a' + 'A') : *name;
      upper = false;
    }
  }
  return result;
}

}  // namespace silu::tensorflow
