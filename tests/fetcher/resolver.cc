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
int hanging = 0;   // lookups that hang now
int releases = 0;  // calls of ReleaseHangingLookups()

void WaitForRelease() {
  std::unique_lock lock(mutex);
  ++hanging;
  condition.notify_all();
  condition.wait(lock, [before = releases] { return releases != before; });
  --hanging;
}

}  // namespace

void ReleaseHangingLookups() {
  const std::lock_guard lock(mutex);
  ++releases;
  condition.notify_all();
}

void AwaitHangingLookup() {
  std::unique_lock lock(mutex);
  condition.wait(lock, [] { return hanging > 0; });
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
