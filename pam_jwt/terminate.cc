#include <cstdlib>

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): names of libstdc++
namespace __gnu_cxx {

/// Takes the place of the function of libstdc++, which writes the text of an exception to the
/// application's standard error, and brings a demangler of 50 KB into every login.
void __verbose_terminate_handler() {
  std::abort();
}

}  // namespace __gnu_cxx
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
