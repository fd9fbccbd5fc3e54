# silu_extension(TARGET NAME): what every library of the package is built with.  The C interface stays inside, so that
# another copy of the library in the process cannot take its place.
function(silu_extension target name)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic)
  target_link_options(${target} PRIVATE LINKER:--exclude-libs,ALL)
endfunction()
