// SPDX-License-Identifier: Apache-2.0
// Loads the plugin named on the command line.
#include <dlfcn.h>

#include <cstdio>

int main(int count, char** arguments) {
  void* plugin = count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (plugin == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  const auto works = reinterpret_cast<int (*)()>(dlsym(plugin, "works"));
  return works != nullptr && works() != 0 ? 0 : 1;
}
