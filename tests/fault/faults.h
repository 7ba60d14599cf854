#pragma once

#include <dlfcn.h>

#include <array>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>

/// Failures of what the module calls. This executable has functions of libc, libcrypto and libpam
/// of its own, which every library in the process finds first. Between Arm() and Disarm() they
/// count the calls of the module, and those that are made in the course of one, and let one of them
/// fail. For a process with a single thread.
namespace pamjwt::fault {

enum class Mode {
  kOnce,        ///< the call alone
  kFromThenOn,  ///< and every later call of the same function: no memory, no descriptors left
};

/// Which failure there is to be. A call that can fail in several ways is as many points.
struct Plan {
  std::size_t point = 0;  ///< from 1 on; 0: none
  Mode mode = Mode::kOnce;
};

/// Where it is written what failed, when it does: "read (EIO)", or "malloc (ENOMEM) in getpwnam_r".
using Note = std::array<char, 96>;

void Begin(Plan plan, Note& note);
void Arm();
void Disarm();

/// The points that were passed so far.
std::size_t Points();
/// What was allocated since Begin(), and not freed: the call that the first of it was for. Empty:
/// nothing. What a library loses whose memory failed in the same call is its own affair.
std::string Leaked();

/// One call of a function, while it lasts.
class Call {
 public:
  /// It can fail in as many ways as there are errors, which are for errno.
  Call(const char* name, const void* caller, std::span<const int> errors);
  /// It can fail in so many ways, and errno has no part in it.
  Call(const char* name, const void* caller, std::size_t ways);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  [[nodiscard]] bool fails() const { return fails_; }
  [[nodiscard]] std::size_t way() const { return way_; }  ///< of the ways to fail

 private:
  void Count(const char* name, const void* caller, std::size_t ways, const int* errors);

  const char* outer_;
  bool fails_ = false;
  std::size_t way_ = 0;
};

/// Keeps account of memory. Of nothing that the test itself allocates by operator new.
void Allocated(void* memory, const char* name, const void* caller);
void Freed(void* memory);

/// Calls `next`, or gives `failure`, with one of the errors.
template <typename R, typename Next, typename... Arguments>
R Pass(const char* name, const void* caller, R failure, std::initializer_list<int> errors,
       Next next, Arguments... arguments) {
  const Call call(name, caller, std::span<const int>(errors.begin(), errors.size()));
  return call.fails() ? failure : next(arguments...);
}

/// The same where the value says what is wrong.
template <typename R, typename Next, typename... Arguments>
R PassValue(const char* name, const void* caller, std::initializer_list<R> failures, Next next,
            Arguments... arguments) {
  const Call call(name, caller, failures.size());
  if (!call.fails()) return next(arguments...);
  return *std::next(failures.begin(), static_cast<std::ptrdiff_t>(call.way()));
}

}  // namespace pamjwt::fault

#define PAMJWT_IN_PLACE_OF extern "C" __attribute__((visibility("default")))
#define PAMJWT_CALLER __builtin_return_address(0)
/// The function of this name that the library has.
#define PAMJWT_NEXT(name)                                                                 \
  ([] {                                                                                   \
    static auto* const next = reinterpret_cast<decltype(&name)>(dlsym(RTLD_NEXT, #name)); \
    return next;                                                                          \
  }())
