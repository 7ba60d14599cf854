#include "io/fetcher_client.h"

#include <utility>

#include "io/fetcher_interface.h"
#include "io/varlink_client.h"

namespace pamjwt {

Result<RefreshAnswer> RefreshKeys(const std::string& socket, const std::string& issuer_url,
                                  int timeout_ms) {
  VarlinkRequest request;
  request.socket = socket;
  request.call.method = kRefreshMethod;
  request.call.parameters = Json(JsonObject{{"issuer", Json(issuer_url)}});
  request.timeout_ms = timeout_ms;
  request.reason = Reason::kKeysMissing;
  Result<VarlinkReply> reply = CallVarlink(request);
  if (!reply.ok()) return std::move(reply).error();

  if (reply.value().error == kCooldownError) return RefreshAnswer::kCooldown;
  if (reply.value().error == kUnknownIssuerError) return RefreshAnswer::kUnknownIssuer;
  const Json* const changed = reply.value().parameters.Find("changed");
  if (!reply.value().error.empty() || changed == nullptr || changed->AsBool() == nullptr) {
    return Error{Reason::kKeysMissing,
                 socket + ": no such answer to Refresh: " + QuoteJson(reply.value().error)};
  }
  return *changed->AsBool() ? RefreshAnswer::kChanged : RefreshAnswer::kUnchanged;
}

}  // namespace pamjwt
