#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace pamjwt::ctl {

/// The codes of Linux-PAM that are spoken of here, by its numbers.
enum PamReturn : int {
  kPamSuccess = 0,
  kPamServiceErr = 3,
  kPamSystemErr = 4,
  kPamBufErr = 5,
  kPamPermDenied = 6,
  kPamAuthErr = 7,
  kPamCredInsufficient = 8,
  kPamAuthinfoUnavail = 9,
  kPamUserUnknown = 10,
  kPamNewAuthtokReqd = 12,
  kPamCredErr = 17,
  kPamConvErr = 19,
  kPamIgnore = 25,
  kPamModuleUnknown = 28,
  kPamIncomplete = 31,
};
inline constexpr std::size_t kPamReturns = 32;

/// "auth_err": as a control names a code.
std::string_view NameOfPamReturn(int code);

/// What becomes of a stack when a module returns a code.
struct StackAction {
  enum class Kind { kIgnore, kOk, kDone, kBad, kDie, kReset, kJump };
  Kind kind = Kind::kBad;
  std::size_t jump = 0;  ///< how many rules are passed over

  bool operator==(const StackAction&) const = default;
};

/// An action for each code.
using StackActions = std::array<StackAction, kPamReturns>;

/// What a control means: required, requisite, sufficient, optional or value=action ..., without
/// the brackets around that. As libpam reads it, which makes `bad` of what is not given, and of all
/// if it cannot be read. This is the only reader of controls.
StackActions ParseControl(std::string_view control);

/// The most rules that any of the actions jumps over.
std::size_t LongestJump(const StackActions& actions);

}  // namespace pamjwt::ctl
