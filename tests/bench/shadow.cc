#include "bench/shadow.h"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace pamjwt::bench {
namespace {

// The hash is that of crypt() with the prefix "$y$" and count 0.
constexpr const char* kHash =
    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$y8e1eitiNDaQsFFW6d.9KbSTlk5zV3R3coZQtfcNAO5";

}  // namespace

Shadow::Shadow(const Scratch& scratch, const std::string& user) {
  if (getuid() != 0) {
    why_not_ = "needs root";
    return;
  }
  const std::string file = scratch.Write("shadow", user + ":" + kHash + ":19000:0:99999:7:::\n");
  const bool is_mounted = unshare(CLONE_NEWNS) == 0 &&
                          mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                          mount(file.c_str(), "/etc/shadow", nullptr, MS_BIND, nullptr) == 0;
  if (!is_mounted) {
    why_not_ = "mount: " + std::generic_category().message(errno);
  }
}

}  // namespace pamjwt::bench
