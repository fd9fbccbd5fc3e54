# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a C++ source that holds the texts of certificates/*.json in FOLDER:
#   cmake -DFOLDER=certificates -DOUTPUT=embedded.cc -P embed_certificates.cmake
file(GLOB files ${FOLDER}/*.json)
list(LENGTH files count)
set(source "#include \"certificates.h\"\n\n#include <array>\n\nnamespace silu::tool {\nnamespace {\n\n")
string(APPEND source "constexpr std::array<std::string_view, ${count}> kTexts = {\n")
foreach(file IN LISTS files)
  file(READ ${file} text)
  string(APPEND source "R\"certificate(${text})certificate\",\n")
endforeach()
string(APPEND source "};\n\n}  // namespace\n\n")
string(APPEND source "std::span<const std::string_view> embedded_certificates() { return kTexts; }\n\n}  // namespace silu::tool\n")
file(WRITE ${OUTPUT} "${source}")
