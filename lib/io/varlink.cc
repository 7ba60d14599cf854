#include "io/varlink.h"

#include <utility>

namespace pamjwt {
namespace {

Error Malformed(std::string why) {
  return {Reason::kMalformed, std::move(why)};
}

Result<Json> ParseMessage(std::string_view message) {
  JsonLimits limits;
  limits.max_bytes = message.size();  // VarlinkReader has bounded it
  return ParseJsonObject(message, limits);
}

/// Returns the string member of this name, or "" if it is absent.
Result<std::string> StringMember(const Json& message, std::string_view name) {
  const Json* const value = message.Find(name);
  if (value == nullptr) return std::string();
  if (value->AsString() == nullptr) return Malformed(std::string(name) + " is not a string");
  return *value->AsString();
}

/// Returns `parameters`, or an empty object if it is absent or null.
Result<Json> Parameters(const Json& message) {
  const Json* const value = message.Find("parameters");
  if (value == nullptr || value->IsNull()) return Json(JsonObject());
  if (value->AsObject() == nullptr) return Malformed("parameters is not an object");
  return *value;
}

std::string Format(JsonObject members, const Json& parameters) {
  members.emplace_back("parameters",
                       parameters.AsObject() != nullptr ? parameters : Json(JsonObject()));
  return ToJsonText(Json(std::move(members))) + '\0';
}

}  // namespace

Status VarlinkReader::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\0');
    const std::string_view piece = bytes.substr(0, end);
    if (piece.size() > max_bytes_ - partial_.size()) {
      return Malformed("a message has more than " + std::to_string(max_bytes_) + " bytes");
    }
    partial_ += piece;
    if (end == std::string_view::npos) break;
    if (partial_.empty()) return Malformed("a message is empty");
    messages_.push_back(std::exchange(partial_, {}));
    bytes.remove_prefix(end + 1);
  }
  return Ok();
}

std::optional<std::string> VarlinkReader::Next() {
  if (messages_.empty()) return std::nullopt;
  std::string message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

Result<VarlinkCall> ParseVarlinkCall(std::string_view message) {
  Result<Json> json = ParseMessage(message);
  if (!json.ok()) return std::move(json).error();
  Result<std::string> method = StringMember(json.value(), "method");
  if (!method.ok()) return std::move(method).error();
  if (method.value().empty()) return Malformed("a call without a method");
  Result<Json> parameters = Parameters(json.value());
  if (!parameters.ok()) return std::move(parameters).error();
  const Json* const oneway = json.value().Find("oneway");
  if (oneway != nullptr && oneway->AsBool() == nullptr) return Malformed("oneway is not a boolean");
  return VarlinkCall{std::move(method).value(), std::move(parameters).value(),
                     oneway != nullptr && *oneway->AsBool()};
}

Result<VarlinkReply> ParseVarlinkReply(std::string_view message) {
  Result<Json> json = ParseMessage(message);
  if (!json.ok()) return std::move(json).error();
  Result<std::string> error = StringMember(json.value(), "error");
  if (!error.ok()) return std::move(error).error();
  Result<Json> parameters = Parameters(json.value());
  if (!parameters.ok()) return std::move(parameters).error();
  return VarlinkReply{std::move(error).value(), std::move(parameters).value()};
}

std::string FormatVarlinkCall(const VarlinkCall& call) {
  JsonObject members;
  members.emplace_back("method", Json(call.method));
  if (call.oneway) {
    members.emplace_back("oneway", Json(true));
  }
  return Format(std::move(members), call.parameters);
}

std::string FormatVarlinkReply(const VarlinkReply& reply) {
  JsonObject members;
  if (!reply.error.empty()) {
    members.emplace_back("error", Json(reply.error));
  }
  return Format(std::move(members), reply.parameters);
}

}  // namespace pamjwt
