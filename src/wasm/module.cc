// SPDX-License-Identifier: Apache-2.0
// Nothing of its own: the module is the C interface of silu.h, which the linker exports (CMakeLists.txt).
