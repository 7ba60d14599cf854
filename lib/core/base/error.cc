#include "core/base/error.h"

#include <array>
#include <cstddef>

namespace pamjwt {
namespace {

enum class Kind : std::uint8_t { kVerdict, kFault };

struct Entry {
  Reason reason;
  std::string_view id;
  Kind kind;
};

constexpr std::array kEntries = {
    Entry{Reason::kAccepted, "token.accepted", Kind::kVerdict},
    Entry{Reason::kNoToken, "token.none", Kind::kVerdict},
    Entry{Reason::kMalformed, "token.malformed", Kind::kVerdict},
    Entry{Reason::kTooLong, "token.too_long", Kind::kVerdict},
    Entry{Reason::kCut, "token.cut", Kind::kVerdict},
    Entry{Reason::kUnsupported, "token.unsupported", Kind::kVerdict},
    Entry{Reason::kType, "token.type", Kind::kVerdict},
    Entry{Reason::kAlgorithm, "alg.refused", Kind::kVerdict},
    Entry{Reason::kIssuerUnknown, "issuer.unknown", Kind::kVerdict},
    Entry{Reason::kIssuerService, "issuer.service", Kind::kVerdict},
    Entry{Reason::kKeyUnknown, "key.unknown", Kind::kVerdict},
    Entry{Reason::kKeyAmbiguous, "key.ambiguous", Kind::kVerdict},
    Entry{Reason::kSignature, "signature.invalid", Kind::kVerdict},
    Entry{Reason::kClaimWrongType, "claim.wrong_type", Kind::kVerdict},
    Entry{Reason::kClaimMissing, "claim.missing", Kind::kVerdict},
    Entry{Reason::kAudience, "audience.mismatch", Kind::kVerdict},
    Entry{Reason::kBound, "token.bound", Kind::kVerdict},
    Entry{Reason::kExpired, "token.expired", Kind::kVerdict},
    Entry{Reason::kNotYetValid, "token.not_yet_valid", Kind::kVerdict},
    Entry{Reason::kTooOld, "token.too_old", Kind::kVerdict},
    Entry{Reason::kLoginTooOld, "token.login_too_old", Kind::kVerdict},
    Entry{Reason::kCondition, "claim.condition", Kind::kVerdict},
    Entry{Reason::kOverage, "claim.overage", Kind::kVerdict},
    Entry{Reason::kTokenDenied, "token.denied", Kind::kVerdict},
    Entry{Reason::kRedeemed, "redeem.used", Kind::kVerdict},
    Entry{Reason::kAccountNotAllowed, "account.not_allowed", Kind::kVerdict},
    Entry{Reason::kAccountUnknown, "account.unknown", Kind::kVerdict},
    Entry{Reason::kAccountDenied, "account.denied", Kind::kVerdict},
    Entry{Reason::kDenylistDamaged, "denylist.damaged", Kind::kFault},
    Entry{Reason::kRedeemUnavailable, "redeem.unavailable", Kind::kFault},
    Entry{Reason::kKeysMissing, "keys.missing", Kind::kFault},
    Entry{Reason::kKeysStale, "keys.stale", Kind::kFault},
    Entry{Reason::kSecretUnusable, "secret.unusable", Kind::kFault},
    Entry{Reason::kMapUnusable, "map.unusable", Kind::kFault},
    Entry{Reason::kConfigInvalid, "config.invalid", Kind::kFault},
    Entry{Reason::kConversation, "conversation.failed", Kind::kFault},
    Entry{Reason::kInternal, "internal", Kind::kFault},
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
  return kEntries[static_cast<std::size_t>(reason)].kind == Kind::kFault;
}

}  // namespace pamjwt
