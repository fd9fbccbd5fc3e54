// SPDX-License-Identifier: Apache-2.0
// The docstrings of the ufuncs.
#pragma once

#include <string>

#include "registry.h"

namespace silu::python {

std::string documentation(const FunctionInfo& function);
std::string documentation(const OperatorInfo& op);

}  // namespace silu::python
