#include "jwtctl/issuer/json_members.h"

#include <algorithm>
#include <utility>

#include "core/json/json.h"

namespace pamjwt::ctl {
namespace {

/// The limits of header and claims: a token, for a test, may be longer than any that a host takes.
constexpr JsonLimits kLimits{std::size_t{1024} * 1024, 32};

Error Refuse(std::string detail) {
  return Error{Reason::kConfigInvalid, std::move(detail)};
}

/// Returns whether the text is one JSON value, and not, for example, a value and another member.
bool IsOneValue(std::string_view json) {
  const Result<Json> object = ParseJsonObject(R"({"v":)" + std::string(json) + "}", kLimits);
  return object.ok() && object.value().AsObject()->size() == 1;
}

bool Has(const std::vector<JsonMemberText>& members, const std::string& name) {
  return std::any_of(members.begin(), members.end(),
                     [&](const JsonMemberText& member) { return member.name == name; });
}

}  // namespace

Result<JsonMemberText> ParseJsonMember(std::string_view argument) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string_view::npos) {
    return Refuse(std::string(argument) + ": must be NAME=TEXT or NAME:=JSON");
  }
  std::string_view name = argument.substr(0, equals);
  const std::string_view value = argument.substr(equals + 1);
  const bool is_json = name.ends_with(':');
  name.remove_suffix(is_json ? 1 : 0);
  if (name.empty()) {
    return Refuse(std::string(argument) + ": has no name in front of the equals sign");
  }
  if (!is_json) return JsonMemberText{std::string(name), QuoteJson(value)};
  if (!IsOneValue(value)) {
    return Refuse(std::string(argument) + ": the text behind := is not one JSON value");
  }
  return JsonMemberText{std::string(name), std::string(value)};
}

Result<std::string> WriteJsonObject(const std::vector<std::string>& arguments,
                                    const std::vector<JsonMemberText>& defaults) {
  std::vector<JsonMemberText> members;
  for (const std::string& argument : arguments) {
    Result<JsonMemberText> member = ParseJsonMember(argument);
    if (!member.ok()) return std::move(member).error();
    if (Has(members, member.value().name)) return Refuse(member.value().name + ": is given twice");
    members.push_back(std::move(member).value());
  }
  for (const JsonMemberText& member : defaults) {
    if (!Has(members, member.name)) members.push_back(member);
  }
  std::string object = "{";
  for (const JsonMemberText& member : members) {
    object += (object.size() > 1 ? "," : "") + QuoteJson(member.name) + ":" + member.json;
  }
  object += "}";
  const Result<Json> checked = ParseJsonObject(object, kLimits);
  if (!checked.ok()) return Refuse(checked.error().detail);
  return object;
}

}  // namespace pamjwt::ctl
