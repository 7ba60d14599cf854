#pragma once

#include <dlfcn.h>

#include <array>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>

/// Failures of the functions that the module calls. This executable has functions of its own in
/// place of those of libc, libcrypto and libpam, and every library in the process finds them first.
/// Between Arm() and Disarm() they count the calls of the module, and the calls made inside of
/// those, and let one of them fail. The process must have a single thread.
namespace pamjwt::fault {

enum class Mode {
  kOnce,        ///< only one call fails
  kFromThenOn,  ///< later calls of the same function fail too, as when memory runs out
};

/// The failure to make. A call that can fail in N ways counts as N points.
struct Plan {
  std::size_t point = 0;  ///< from 1 on; 0 means no failure
  Mode mode = Mode::kOnce;
};

/// The name of the call that failed, for example "read (EIO)" or "malloc (ENOMEM) in getpwnam_r".
using Note = std::array<char, 96>;

void Begin(Plan plan, Note& note);
void Arm();
void Disarm();

/// Returns the number of points that were passed so far.
std::size_t Points();
/// Returns the name of a call that allocated a block since Begin() which is not freed, or "" if all
/// blocks are freed. A block that a library lost in the call in which its memory failed does not
/// count.
std::string Leaked();

/// A call of a function that is in progress.
class Call {
 public:
  /// Begins a call that fails in one way for each of `errors`, which are values of errno.
  Call(const char* name, const void* caller, std::span<const int> errors);
  /// Begins a call that fails in `ways` ways without setting errno.
  Call(const char* name, const void* caller, std::size_t ways);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  [[nodiscard]] bool fails() const { return fails_; }
  [[nodiscard]] std::size_t way() const { return way_; }  ///< in which way it fails, from 0

 private:
  void Count(const char* name, const void* caller, std::size_t ways, const int* errors);

  const char* outer_;
  bool fails_ = false;
  std::size_t way_ = 0;
};

/// Records memory, but not what the test allocates with operator new.
void Allocated(void* memory, const char* name, const void* caller);
void Freed(void* memory);

/// Calls `next`, or sets errno to one of the errors and returns `failure`.
template <typename R, typename Next, typename... Arguments>
R Pass(const char* name, const void* caller, R failure, std::initializer_list<int> errors,
       Next next, Arguments... arguments) {
  const Call call(name, caller, std::span<const int>(errors.begin(), errors.size()));
  return call.fails() ? failure : next(arguments...);
}

/// Calls `next`, or returns one of the failures.
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
/// The function of this name in the library.
#define PAMJWT_NEXT(name)                                                                 \
  ([] {                                                                                   \
    static auto* const next = reinterpret_cast<decltype(&name)>(dlsym(RTLD_NEXT, #name)); \
    return next;                                                                          \
  }())
