# SPDX-License-Identifier: Apache-2.0
# IBM Z: big-endian.
set(triplet s390x-linux-gnu)
set(multiarch ${triplet})
set(architecture s390x)
set(CMAKE_SYSTEM_PROCESSOR s390x)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-s390x -cpu max -L /usr/${triplet})
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
