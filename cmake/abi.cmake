# What a built library promises to those linked with it.
#
# The C interface is stable within a version that semantic versioning calls compatible: the same major version, or
# below 1.0 the same minor one.  The SOVERSION says so to the loader, silu-config-version.cmake to find_package.
if(PROJECT_VERSION_MAJOR GREATER 0)
  set(silu_abi_version ${PROJECT_VERSION_MAJOR})
  set(silu_compatibility SameMajorVersion)
else()
  set(silu_abi_version ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  set(silu_compatibility SameMinorVersion)
endif()

foreach(library silu silu_parallel)
  if(TARGET ${library})
    set_target_properties(${library} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${silu_abi_version})
    # Hidden visibility leaves out what the standard library's templates export; the linker script does not.
    get_target_property(type ${library} TYPE)
    if(type STREQUAL SHARED_LIBRARY AND UNIX AND NOT APPLE)
      set(script ${CMAKE_CURRENT_LIST_DIR}/exports.map)
      target_link_options(${library} PRIVATE LINKER:--version-script=${script})
      set_property(TARGET ${library} APPEND PROPERTY LINK_DEPENDS ${script})
    endif()
  endif()
endforeach()

# What silu.hpp needs of a C++ compiler.
target_compile_features(silu INTERFACE cxx_std_20)
