#pragma once

#include <cstddef>
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
#include "core/ssh/token_certificate.h"

namespace pamjwt {

/// The shortest answer that counts as a token, in bytes. Tokens of real issuers are longer, and a
/// shorter token is never accepted. The length alone decides: for users that it refused, sshd
/// answers with junk of the same length, so a module that looked into the answer would show which
/// users sshd refused.
inline constexpr std::size_t kMinTokenBytes = 128;

/// The question that a decision answers.
struct LoginRequest {
  std::string_view token;    ///< as typed, in one piece; not looked at if there is a certificate
  std::string_view service;  ///< the PAM service
  std::string_view user;     ///< the account that is asked for
  UnixTime now;
  /// The certificate that carries the token, or null. sshd proves, before or after the decision,
  /// that the user holds its key.
  const TokenCertificate* certificate = nullptr;
  Seconds grace{0};  ///< how long behind its end the token still counts, beside the leeway
};

/// The end of an attempt, and what may be said of it.
struct Decision {
  Reason reason = Reason::kInternal;
  std::string detail;  ///< for `explain`; for the log if `signature_held` is false, or for a fault
  Origin rule{};       ///< the line of the configuration that decided, if one did

  std::optional<LocalAccount> account;  ///< if and only if the reason is kAccepted. Its key_options
                                        ///< count for a certificate only.
  SessionFacts session;                 ///< empty unless the reason is kAccepted

  std::size_t token_bytes = 0;         ///< the length of the answer
  std::optional<Algorithm> algorithm;  ///< from the header, which may be forged
  std::string kid;                     ///< from the header, which may be forged
  const Issuer* issuer = nullptr;      ///< the issuer that the token names, owned by the Config
  bool signature_held = false;         ///< the signature was verified
  TokenFacts token;                    ///< empty unless the claims could be parsed
  /// The same of the token that binds the key in place of `token`, if there is one that holds.
  std::optional<TokenFacts> login;
  /// The beginning of what the token has in place of what was asked for. For kIssuerUnknown its
  /// `iss`, which may be forged; for kAudience its audiences, which are verified. Else empty.
  std::string mismatch;
  double seconds_past_expiry = 0;  ///< of a refused token with claims; else 0
  /// The user may be told the reason: signature, issuer and audience hold, and a rule gives this
  /// account.
  bool tell_user = false;
};

/// Decides whether a token lets a user in. All code that lets somebody in by a token, or explains
/// why not, calls this function, and nothing else decides. The steps are listed in decide.cc.
///
/// The decision has no effects but those of `host`. `trace`, which may be null, gets each step. The
/// result points into `config`.
Decision Decide(const Config& config, const LoginRequest& request, LoginHost& host,
                Trace* trace = nullptr);

}  // namespace pamjwt
