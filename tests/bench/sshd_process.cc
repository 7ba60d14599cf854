#include "bench/sshd_process.h"

#include <cstdio>

#include "bench/scratch.h"

namespace pamjwt::bench {

std::string SshdProcess() {
  int major = 10;
  int minor = 0;
  (void)std::sscanf(Run("ssh -V 2>&1").c_str(), "OpenSSH_%d.%d", &major, &minor);
  if (major < 10) return std::string(kSshd9);
  return std::string(major == 10 && minor < 3 ? kSshd10 : kSshd103);
}

}  // namespace pamjwt::bench
