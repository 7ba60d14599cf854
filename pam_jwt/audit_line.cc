#include "pam_jwt/audit_line.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/openssl_ptr.h"

namespace pamjwt {
namespace {

constexpr std::size_t kMaxValueBytes = 256;
constexpr std::string_view kHex = "0123456789abcdef";

/// May stand in a value without quotes?
bool IsPlain(char c) {
  constexpr std::string_view kMarks = "._:/@+,-%~$#";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

void Escape(char c, std::string& out) {
  const auto octet = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (octet < 0x20 || octet >= 0x7F) {
    out += "\\x";
    out += kHex[octet >> 4U];
    out += kHex[octet & 0xFU];
  } else {
    out += c;
  }
}

std::string QuoteValue(std::string_view value) {
  const bool is_short = value.size() <= kMaxValueBytes;
  if (is_short && std::all_of(value.begin(), value.end(), IsPlain)) return std::string(value);
  std::string out = "\"";
  for (const char c : value.substr(0, kMaxValueBytes)) {
    Escape(c, out);
  }
  return out + (is_short ? "\"" : "...\"");
}

/// A jti can be long, and a secret of the issuer's: its hash finds it again.
std::string HashOfJti(const std::string& jti) {
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
  return std::string(Outcome(reason)) + AuditField("user", context.user) +
         AuditField("reason", Id(reason));
}

std::string SecondsAgo(const Decision& decision) {
  constexpr double kMost = 1e15;
  if (decision.reason != Reason::kExpired) return "";
  return std::to_string(
      static_cast<std::int64_t>(std::clamp(decision.seconds_past_expiry, 0.0, kMost)));
}

/// Claims, whose values are logged by their own fields only.
std::string VerifiedFields(const Decision& decision) {
  if (!decision.signature_held) return "";
  return AuditField("issuer", decision.issuer->name) + AuditField("iss", *decision.issuer->url) +
         AuditField("sub", decision.subject) + AuditField("jti", HashOfJti(decision.jti));
}

/// Before the signature held, the detail holds nothing of the token; of a fault, it is ours.
bool MayLogDetail(const Decision& decision) {
  const bool is_refused =
      decision.reason != Reason::kAccepted && decision.reason != Reason::kNoToken;
  return is_refused && (!decision.signature_held || IsFault(decision.reason));
}

}  // namespace

std::string AuditField(std::string_view key, std::string_view value) {
  if (value.empty()) return "";
  return " " + std::string(key) + "=" + QuoteValue(value);
}

std::string AuditLine(const Config& config, const Decision& decision,
                      const AttemptContext& context) {
  const std::string_view alg =
      decision.algorithm.has_value() ? Info(*decision.algorithm).name : std::string_view();
  return Begin(decision.reason, context) + AuditField("ago_s", SecondsAgo(decision)) +
         VerifiedFields(decision) + AuditField("kid", decision.kid) + AuditField("alg", alg) +
         AuditField("rhost", context.remote_host) +
         AuditField("rule", config.Describe(decision.rule)) +
         AuditField("detail", MayLogDetail(decision) ? decision.detail : "");
}

std::string AuditLine(const Error& error, const AttemptContext& context) {
  return Begin(error.reason, context) + AuditField("rhost", context.remote_host) +
         AuditField("detail", error.detail);
}

}  // namespace pamjwt
