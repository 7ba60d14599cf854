#include "core/login/message.h"

#include <algorithm>
#include <cstdint>

#include "core/base/duration.h"

namespace pamjwt {
namespace {

/// Returns the whole seconds since the token's exp, which may be any number.
Seconds SinceExpiry(double seconds) {
  constexpr double kMost = 1e12;
  return {static_cast<std::int64_t>(std::clamp(seconds, 0.0, kMost))};
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): it names each reason
std::string UserMessage(const Decision& decision) {
  constexpr const char* kAny = "Token not accepted.";
  if (!decision.tell_user) return kAny;
  switch (decision.reason) {
    case Reason::kExpired:
      return "Your token expired " + SpanInWords(SinceExpiry(decision.seconds_past_expiry)) +
             " ago.";
    case Reason::kNotYetValid:
      return "Your token is not valid yet: compare the clocks.";
    case Reason::kTooOld:
      return "Your token is too old for this host: get a new one.";
    case Reason::kLoginTooOld:
      return "You logged in too long ago for this: log in to the issuer again.";
    case Reason::kCondition:
      return "Your token does not meet this host's conditions.";
    case Reason::kOverage:
      return "Your token lacks groups: the issuer left them out because there are too many.";
    case Reason::kBound:
      return "Your token counts only with its ssh key: log in with plain ssh.";
    case Reason::kClaimMissing:
      return "Your token lacks a claim that this host needs.";
    case Reason::kAccountUnknown:
      return "Your token is good, but the account does not exist on this host.";
    case Reason::kTokenDenied:
      return "Your token was withdrawn on this host.";
    case Reason::kAccountDenied:
      return "The account is denied on this host.";
    case Reason::kRedeemed:
      return "Your token was used before, and logs in only once: get a new one.";
    case Reason::kRedeemUnavailable:
      return "This host takes a token only once, and cannot record that now.";
    case Reason::kAccepted:
    case Reason::kNoToken:
    case Reason::kMalformed:
    case Reason::kTooLong:
    case Reason::kCut:
    case Reason::kUnsupported:
    case Reason::kType:
    case Reason::kAlgorithm:
    case Reason::kIssuerUnknown:
    case Reason::kIssuerService:
    case Reason::kKeyUnknown:
    case Reason::kKeyAmbiguous:
    case Reason::kSignature:
    case Reason::kClaimWrongType:
    case Reason::kAudience:
    case Reason::kCertificateMalformed:
    case Reason::kCertificateRefused:
    case Reason::kCertificateUnbound:
    case Reason::kDelegated:
    case Reason::kBindingMalformed:
    case Reason::kBindingKey:
    case Reason::kBindingOther:
    case Reason::kBindingTooOld:
    case Reason::kAccountNotAllowed:
    case Reason::kDenylistDamaged:
    case Reason::kDenylistStale:
    case Reason::kKeysMissing:
    case Reason::kKeysStale:
    case Reason::kSecretUnusable:
    case Reason::kMapUnusable:
    case Reason::kConfigInvalid:
    case Reason::kConversation:
    case Reason::kInternal:
      break;
  }
  return kAny;
}

}  // namespace pamjwt
