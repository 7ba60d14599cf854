#include "io/fetcher_client.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/json/members.h"
#include "io/fetcher_interface.h"
#include "io/varlink_client.h"

namespace pamjwt {
namespace {

constexpr const char* kNoConfigAdvice =
    "the daemon has no configuration that it can use: jwtctl status says why";

/// Explains an error of Redeem, and says what to do.
std::string Advice(std::string_view error) {
  if (error == kStoreUnavailableError) {
    return "the daemon cannot use its store: its log and jwtctl status say why";
  }
  if (error == kUnknownIssuerError || error == kNotOneTimeError) {
    return "the daemon reads another configuration: jwtctl status says why";
  }
  if (error == kNoConfigurationError) return kNoConfigAdvice;
  if (error == kTooManyCallsError) return "more than 10 calls of this user in a second";
  return "an unknown answer to Redeem: " + QuoteJson(error);
}

/// Checks whether the socket is there, but this user may not connect to it.
bool IsClosedToUs(const std::string& socket) {
  return faccessat(AT_FDCWD, socket.c_str(), W_OK, AT_EACCESS) != 0 && errno == EACCES;
}

/// Reads the time that the error Cooldown has. A cooldown lasts an hour at most.
std::optional<Seconds> CooldownIn(const Json& parameters) {
  constexpr std::int64_t kHour = 3600;
  const std::optional<std::int64_t> seconds = IntegerMember(parameters, "cooldown");
  if (!seconds.has_value() || *seconds < 1 || *seconds > kHour) return std::nullopt;
  return Seconds{*seconds};
}

VarlinkRequest RefreshRequest(const std::string& socket, JsonObject parameters) {
  VarlinkRequest request;
  request.socket = socket;
  request.call.method = kRefreshMethod;
  request.call.parameters = Json(std::move(parameters));
  request.reason = Reason::kKeysMissing;
  return request;
}

Result<RefreshResult> Refresh(const std::string& socket, JsonObject parameters, int timeout_ms) {
  VarlinkRequest request = RefreshRequest(socket, std::move(parameters));
  request.timeout_ms = timeout_ms;
  Result<VarlinkReply> reply = CallVarlink(request);
  if (!reply.ok()) return std::move(reply).error();

  if (reply.value().error == kCooldownError) {
    return RefreshResult{RefreshAnswer::kCooldown, CooldownIn(reply.value().parameters)};
  }
  if (reply.value().error == kUnknownIssuerError) {
    return RefreshResult{RefreshAnswer::kUnknownIssuer};
  }
  if (reply.value().error == kNoConfigurationError) {
    return Error{Reason::kKeysMissing, socket + ": " + kNoConfigAdvice};
  }
  const Json* const changed = reply.value().parameters.Find("changed");
  if (!reply.value().error.empty() || changed == nullptr || changed->AsBool() == nullptr) {
    return Error{Reason::kKeysMissing,
                 socket + ": an unknown answer to Refresh: " + QuoteJson(reply.value().error)};
  }
  return RefreshResult{*changed->AsBool() ? RefreshAnswer::kChanged : RefreshAnswer::kUnchanged};
}

}  // namespace

Result<RefreshResult> RefreshKeys(const std::string& socket, const std::string& issuer_url,
                                  int timeout_ms) {
  return Refresh(socket, {{"issuer", Json(issuer_url)}}, timeout_ms);
}

Status SendRefresh(const std::string& socket, const std::string& issuer_url) {
  VarlinkRequest request = RefreshRequest(socket, {{"issuer", Json(issuer_url)}});
  request.call.oneway = true;
  const Result<VarlinkReply> reply = CallVarlink(request);
  return reply.ok() ? Ok() : Status(reply.error());
}

Result<RefreshResult> ForceRefresh(const std::string& socket, const std::string& issuer_url,
                                   int timeout_ms) {
  return Refresh(socket, {{"issuer", Json(issuer_url)}, {"force", Json(true)}}, timeout_ms);
}

Result<bool> RedeemToken(const std::string& socket, const OneTimeToken& token, int timeout_ms) {
  VarlinkRequest request;
  request.socket = socket;
  request.call.method = kRedeemMethod;
  request.call.parameters = Json(JsonObject{{"issuer", Json(token.issuer_url)},
                                            {"jti", Json(token.jti)},
                                            {"expires", Json(token.expires.seconds)}});
  request.timeout_ms = timeout_ms;
  request.reason = Reason::kRedeemUnavailable;
  Result<VarlinkReply> reply = CallVarlink(request);
  if (!reply.ok()) {
    Error error = std::move(reply).error();
    if (IsClosedToUs(socket)) error.detail += ": put this user into the group jwt-redeem";
    return error;
  }
  const Json* const first = reply.value().parameters.Find("first");
  if (!reply.value().error.empty() || first == nullptr || first->AsBool() == nullptr) {
    return Error{Reason::kRedeemUnavailable, socket + ": " + Advice(reply.value().error)};
  }
  return *first->AsBool();
}

}  // namespace pamjwt
