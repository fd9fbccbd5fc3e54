# cmake --install: headers, libraries, the tool, and what find_package(silu) and pkg-config read.
# Install components: core, parallel, tool.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(silu_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/silu)
set(silu_include ${PROJECT_SOURCE_DIR}/include/silu)
set(silu_core_headers ${silu_include}/silu.h ${silu_include}/sum.h ${silu_include}/quantized.h ${silu_include}/silu.hpp
    ${silu_include}/sum.hpp ${silu_include}/quantized.hpp
    ${silu_include}/types.hpp ${silu_include}/unary.hpp ${silu_include}/nary.hpp)
set(silu_parallel_headers ${silu_include}/parallel.h ${silu_include}/parallel.hpp)

# What a static library leaves to its user: the C++ standard library, where the linking compiler is a C one ...
set(silu_runtime ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES})
list(REMOVE_ITEM silu_runtime ${CMAKE_C_IMPLICIT_LINK_LIBRARIES})
# ... and what it is built on.
get_target_property(silu_type silu TYPE)
set(silu_needs_hwy OFF)
set(silu_needs_tbb OFF)
if(silu_type STREQUAL STATIC_LIBRARY)
  set(silu_needs_hwy ${SILU_HIGHWAY})
  set(silu_needs_tbb ON)
endif()

# For one library: its files, its exported target silu::<component>, and <pkgconfig>.pc.
function(silu_install_library target component pkgconfig)
  cmake_parse_arguments(arg "" "DESCRIPTION;LIBRARY" "HEADERS;REQUIRES;LINKED_STATICALLY" ${ARGN})
  install(FILES ${arg_HEADERS} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/silu COMPONENT ${component})
  install(TARGETS ${target} EXPORT silu-${component}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT ${component}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component})
  install(EXPORT silu-${component} NAMESPACE silu:: FILE silu-${component}-targets.cmake
    DESTINATION ${silu_package_dir} COMPONENT ${component})

  set(pc_description ${arg_DESCRIPTION})
  set(pc_requires ${arg_REQUIRES})
  set(pc_libs -l${arg_LIBRARY})
  if(silu_type STREQUAL STATIC_LIBRARY)
    foreach(library ${silu_runtime})
      list(APPEND pc_libs -l${library})
    endforeach()
    list(APPEND pc_requires ${arg_LINKED_STATICALLY})
  endif()
  list(JOIN pc_requires ", " pc_requires)
  list(JOIN pc_libs " " pc_libs)
  # Relative to the .pc file where they lie below the prefix, so that an installed tree can be moved.
  file(RELATIVE_PATH to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
  set(pc_prefix "\${pcfiledir}/${to_prefix}")
  foreach(dir LIBDIR INCLUDEDIR)
    if(IS_ABSOLUTE ${CMAKE_INSTALL_${dir}})
      set(pc_${dir} ${CMAKE_INSTALL_${dir}})
      set(pc_prefix ${CMAKE_INSTALL_PREFIX})
    else()
      set(pc_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
    endif()
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/silu.pc.in ${PROJECT_BINARY_DIR}/cmake/${pkgconfig}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/cmake/${pkgconfig}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT ${component})
endfunction()

set(silu_hwy_module)
if(silu_needs_hwy)
  set(silu_hwy_module libhwy)
endif()
set_target_properties(silu PROPERTIES EXPORT_NAME silu)
silu_install_library(silu core silu
  DESCRIPTION ${PROJECT_DESCRIPTION} LIBRARY silu HEADERS ${silu_core_headers} LINKED_STATICALLY ${silu_hwy_module})
if(TARGET silu_parallel)
  silu_install_library(silu_parallel parallel silu-parallel
    DESCRIPTION "${PROJECT_DESCRIPTION}, on several threads" LIBRARY silu-parallel
    HEADERS ${silu_parallel_headers} REQUIRES "silu = ${PROJECT_VERSION}" LINKED_STATICALLY tbb)
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/silu-config.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/silu-config.cmake INSTALL_DESTINATION ${silu_package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/silu-config-version.cmake
  COMPATIBILITY ${silu_compatibility})
install(FILES ${PROJECT_BINARY_DIR}/cmake/silu-config.cmake ${PROJECT_BINARY_DIR}/cmake/silu-config-version.cmake
  DESTINATION ${silu_package_dir} COMPONENT core)
