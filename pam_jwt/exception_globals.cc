#include <cstdint>

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): names of the C++ ABI
namespace __cxxabiv1 {

/// The exceptions that a thread has thrown and not yet dropped (Itanium C++ ABI, exception
/// handling, 2.2.2).
struct __cxa_eh_globals {
  void* caught_exceptions;
  unsigned int uncaught_exceptions;
};

namespace {

/// The exceptions of a thread, which are part of it from its beginning. Those of libstdc++ are
/// allocated when a thread throws for the first time. If it throws because there is no memory, the
/// loader would end the application.
__attribute__((tls_model("initial-exec"))) thread_local __cxa_eh_globals globals{};

}  // namespace

extern "C" __cxa_eh_globals* __cxa_get_globals() noexcept {
  return &globals;
}

extern "C" __cxa_eh_globals* __cxa_get_globals_fast() noexcept {
  return &globals;
}

}  // namespace __cxxabiv1
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
