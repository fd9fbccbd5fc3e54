# SPDX-License-Identifier: Apache-2.0
# 64-bit Arm: NEON.
set(triplet aarch64-linux-gnu)
set(multiarch ${triplet})
set(architecture arm64)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -cpu max -L /usr/${triplet})
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
