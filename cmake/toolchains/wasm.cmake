# SPDX-License-Identifier: Apache-2.0
# WebAssembly, by Debian's clang-14, lld-14, libc++-14-dev-wasm32, libclang-rt-14-dev-wasm32 and wasi-libc.
# Highway's vectors for it have no float64 (1.0.3), so the kernels are those in plain C++.
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_C_COMPILER clang-14)
set(CMAKE_CXX_COMPILER clang++-14)
set(CMAKE_AR llvm-ar-14)
set(CMAKE_RANLIB llvm-ranlib-14)
foreach(language C CXX)
  set(CMAKE_${language}_COMPILER_TARGET wasm32-wasi)
  set(CMAKE_${language}_FLAGS_INIT "-fno-exceptions")
endforeach()
set(SILU_HIGHWAY OFF CACHE BOOL "Highway's vectors for WebAssembly lack float64")
