#include "jwtctl/daemon/fetcher_status.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/json/members.h"
#include "io/fetcher_interface.h"
#include "io/varlink_client.h"

namespace pamjwt::ctl {
namespace {

constexpr int kTimeoutMs = 5000;
constexpr std::size_t kMaxReplyBytes = std::size_t{16} * 1024 * 1024;  // 10,000 issuers: 5 MiB

/// Returns a number that times can be added to and subtracted from, or nullopt. A daemon that was
/// taken over may send any number.
std::optional<std::int64_t> NumberMember(const Json& object, std::string_view name) {
  constexpr std::int64_t kMost = kLastSecond.seconds;
  const std::optional<std::int64_t> number = IntegerMember(object, name);
  const bool is_usable = number.has_value() && *number >= -kMost && *number <= kMost;
  return is_usable ? number : std::nullopt;
}

std::optional<UnixTime> TimeMember(const Json& object, std::string_view name) {
  const std::optional<std::int64_t> seconds = NumberMember(object, name);
  if (!seconds.has_value()) return std::nullopt;
  return UnixTime{*seconds};
}

std::vector<std::string> TextsMember(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  const Json* const value = object.Find(name);
  if (value == nullptr || value->AsArray() == nullptr) return texts;
  for (const Json& entry : *value->AsArray()) {
    if (entry.AsString() != nullptr) texts.push_back(*entry.AsString());
  }
  return texts;
}

FetcherIssuer ReadIssuer(const Json& object) {
  FetcherIssuer issuer;
  issuer.name = TextMember(object, "name");
  issuer.url = TextMember(object, "url");
  issuer.keys = NumberMember(object, "keys").value_or(0);
  issuer.skipped = NumberMember(object, "skipped").value_or(0);
  issuer.skipped_keys = TextsMember(object, "skipped_keys");
  issuer.fetched = TimeMember(object, "fetched");
  issuer.next = TimeMember(object, "next");
  issuer.error = TextMember(object, "error");
  issuer.skew_s = NumberMember(object, "skew");
  issuer.file_error = TextMember(object, "file_error");
  issuer.file_error_since = TimeMember(object, "file_error_since");
  issuer.all = object;
  return issuer;
}

FetcherConfig ReadConfig(const Json* object) {
  FetcherConfig config;
  if (object == nullptr || object->AsObject() == nullptr) return config;
  config.path = TextMember(*object, "path");
  config.is_awaited = object->Find("loaded") == nullptr;
  config.error = TextMember(*object, "error");
  config.all = *object;
  return config;
}

std::optional<FetcherFeed> ReadFeed(const Json* object) {
  if (object == nullptr || object->AsObject() == nullptr) return std::nullopt;
  FetcherFeed feed;
  feed.url = TextMember(*object, "url");
  feed.fetched = TimeMember(*object, "fetched");
  feed.changed = TimeMember(*object, "changed");
  feed.bytes = NumberMember(*object, "bytes");
  feed.next = TimeMember(*object, "next");
  feed.error = TextMember(*object, "error");
  feed.failures = NumberMember(*object, "failures").value_or(0);
  feed.all = *object;
  return feed;
}

}  // namespace

Result<FetcherStatus> AskStatus(const std::string& socket) {
  VarlinkRequest request;
  request.socket = socket;
  request.call.method = kStatusMethod;
  request.call.parameters = Json(JsonObject());
  request.timeout_ms = kTimeoutMs;
  request.max_reply_bytes = kMaxReplyBytes;
  request.reason = Reason::kKeysMissing;
  Result<VarlinkReply> reply = CallVarlink(request);
  if (!reply.ok()) return std::move(reply).error();

  const Json* const issuers = reply.value().parameters.Find("issuers");
  if (!reply.value().error.empty() || issuers == nullptr || issuers->AsArray() == nullptr) {
    return Error{Reason::kKeysMissing, socket + ": the answer to Status has no list of issuers: " +
                                           QuoteJson(reply.value().error)};
  }
  FetcherStatus status{ReadConfig(reply.value().parameters.Find("config")),
                       {},
                       TextMember(reply.value().parameters, "store_error"),
                       ReadFeed(reply.value().parameters.Find("denylist"))};
  for (const Json& issuer : *issuers->AsArray()) {
    status.issuers.push_back(ReadIssuer(issuer));
  }
  return status;
}

Status CheckRedeem(const std::string& socket) {
  const bool is_closed =
      faccessat(AT_FDCWD, socket.c_str(), W_OK, AT_EACCESS) != 0 && errno == EACCES;
  if (is_closed) return Ok();
  VarlinkRequest request;
  request.socket = socket;
  request.call.method = kStatusMethod;  // this socket answers that it has no such method
  request.call.parameters = Json(JsonObject());
  request.timeout_ms = kTimeoutMs;
  request.reason = Reason::kRedeemUnavailable;
  const Result<VarlinkReply> reply = CallVarlink(request);
  return reply.ok() ? Ok() : Status(reply.error());
}

}  // namespace pamjwt::ctl
