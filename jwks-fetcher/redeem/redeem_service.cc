#include "jwks-fetcher/redeem/redeem_service.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "core/json/json.h"
#include "io/fetcher_interface.h"
#include "jwks-fetcher/varlink/reply.h"

namespace pamjwt::fetcher {
namespace {

constexpr std::size_t kMaxJtiBytes = 512;  // as the module has it

/// nullptr if there is none, or it is no string.
const std::string* TextOf(const Json& parameters, std::string_view name) {
  const Json* const value = parameters.Find(name);
  return value == nullptr ? nullptr : value->AsString();
}

/// The first parameter that is not as it must be; "" if there is none.
std::string FirstInvalid(const Json& parameters) {
  const std::optional<std::string> stray = StrayParameter(parameters, {"issuer", "jti", "expires"});
  if (stray.has_value()) return *stray;
  if (TextOf(parameters, "issuer") == nullptr) return "issuer";
  const std::string* const jti = TextOf(parameters, "jti");
  if (jti == nullptr || jti->empty() || jti->size() > kMaxJtiBytes) return "jti";
  const Json* const expires = parameters.Find("expires");
  const bool is_time = expires != nullptr && expires->AsInt() != nullptr && *expires->AsInt() >= 0;
  return is_time ? "" : "expires";
}

VarlinkReply ToReply(Redeemer::End end) {
  switch (end) {
    case Redeemer::End::kFirst:
      return Succeed({{"first", Json(true)}});
    case Redeemer::End::kUsed:
      return Succeed({{"first", Json(false)}});
    case Redeemer::End::kUnknownIssuer:
      return Fail(kUnknownIssuerError);
    case Redeemer::End::kNotOneTime:
      return Fail(kNotOneTimeError);
    case Redeemer::End::kStoreUnavailable:
      break;
  }
  return Fail(kStoreUnavailableError);
}

}  // namespace

void RedeemService::Handle(const VarlinkCall& call, VarlinkAnswer answer) const {
  if (call.method != kRedeemMethod) return answer(NotFound(call.method));
  const Json& parameters = call.parameters;
  const std::string invalid = FirstInvalid(parameters);
  if (!invalid.empty()) return answer(InvalidParameter(invalid));
  redeem_(*TextOf(parameters, "issuer"), *TextOf(parameters, "jti"),
          UnixTime{*parameters.Find("expires")->AsInt()},
          [answer = std::move(answer)](Redeemer::End end) { answer(ToReply(end)); });
}

}  // namespace pamjwt::fetcher
