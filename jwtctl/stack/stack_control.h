#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace pamjwt::ctl {

/// The codes of Linux-PAM that jwtctl names, with the numbers of Linux-PAM.
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
/// The number of codes of Linux-PAM.
inline constexpr std::size_t kPamReturns = 32;

/// Returns the name that a control has for a code, for example "auth_err". Returns "unknown" for a
/// number that is not a code.
std::string_view NameOfPamReturn(int code);

/// The action of libpam when a module returns a code.
struct StackAction {
  enum class Kind { kIgnore, kOk, kDone, kBad, kDie, kReset, kJump };
  Kind kind = Kind::kBad;
  std::size_t jump = 0;  ///< how many rules kJump passes over; 0 for the other kinds

  bool operator==(const StackAction&) const = default;
};

/// The action for each code.
using StackActions = std::array<StackAction, kPamReturns>;

/// Reads a control as libpam does: required, requisite, sufficient, optional, or value=action pairs
/// without the brackets around them. A code without an action gets `bad`. If the control cannot be
/// read, all codes get `bad`. This is the only reader of controls.
StackActions ParseControl(std::string_view control);

/// Returns the largest number of rules that one of the actions jumps over; 0 if no action jumps.
std::size_t LongestJump(const StackActions& actions);

}  // namespace pamjwt::ctl
