# SPDX-License-Identifier: Apache-2.0
# 32-bit x86 with SSE2, run by the machine itself through the cross compiler's own loader.
set(triplet i686-linux-gnu)
set(multiarch i386-linux-gnu)
set(architecture i386)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(CMAKE_CROSSCOMPILING_EMULATOR /usr/${triplet}/lib/ld-linux.so.2 --library-path /usr/${triplet}/lib)
# The x87 unit computes in more precision than a double has, and rounds twice.
set(CMAKE_C_FLAGS_INIT "-msse2 -mfpmath=sse")
set(CMAKE_CXX_FLAGS_INIT "-msse2 -mfpmath=sse")
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
