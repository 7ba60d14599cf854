#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/account/rules.h"
#include "core/base/error.h"
#include "core/base/time.h"
#include "core/base/trace.h"
#include "core/config/config.h"
#include "core/denylist/denylist.h"
#include "core/login/host.h"
#include "core/login/session.h"

namespace pamjwt {

/// A shorter answer is no token, whatever is in it: the shortest that could be accepted has 151
/// bytes. The length alone decides, because sshd answers for users that it refused with junk of
/// the same length, and anything that looks into it would tell which users those are.
inline constexpr std::size_t kMinTokenBytes = 128;

struct LoginRequest {
  std::string_view token;    ///< as typed, in one piece
  std::string_view service;  ///< the PAM service
  std::string_view user;     ///< the account asked for
  UnixTime now;
};

/// How an attempt ended, and what may be said of it.
struct Decision {
  Reason reason = Reason::kInternal;
  std::string detail;  ///< for `explain`; for the log only if `signature_held` is false
  Origin rule{};       ///< the line of the configuration that decided

  std::optional<LocalAccount> account;  ///< if and only if the reason is kAccepted
  SessionFacts session;                 ///< empty unless it is

  std::optional<Algorithm> algorithm;  ///< from the header: believed by nobody
  std::string kid;                     ///< likewise
  const Issuer* issuer = nullptr;      ///< the configured issuer that it names, owned by the Config
  bool signature_held = false;         ///< only then the facts are filled in
  TokenFacts token;
  double seconds_past_expiry = 0;  ///< if the reason is kExpired
  bool tell_user = false;  ///< signature, issuer, audience hold and a rule gives this account
};

/// The whole decision. Everything that lets somebody in by a token, or explains why not, calls
/// this; nothing else decides. Pure but for what `host` is asked. `trace` (may be null) is told
/// each step.
Decision Decide(const Config& config, const LoginRequest& request, LoginHost& host,
                Trace* trace = nullptr);

}  // namespace pamjwt
