# SPDX-License-Identifier: Apache-2.0
# The WebAssembly System Interface, which CMake 3.25 does not know.
set(CMAKE_EXECUTABLE_SUFFIX .wasm)
