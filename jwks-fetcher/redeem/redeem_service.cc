#include "jwks-fetcher/redeem/redeem_service.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "core/claims/policy.h"
#include "core/json/json.h"
#include "io/fetcher_interface.h"
#include "jwks-fetcher/varlink/reply.h"

namespace pamjwt::fetcher {
namespace {

/// Returns the parameter, or nullptr if it is missing or not a string.
const std::string* TextOf(const Json& parameters, std::string_view name) {
  const Json* const value = parameters.Find(name);
  return value == nullptr ? nullptr : value->AsString();
}

/// Returns the name of the first parameter that is unknown, missing or not valid, or "".
std::string FirstInvalid(const Json& parameters) {
  const std::optional<std::string> unknown =
      UnknownParameter(parameters, {"issuer", "jti", "expires"});
  if (unknown.has_value()) return *unknown;
  if (TextOf(parameters, "issuer") == nullptr) return "issuer";
  const std::string* const jti = TextOf(parameters, "jti");
  if (jti == nullptr || jti->empty() || jti->size() > kMaxJtiBytes) return "jti";
  const Json* const expires = parameters.Find("expires");
  const bool is_time = expires != nullptr && expires->AsInt() != nullptr && *expires->AsInt() >= 0;
  return is_time ? "" : "expires";
}

VarlinkReply RedeemReply(RedeemEnd end) {
  switch (end) {
    case RedeemEnd::kFirst:
      return SuccessReply({{"first", Json(true)}});
    case RedeemEnd::kUsed:
      return SuccessReply({{"first", Json(false)}});
    case RedeemEnd::kUnknownIssuer:
      return ErrorReply(kUnknownIssuerError);
    case RedeemEnd::kNotOneTime:
      return ErrorReply(kNotOneTimeError);
    case RedeemEnd::kNoConfig:
      return ErrorReply(kNoConfigurationError);
    case RedeemEnd::kStoreUnavailable:
      break;
  }
  return ErrorReply(kStoreUnavailableError);
}

}  // namespace

void RedeemService::Handle(const VarlinkCall& call, uid_t /*caller*/, VarlinkAnswer answer) const {
  if (call.method != kRedeemMethod) return answer(UnknownMethodReply(call.method));
  const Json& parameters = call.parameters;
  const std::string invalid = FirstInvalid(parameters);
  if (!invalid.empty()) return answer(InvalidParameterReply(invalid));
  redeem_(*TextOf(parameters, "issuer"), *TextOf(parameters, "jti"),
          UnixTime{*parameters.Find("expires")->AsInt()},
          [answer = std::move(answer)](RedeemEnd end) { answer(RedeemReply(end)); });
}

}  // namespace pamjwt::fetcher
