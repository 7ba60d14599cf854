#include <unistd.h>

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): names of libstdc++
namespace __gnu_cxx {

/// Takes the place of the function of libstdc++, which writes to standard error and aborts. sshd
/// would log the whole command line if this program did not exit with 0.
void __verbose_terminate_handler() {
  _exit(0);
}

}  // namespace __gnu_cxx
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
