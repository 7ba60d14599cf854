#include "core/login/pam_code.h"

namespace pamjwt {
namespace {

// These are the numbers of <security/_pam_types.h>, which this library does not include.
// pam_jwt/authenticate.cc asserts them.
constexpr PamCode kSuccess{0, "PAM_SUCCESS"};
constexpr PamCode kServiceErr{3, "PAM_SERVICE_ERR"};
constexpr PamCode kSystemErr{4, "PAM_SYSTEM_ERR"};
constexpr PamCode kPermDenied{6, "PAM_PERM_DENIED"};
constexpr PamCode kAuthErr{7, "PAM_AUTH_ERR"};
constexpr PamCode kCredInsufficient{8, "PAM_CRED_INSUFFICIENT"};
constexpr PamCode kAuthinfoUnavail{9, "PAM_AUTHINFO_UNAVAIL"};
constexpr PamCode kUserUnknown{10, "PAM_USER_UNKNOWN"};
constexpr PamCode kConvErr{19, "PAM_CONV_ERR"};

}  // namespace

PamCode ToPamCode(Reason reason) {
  switch (reason) {
    case Reason::kAccepted:
      return kSuccess;
    case Reason::kNoToken:
      return kCredInsufficient;
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
    case Reason::kDelegated:
    case Reason::kTokenDenied:
    case Reason::kRedeemed:
    case Reason::kCertificateMalformed:
    case Reason::kCertificateRefused:
    case Reason::kCertificateUnbound:
    case Reason::kBindingMalformed:
    case Reason::kBindingKey:
    case Reason::kBindingOther:
    case Reason::kBindingTooOld:
    case Reason::kAccountNotAllowed:
      return kAuthErr;
    case Reason::kAccountDenied:
      return kPermDenied;
    case Reason::kAccountUnknown:
      return kUserUnknown;
    case Reason::kDenylistDamaged:
    case Reason::kDenylistStale:
    case Reason::kRedeemUnavailable:
    case Reason::kKeysMissing:
    case Reason::kKeysStale:
    case Reason::kSecretUnusable:
    case Reason::kMapUnusable:
      return kAuthinfoUnavail;
    case Reason::kConfigInvalid:
      return kServiceErr;
    case Reason::kConversation:
      return kConvErr;
    case Reason::kInternal:
      return kSystemErr;
  }
  return kSystemErr;
}

PamCode ToPamCode(const Decision& decision) {
  const bool is_hidden = decision.signature_held && !decision.tell_user;
  if (is_hidden && decision.reason != Reason::kAccepted) return kAuthErr;
  return ToPamCode(decision.reason);
}

}  // namespace pamjwt
