#include "module/name_service.h"

#include <dlfcn.h>
#include <pwd.h>

#include <cstddef>

#include "module/login_attempt.h"

namespace pamjwt::test {

const std::string& OtherSpelling() {
  static const std::string name = "Another-Spelling";
  return name;
}

}  // namespace pamjwt::test

// NOLINTNEXTLINE(readability-identifier-naming): the name of libc
extern "C" __attribute__((visibility("default"))) int getpwnam_r(const char* name, passwd* entry,
                                                                 char* buffer, std::size_t size,
                                                                 passwd** found) {
  static auto* const next = reinterpret_cast<decltype(&getpwnam_r)>(dlsym(RTLD_NEXT, "getpwnam_r"));
  const bool is_other = name == pamjwt::test::OtherSpelling();
  return next(is_other ? pamjwt::test::OwnAccount().c_str() : name, entry, buffer, size, found);
}
