#include "fetcher/resolver.h"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <mutex>
#include <string_view>

namespace pamjwt::test {
namespace {

std::mutex mutex;
std::condition_variable condition;
bool is_released = false;

void WaitForRelease() {
  std::unique_lock lock(mutex);
  condition.wait(lock, [] { return is_released; });
}

}  // namespace

void ReleaseHangingLookups() {
  const std::lock_guard lock(mutex);
  is_released = true;
  condition.notify_all();
}

}  // namespace pamjwt::test

extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* name,
                                                                  const char* service,
                                                                  const addrinfo* hints,
                                                                  addrinfo** result) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto kReal = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  const std::string_view wanted = name == nullptr ? "" : name;
  if (wanted == "hang.test") pamjwt::test::WaitForRelease();
  if (wanted.ends_with(".test") || wanted == "localhost") name = "127.0.0.1";
  addrinfo numeric = hints == nullptr ? addrinfo{} : *hints;
  numeric.ai_flags |= AI_NUMERICHOST;
  return kReal(name, service, &numeric, result);
}
