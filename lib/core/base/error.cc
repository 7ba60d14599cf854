#include "core/base/error.h"

#include <array>
#include <cstddef>

namespace pamjwt {
namespace {

enum class ReasonClass : std::uint8_t { kVerdict, kFault };

struct Entry {
  Reason reason;
  std::string_view id;
  ReasonClass reason_class;
};

constexpr std::array kEntries = {
    Entry{Reason::kAccepted, "token.accepted", ReasonClass::kVerdict},
    Entry{Reason::kNoToken, "token.none", ReasonClass::kVerdict},
    Entry{Reason::kMalformed, "token.malformed", ReasonClass::kVerdict},
    Entry{Reason::kTooLong, "token.too_long", ReasonClass::kVerdict},
    Entry{Reason::kCut, "token.cut", ReasonClass::kVerdict},
    Entry{Reason::kUnsupported, "token.unsupported", ReasonClass::kVerdict},
    Entry{Reason::kType, "token.type", ReasonClass::kVerdict},
    Entry{Reason::kAlgorithm, "alg.refused", ReasonClass::kVerdict},
    Entry{Reason::kIssuerUnknown, "issuer.unknown", ReasonClass::kVerdict},
    Entry{Reason::kIssuerService, "issuer.service", ReasonClass::kVerdict},
    Entry{Reason::kKeyUnknown, "key.unknown", ReasonClass::kVerdict},
    Entry{Reason::kKeyAmbiguous, "key.ambiguous", ReasonClass::kVerdict},
    Entry{Reason::kSignature, "signature.invalid", ReasonClass::kVerdict},
    Entry{Reason::kClaimWrongType, "claim.wrong_type", ReasonClass::kVerdict},
    Entry{Reason::kClaimMissing, "claim.missing", ReasonClass::kVerdict},
    Entry{Reason::kAudience, "audience.mismatch", ReasonClass::kVerdict},
    Entry{Reason::kBound, "claim.bound", ReasonClass::kVerdict},
    Entry{Reason::kExpired, "token.expired", ReasonClass::kVerdict},
    Entry{Reason::kNotYetValid, "token.not_yet_valid", ReasonClass::kVerdict},
    Entry{Reason::kTooOld, "token.too_old", ReasonClass::kVerdict},
    Entry{Reason::kLoginTooOld, "token.login_too_old", ReasonClass::kVerdict},
    Entry{Reason::kCondition, "claim.condition", ReasonClass::kVerdict},
    Entry{Reason::kOverage, "claim.overage", ReasonClass::kVerdict},
    Entry{Reason::kDelegated, "claim.delegated", ReasonClass::kVerdict},
    Entry{Reason::kTokenDenied, "token.denied", ReasonClass::kVerdict},
    Entry{Reason::kRedeemed, "redeem.used", ReasonClass::kVerdict},
    Entry{Reason::kCertificateMalformed, "certificate.malformed", ReasonClass::kVerdict},
    Entry{Reason::kCertificateRefused, "certificate.refused", ReasonClass::kVerdict},
    Entry{Reason::kCertificateUnbound, "certificate.unbound", ReasonClass::kVerdict},
    Entry{Reason::kBindingMalformed, "binding.malformed", ReasonClass::kVerdict},
    Entry{Reason::kBindingKey, "binding.key", ReasonClass::kVerdict},
    Entry{Reason::kBindingOther, "binding.other", ReasonClass::kVerdict},
    Entry{Reason::kBindingTooOld, "binding.too_old", ReasonClass::kVerdict},
    Entry{Reason::kAccountNotAllowed, "account.not_allowed", ReasonClass::kVerdict},
    Entry{Reason::kAccountUnknown, "account.unknown", ReasonClass::kVerdict},
    Entry{Reason::kAccountDenied, "account.denied", ReasonClass::kVerdict},
    Entry{Reason::kDenylistDamaged, "denylist.damaged", ReasonClass::kFault},
    Entry{Reason::kDenylistStale, "denylist.stale", ReasonClass::kFault},
    Entry{Reason::kRedeemUnavailable, "redeem.unavailable", ReasonClass::kFault},
    Entry{Reason::kKeysMissing, "keys.missing", ReasonClass::kFault},
    Entry{Reason::kKeysStale, "keys.stale", ReasonClass::kFault},
    Entry{Reason::kSecretUnusable, "secret.unusable", ReasonClass::kFault},
    Entry{Reason::kMapUnusable, "map.unusable", ReasonClass::kFault},
    Entry{Reason::kConfigInvalid, "config.invalid", ReasonClass::kFault},
    Entry{Reason::kConversation, "conversation.failed", ReasonClass::kFault},
    Entry{Reason::kInternal, "internal", ReasonClass::kFault},
};

constexpr bool IsIndexedByReason() {
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    if (static_cast<std::size_t>(kEntries[i].reason) != i) return false;
  }
  return kEntries.size() == static_cast<std::size_t>(kLastReason) + 1;
}
static_assert(IsIndexedByReason(), "every reason has its line, in the order of the enum");

}  // namespace

std::string_view Id(Reason reason) {
  return kEntries[static_cast<std::size_t>(reason)].id;
}

bool IsFault(Reason reason) {
  return kEntries[static_cast<std::size_t>(reason)].reason_class == ReasonClass::kFault;
}

}  // namespace pamjwt
