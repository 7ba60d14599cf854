#include "pam_jwt/audit_line.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/log_field.h"
#include "core/base/openssl_ptr.h"

namespace pamjwt {
namespace {

/// A jti can be long, and a secret of the issuer's: its hash finds it again.
std::string HashOfJti(const std::string& jti) {
  constexpr std::string_view kHex = "0123456789abcdef";
  if (jti.empty()) return "";
  const OpensslErrorScope errors;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, jti.data(), jti.size(), digest.data(), &size) != 1) {
    return "";
  }
  std::string out = "sha256:";
  for (std::size_t i = 0; i < size; ++i) {
    out += kHex[digest[i] >> 4U];
    out += kHex[digest[i] & 0xFU];
  }
  return out;
}

std::string_view Outcome(Reason reason) {
  if (reason == Reason::kAccepted) return "accepted";
  if (reason == Reason::kNoToken) return "no_token";
  return IsFault(reason) ? "no_verdict" : "refused";
}

std::string Begin(Reason reason, const AttemptContext& context) {
  return std::string(Outcome(reason)) + LogField("user", context.user) +
         LogField("reason", Id(reason));
}

std::string SecondsAgo(const Decision& decision) {
  constexpr double kMost = 1e15;
  if (decision.reason != Reason::kExpired) return "";
  return std::to_string(
      static_cast<std::int64_t>(std::clamp(decision.seconds_past_expiry, 0.0, kMost)));
}

/// Claims, whose values are logged by their own fields only.
std::string IdentityFields(const Decision& decision) {
  if (!decision.signature_held) return "";
  return LogField("issuer", decision.issuer->name) + LogField("iss", *decision.issuer->url) +
         LogField("sub", decision.subject);
}

/// Before the signature held, the detail holds nothing of the token; of a fault, it is ours.
bool MayLogDetail(const Decision& decision) {
  const bool is_refused =
      decision.reason != Reason::kAccepted && decision.reason != Reason::kNoToken;
  return is_refused && (!decision.signature_held || IsFault(decision.reason));
}

}  // namespace

std::string AuditLine(const Config& config, const Decision& decision,
                      const AttemptContext& context) {
  const std::string_view alg =
      decision.algorithm.has_value() ? Info(*decision.algorithm).name : std::string_view();
  return Begin(decision.reason, context) + LogField("ago_s", SecondsAgo(decision)) +
         IdentityFields(decision) + LogField("kid", decision.kid) + LogField("alg", alg) +
         LogField("jti", decision.signature_held ? HashOfJti(decision.jti) : "") +
         LogField("rhost", context.remote_host) + LogField("rule", config.Describe(decision.rule)) +
         LogField("detail", MayLogDetail(decision) ? decision.detail : "");
}

std::string AuditLine(const Error& error, const AttemptContext& context) {
  return Begin(error.reason, context) + LogField("rhost", context.remote_host) +
         LogField("detail", error.detail);
}

}  // namespace pamjwt
