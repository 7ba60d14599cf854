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

Json Text(std::string_view text) {
  return Json(std::string(text));
}

Json Number(std::int64_t number) {
  return Json(number);
}

Json Count(std::uint64_t count) {
  return Number(static_cast<std::int64_t>(count));
}

/// `reply` if there are no parameters.
VarlinkReply WithoutParameters(const Json& parameters, const std::function<VarlinkReply()>& reply) {
  const std::optional<std::string> stray = StrayParameter(parameters, {});
  return stray.has_value() ? InvalidParameter(*stray) : reply();
}

/// The one parameter of a method, a string. Or what to reply instead.
std::variant<std::string, VarlinkReply> OnlyParameter(const Json& parameters,
                                                      std::string_view name) {
  const std::optional<std::string> stray = StrayParameter(parameters, {name});
  if (stray.has_value()) return InvalidParameter(*stray);
  const Json* const value = parameters.Find(name);
  if (value == nullptr || value->AsString() == nullptr) return InvalidParameter(name);
  return *value->AsString();
}

VarlinkReply Info() {
  return Succeed(
      {{"vendor", Text("pam_jwt")},
       {"product", Text("jwks-fetcher")},
       {"version", Text(PAMJWT_VERSION)},
       {"url", Text("")},
       {"interfaces", Json(JsonArray{Text(kServiceInterface), Text(kFetcherInterface)})}});
}

VarlinkReply Description(const Json& parameters) {
  const auto interface = OnlyParameter(parameters, "interface");
  if (const auto* const refusal = std::get_if<VarlinkReply>(&interface)) return *refusal;
  const std::string& name = std::get<std::string>(interface);
  if (name == kFetcherInterface) return Succeed({{"description", Text(kFetcherInterfaceText)}});
  if (name == kServiceInterface) return Succeed({{"description", Text(kServiceInterfaceText)}});
  return FailService("InterfaceNotFound", "interface", name);
}

VarlinkReply RefreshReply(RefreshEnd end) {
  switch (end) {
    case RefreshEnd::kChanged:
      return Succeed({{"changed", Json(true)}});
    case RefreshEnd::kUnchanged:
      return Succeed({{"changed", Json(false)}});
    case RefreshEnd::kCooldown:
      return Fail(kCooldownError);
    case RefreshEnd::kUnknownIssuer:
      return Fail(kUnknownIssuerError);
  }
  return Fail(kUnknownIssuerError);
}

/// An issuer of the reply to Status; what is not known is left out.
JsonObject Describe(const IssuerStatus& issuer) {
  JsonObject members{{"name", Text(issuer.name)},
                     {"url", Text(issuer.url)},
                     {"keys", Count(issuer.keys)},
                     {"skipped", Count(issuer.skipped)}};
  const auto add_time = [&](const char* name, const std::optional<UnixTime>& time) {
    if (time.has_value()) members.emplace_back(name, Number(time->seconds));
  };
  add_time("fetched", issuer.fetched);
  add_time("expires", issuer.expires);
  add_time("next", issuer.next);
  if (!issuer.error.empty()) members.emplace_back("error", Text(issuer.error));
  members.emplace_back("failures", Count(issuer.failures));
  if (issuer.skew.has_value()) members.emplace_back("skew", Number(issuer.skew->count));
  members.emplace_back("fetches_changed", Count(issuer.fetches_changed));
  members.emplace_back("fetches_unchanged", Count(issuer.fetches_unchanged));
  members.emplace_back("fetches_failed", Count(issuer.fetches_failed));
  members.emplace_back("refreshes", Count(issuer.refreshes));
  members.emplace_back("refreshes_refused", Count(issuer.refreshes_refused));
  members.emplace_back("file_keys", Count(issuer.file_keys));
  add_time("file_fetched", issuer.file_fetched);
  if (!issuer.file_error.empty()) members.emplace_back("file_error", Text(issuer.file_error));
  add_time("file_error_since", issuer.file_error_since);
  return members;
}

}  // namespace

void Service::Handle(const VarlinkCall& call, VarlinkAnswer answer) const {
  const Json& parameters = call.parameters;
  if (call.method == kRefreshMethod) return Refresh(parameters, std::move(answer));
  if (call.method == kStatusMethod) {
    return answer(WithoutParameters(parameters, [this] { return Status(); }));
  }
  if (call.method == kGetInfo) return answer(WithoutParameters(parameters, Info));
  if (call.method == kGetInterfaceDescription) return answer(Description(parameters));
  answer(NotFound(call.method));
}

void Service::Refresh(const Json& parameters, VarlinkAnswer answer) const {
  const auto issuer = OnlyParameter(parameters, "issuer");
  if (const auto* const refusal = std::get_if<VarlinkReply>(&issuer)) return answer(*refusal);
  actions_.refresh(std::get<std::string>(issuer),
                   [answer = std::move(answer)](RefreshEnd end) { answer(RefreshReply(end)); });
}

VarlinkReply Service::Status() const {
  JsonArray issuers;
  for (const IssuerStatus& issuer : actions_.status()) {
    issuers.emplace_back(Describe(issuer));
  }
  return Succeed({{"issuers", Json(std::move(issuers))}});
}

}  // namespace pamjwt::fetcher
