#include "bench/sshd_process.h"

#include <cstdio>

#include "bench/scratch.h"

namespace pamjwt::bench {

std::string SshdProcess() {
  constexpr int kFirstMajor = 10;
  int major = kFirstMajor;
  (void)std::sscanf(Run("ssh -V 2>&1").c_str(), "OpenSSH_%d", &major);
  return std::string(major < kFirstMajor ? kSshd9 : kSshd10);
}

}  // namespace pamjwt::bench
