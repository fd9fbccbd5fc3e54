# silu_framework(NAME [PYTHON...]): whether to build the adapter of a framework, in SILU_NAME, and what Python prints
# when it runs these lines, one item of SILU_NAME_SETTINGS for each line of output.  The cache entry SILU_NAME is
# AUTO (the default: where the Python that builds has the framework), ON (or fail) or OFF.
function(silu_framework name)
  string(TOUPPER ${name} upper)
  set(SILU_${upper} AUTO CACHE STRING "Build the adapter of ${name}: AUTO, ON or OFF")
  set_property(CACHE SILU_${upper} PROPERTY STRINGS AUTO ON OFF)
  set(build FALSE)
  if(SILU_${upper})
    list(JOIN ARGN "\n" script)
    execute_process(COMMAND ${Python_EXECUTABLE} -c "${script}"
      OUTPUT_VARIABLE settings ERROR_VARIABLE error RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(status EQUAL 0)
      set(build TRUE)
      string(REPLACE "\n" ";" settings "${settings}")
      set(SILU_${upper}_SETTINGS "${settings}" PARENT_SCOPE)
    elseif(SILU_${upper} STREQUAL AUTO)
      message(STATUS "Without the adapter of ${name}, which ${Python_EXECUTABLE} does not have")
    else()
      message(FATAL_ERROR "SILU_${upper} is ${SILU_${upper}}, but ${Python_EXECUTABLE} has no ${name}:\n${error}")
    endif()
  endif()
  set(SILU_${upper} ${build} PARENT_SCOPE)
endfunction()
