# SPDX-License-Identifier: Apache-2.0
# What the toolchain files here share: Debian's cross compiler for ${triplet}, and the libraries that
# tests/cross/sysroot.sh unpacked of Debian's ${architecture}, which has them in lib/${multiarch}.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_CXX_COMPILER ${triplet}-g++)

set(sysroot ${CMAKE_CURRENT_LIST_DIR}/../../build/sysroot/${architecture})
cmake_path(NORMAL_PATH sysroot)
set(CMAKE_FIND_ROOT_PATH ${sysroot} /usr/${triplet})
set(CMAKE_LIBRARY_ARCHITECTURE ${multiarch})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${sysroot})
set(ENV{PKG_CONFIG_LIBDIR} ${sysroot}/usr/lib/${multiarch}/pkgconfig)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-rpath,${sysroot}/usr/lib/${multiarch} -Wl,-rpath-link,${sysroot}/usr/lib/${multiarch}")
foreach(language C CXX)
  set(CMAKE_${language}_STANDARD_INCLUDE_DIRECTORIES ${sysroot}/usr/include/${multiarch})
endforeach()
