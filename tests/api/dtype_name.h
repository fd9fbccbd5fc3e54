// SPDX-License-Identifier: Apache-2.0
// Names the instances of a typed test by dtype.
#ifndef SILU_TESTS_API_DTYPE_NAME_H
#define SILU_TESTS_API_DTYPE_NAME_H

#include <string>

#include "silu/silu.h"
#include "silu/types.hpp"

struct DtypeName {
  template <class T>
  static std::string GetName(int /*index*/) {
    return silu_dtype_name(silu::dtype_of<T>);
  }
};

#endif  // SILU_TESTS_API_DTYPE_NAME_H
