#include "core/base/error.h"

namespace pamjwt {

std::string_view Id(Reason reason) {
  switch (reason) {
    case Reason::kAccepted:
      return "token.accepted";
    case Reason::kNoToken:
      return "token.none";
    case Reason::kMalformed:
      return "token.malformed";
    case Reason::kTooLong:
      return "token.too_long";
    case Reason::kCut:
      return "token.cut";
    case Reason::kUnsupported:
      return "token.unsupported";
    case Reason::kType:
      return "token.type";
    case Reason::kAlgorithm:
      return "alg.refused";
    case Reason::kIssuerUnknown:
      return "issuer.unknown";
    case Reason::kIssuerService:
      return "issuer.service";
    case Reason::kKeyUnknown:
      return "key.unknown";
    case Reason::kKeyAmbiguous:
      return "key.ambiguous";
    case Reason::kSignature:
      return "signature.invalid";
    case Reason::kClaimWrongType:
      return "claim.wrong_type";
    case Reason::kClaimMissing:
      return "claim.missing";
    case Reason::kAudience:
      return "audience.mismatch";
    case Reason::kBound:
      return "token.bound";
    case Reason::kExpired:
      return "token.expired";
    case Reason::kNotYetValid:
      return "token.not_yet_valid";
    case Reason::kTooOld:
      return "token.too_old";
    case Reason::kLoginTooOld:
      return "token.login_too_old";
    case Reason::kCondition:
      return "claim.condition";
    case Reason::kOverage:
      return "claim.overage";
    case Reason::kAccountNotAllowed:
      return "account.not_allowed";
    case Reason::kAccountUnknown:
      return "account.unknown";
    case Reason::kRedeemUnavailable:
      return "redeem.unavailable";
    case Reason::kKeysMissing:
      return "keys.missing";
    case Reason::kSecretUnusable:
      return "secret.unusable";
    case Reason::kMapUnusable:
      return "map.unusable";
    case Reason::kConfigInvalid:
      return "config.invalid";
    case Reason::kConversation:
      return "conversation.failed";
    case Reason::kInternal:
      return "internal";
  }
  return "internal";
}

bool IsFault(Reason reason) {
  switch (reason) {
    case Reason::kRedeemUnavailable:
    case Reason::kKeysMissing:
    case Reason::kSecretUnusable:
    case Reason::kMapUnusable:
    case Reason::kConfigInvalid:
    case Reason::kConversation:
    case Reason::kInternal:
      return true;
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
    case Reason::kClaimMissing:
    case Reason::kAudience:
    case Reason::kBound:
    case Reason::kExpired:
    case Reason::kNotYetValid:
    case Reason::kTooOld:
    case Reason::kLoginTooOld:
    case Reason::kCondition:
    case Reason::kOverage:
    case Reason::kAccountNotAllowed:
    case Reason::kAccountUnknown:
      return false;
  }
  return true;
}

}  // namespace pamjwt
