# Runs a program and compares what it prints with a file.
execute_process(COMMAND ${program} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
file(READ ${expected} wanted)
if(NOT output STREQUAL wanted)
  message(FATAL_ERROR "${program} printed\n${output}\ninstead of\n${wanted}")
endif()
