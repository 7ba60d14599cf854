#include "jwks-fetcher/fetch/fetch_service.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "core/json/json.h"
#include "io/fetcher_interface.h"
#include "jwks-fetcher/varlink/interface_text.h"
#include "jwks-fetcher/varlink/reply.h"

namespace pamjwt::fetcher {
namespace {

constexpr std::string_view kGetInfo = "org.varlink.service.GetInfo";
constexpr std::string_view kGetInterfaceDescription = "org.varlink.service.GetInterfaceDescription";

Json JsonNumber(std::int64_t number) {
  return Json(number);
}

Json JsonCount(std::uint64_t count) {
  return JsonNumber(static_cast<std::int64_t>(count));
}

/// Returns `reply()`, or an error if there are parameters.
ReplyText WithoutParameters(const Json& parameters, const std::function<ReplyText()>& reply) {
  const std::optional<std::string> unknown = UnknownParameter(parameters, {});
  return unknown.has_value() ? ReplyText(InvalidParameterReply(*unknown)) : reply();
}

/// Returns the only parameter of a method, a string, or the error to reply.
std::variant<std::string, VarlinkReply> OnlyParameter(const Json& parameters,
                                                      std::string_view name) {
  const std::optional<std::string> unknown = UnknownParameter(parameters, {name});
  if (unknown.has_value()) return InvalidParameterReply(*unknown);
  const Json* const value = parameters.Find(name);
  if (value == nullptr || value->AsString() == nullptr) return InvalidParameterReply(name);
  return *value->AsString();
}

/// The parameters of Refresh.
struct RefreshParameters {
  std::string issuer;
  bool force = false;  ///< whether the cooldown does not hold
};

/// Reads the parameters of Refresh, of which `force` may be left out. Returns the error to reply if
/// they are wrong.
std::variant<RefreshParameters, VarlinkReply> ReadRefresh(const Json& parameters) {
  const std::optional<std::string> unknown = UnknownParameter(parameters, {"issuer", "force"});
  if (unknown.has_value()) return InvalidParameterReply(*unknown);
  const Json* const issuer = parameters.Find("issuer");
  if (issuer == nullptr || issuer->AsString() == nullptr) return InvalidParameterReply("issuer");
  const Json* const force = parameters.Find("force");
  if (force == nullptr) return RefreshParameters{*issuer->AsString()};
  if (force->AsBool() == nullptr) return InvalidParameterReply("force");
  return RefreshParameters{*issuer->AsString(), *force->AsBool()};
}

VarlinkReply InfoReply() {
  return SuccessReply({{"vendor", JsonString("pam_jwt")},
                       {"product", JsonString("jwks-fetcher")},
                       {"version", JsonString(PAMJWT_VERSION)},
                       {"url", JsonString("")},
                       {"interfaces", Json(JsonArray{JsonString(kServiceInterface),
                                                     JsonString(kFetcherInterface)})}});
}

VarlinkReply DescriptionReply(const Json& parameters) {
  const auto interface = OnlyParameter(parameters, "interface");
  if (const auto* const refusal = std::get_if<VarlinkReply>(&interface)) return *refusal;
  const std::string& name = std::get<std::string>(interface);
  if (name == kFetcherInterface) {
    return SuccessReply({{"description", JsonString(kFetcherInterfaceText)}});
  }
  if (name == kServiceInterface) {
    return SuccessReply({{"description", JsonString(kServiceInterfaceText)}});
  }
  return ServiceErrorReply("InterfaceNotFound", "interface", name);
}

VarlinkReply CooldownReply(std::optional<Seconds> left) {
  VarlinkReply reply = ErrorReply(kCooldownError);
  reply.parameters = Json(JsonObject{{"cooldown", JsonNumber(left.value_or(Seconds{0}).count)}});
  return reply;
}

VarlinkReply RefreshReply(const RefreshOutcome& outcome) {
  switch (outcome.end) {
    case RefreshEnd::kChanged:
      return SuccessReply({{"changed", Json(true)}});
    case RefreshEnd::kUnchanged:
      return SuccessReply({{"changed", Json(false)}});
    case RefreshEnd::kCooldown:
      return CooldownReply(outcome.cooldown);
    case RefreshEnd::kUnknownIssuer:
      return ErrorReply(kUnknownIssuerError);
    case RefreshEnd::kNoConfig:
      return ErrorReply(kNoConfigurationError);
  }
  return ErrorReply(kUnknownIssuerError);
}

/// Returns the members of an issuer in the reply to Status. Leaves out what is not known.
JsonObject IssuerMembers(const IssuerStatus& issuer) {
  JsonObject members{{"name", JsonString(issuer.name)},
                     {"url", JsonString(issuer.url)},
                     {"keys", JsonCount(issuer.keys)},
                     {"skipped", JsonCount(issuer.skipped)}};
  if (!issuer.skipped_keys.empty()) {
    JsonArray skipped;
    for (const std::string& key : issuer.skipped_keys) skipped.push_back(JsonString(key));
    members.emplace_back("skipped_keys", Json(std::move(skipped)));
  }
  const auto add_time = [&](const char* name, const std::optional<UnixTime>& time) {
    if (time.has_value()) members.emplace_back(name, JsonNumber(time->seconds));
  };
  add_time("fetched", issuer.fetched);
  add_time("expires", issuer.expires);
  add_time("next", issuer.next);
  if (!issuer.error.empty()) members.emplace_back("error", JsonString(issuer.error));
  members.emplace_back("failures", JsonCount(issuer.failures));
  if (issuer.skew.has_value()) members.emplace_back("skew", JsonNumber(issuer.skew->count));
  members.emplace_back("fetches_changed", JsonCount(issuer.fetches_changed));
  members.emplace_back("fetches_unchanged", JsonCount(issuer.fetches_unchanged));
  members.emplace_back("fetches_failed", JsonCount(issuer.fetches_failed));
  members.emplace_back("refreshes", JsonCount(issuer.refreshes));
  members.emplace_back("refreshes_refused", JsonCount(issuer.refreshes_refused));
  if (issuer.cooldown.has_value()) {
    members.emplace_back("cooldown", JsonNumber(issuer.cooldown->count));
  }
  members.emplace_back("file_keys", JsonCount(issuer.file_keys));
  add_time("file_fetched", issuer.file_fetched);
  if (!issuer.file_error.empty()) members.emplace_back("file_error", JsonString(issuer.file_error));
  add_time("file_error_since", issuer.file_error_since);
  return members;
}

/// Returns the configuration in the reply to Status. Leaves out what is not known.
JsonObject ConfigMembers(const ConfigStatus& config) {
  JsonObject members{{"path", JsonString(config.path)}};
  if (config.loaded.has_value()) {
    members.emplace_back("loaded", JsonNumber(config.loaded->seconds));
  }
  if (!config.error.empty()) members.emplace_back("error", JsonString(config.error));
  if (config.error_since.has_value()) {
    members.emplace_back("error_since", JsonNumber(config.error_since->seconds));
  }
  return members;
}

/// Returns the denylist of a fleet in the reply to Status. Leaves out what is not known.
JsonObject FeedMembers(const FeedStatus& feed) {
  JsonObject members{{"url", JsonString(feed.url)}};
  const auto add_time = [&](const char* name, const std::optional<UnixTime>& time) {
    if (time.has_value()) members.emplace_back(name, JsonNumber(time->seconds));
  };
  add_time("fetched", feed.fetched);
  add_time("changed", feed.changed);
  if (feed.bytes.has_value()) members.emplace_back("bytes", JsonCount(*feed.bytes));
  add_time("next", feed.next);
  if (!feed.error.empty()) members.emplace_back("error", JsonString(feed.error));
  members.emplace_back("failures", JsonCount(feed.failures));
  members.emplace_back("fetches_changed", JsonCount(feed.fetches_changed));
  members.emplace_back("fetches_unchanged", JsonCount(feed.fetches_unchanged));
  members.emplace_back("fetches_failed", JsonCount(feed.fetches_failed));
  return members;
}

}  // namespace

void FetchService::Handle(const VarlinkCall& call, uid_t caller, VarlinkAnswer answer) {
  const Json& parameters = call.parameters;
  if (call.method == kRefreshMethod) return Refresh(parameters, caller, std::move(answer));
  if (call.method == kStatusMethod) {
    return answer(WithoutParameters(parameters, [&] { return StatusFor(caller); }));
  }
  if (call.method == kGetInfo) return answer(WithoutParameters(parameters, InfoReply));
  if (call.method == kGetInterfaceDescription) return answer(DescriptionReply(parameters));
  answer(UnknownMethodReply(call.method));
}

void FetchService::Refresh(const Json& parameters, uid_t caller, VarlinkAnswer answer) const {
  const std::variant<RefreshParameters, VarlinkReply> read = ReadRefresh(parameters);
  if (const auto* const refusal = std::get_if<VarlinkReply>(&read)) return answer(*refusal);
  const auto& wanted = std::get<RefreshParameters>(read);
  if (wanted.force && caller != 0) {
    return answer(ErrorReply(kPermissionDeniedError));
  }
  actions_.refresh(wanted.issuer, wanted.force ? RefreshCause::kRoot : RefreshCause::kLogin,
                   [answer = std::move(answer)](const RefreshOutcome& outcome) {
                     answer(RefreshReply(outcome));
                   });
}

ReplyText FetchService::StatusFor(uid_t caller) {
  const MonoTime now = actions_.clock().mono;
  const bool may_be_old = caller != 0 && status_.has_value() && now < status_pace_.next();
  if (may_be_old) return *status_;
  ReplyText reply = StatusReply();
  status_pace_.Note(now, actions_.clock().mono);
  status_ = reply;
  return reply;
}

VarlinkReply FetchService::StatusReply() const {
  JsonArray issuers;
  for (const IssuerStatus& issuer : actions_.issuer_statuses()) {
    issuers.emplace_back(IssuerMembers(issuer));
  }
  JsonObject members{{"issuers", Json(std::move(issuers))},
                     {"config", Json(ConfigMembers(actions_.config_status()))}};
  const std::string store_error = actions_.store_error();
  if (!store_error.empty()) members.emplace_back("store_error", JsonString(store_error));
  const std::optional<FeedStatus> feed = actions_.feed_status();
  if (feed.has_value()) members.emplace_back("denylist", Json(FeedMembers(*feed)));
  return SuccessReply(std::move(members));
}

}  // namespace pamjwt::fetcher
