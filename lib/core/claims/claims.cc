#include "core/claims/claims.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/base/time.h"

namespace pamjwt {
namespace {

bool IsString(const Json& value) {
  return value.AsString() != nullptr;
}

std::optional<double> NumberOf(const Json& value) {
  if (value.AsInt() != nullptr) return static_cast<double>(*value.AsInt());
  if (value.AsDouble() != nullptr) return *value.AsDouble();
  return std::nullopt;
}

/// Numbers of JSON are finite.
bool IsDate(double seconds) {
  return seconds <= static_cast<double>(kLastSecond.seconds);
}

bool HasType(const Json& value, ClaimType type) {
  switch (type) {
    case ClaimType::kString:
      return IsString(value);
    case ClaimType::kStrings:
      return IsString(value) ||
             (value.AsArray() != nullptr &&
              std::all_of(value.AsArray()->begin(), value.AsArray()->end(), IsString));
    case ClaimType::kDate:
      return NumberOf(value).has_value() && IsDate(*NumberOf(value));
  }
  return false;
}

Error WrongType(std::string_view name, const Json& value) {
  const std::optional<double> number = NumberOf(value);
  const bool is_beyond = number.has_value() && !IsDate(*number);
  return {Reason::kClaimWrongType, "claim " + std::string(name) +
                                       " is of a wrong type: " + std::string(value.TypeName()) +
                                       (is_beyond ? " beyond the year 9999" : "")};
}

Status CheckMember(const Json& json, std::string_view name, ClaimType type) {
  const Json* const value = json.Find(name);
  if (value == nullptr || HasType(*value, type)) return Ok();
  return WrongType(name, *value);
}

/// Checks the dates of a token. An nbf that cannot be read is refused, because it may say "not yet"
/// (RFC 7519 §4.1.5). Only an nbf of null is ignored. An iat or auth_time that is a number is
/// checked here. CheckAge refuses any other, if an option needs it.
Status CheckDates(const Json& json) {
  Status exp = CheckMember(json, "exp", ClaimType::kDate);
  if (!exp.ok()) return exp;
  for (const char* const name : {"nbf", "iat", "auth_time"}) {
    const Json* const value = json.Find(name);
    if (value == nullptr || value->IsNull()) continue;
    const bool is_asked_for = std::string_view(name) == "nbf";
    if (!is_asked_for && !NumberOf(*value).has_value()) continue;
    Status date = CheckMember(json, name, ClaimType::kDate);
    if (!date.ok()) return date;
  }
  return Ok();
}

std::string_view Trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// Splits `text` at each of the separators. Drops spaces around the pieces, and empty pieces.
std::vector<ClaimValue> Split(std::string_view text, std::string_view separators) {
  std::vector<ClaimValue> pieces;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    const std::string_view piece = Trimmed(text.substr(0, end));
    if (!piece.empty()) pieces.emplace_back(piece);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

/// Returns the characters at which the claim is split if it is one string.
std::string_view SeparatorsOf(const ClaimName& name, std::string_view separators) {
  const bool is_scope = name.text() == "scope" || name.text() == "scp";
  return separators.empty() && is_scope ? " " : separators;
}

std::vector<ClaimValue> NamesOf(const JsonObject& object) {
  std::vector<ClaimValue> names;
  for (const JsonMember& member : object) {
    const std::string_view name = member.first;
    names.emplace_back(name);
  }
  return names;
}

/// Quotes a name, and cuts a long one between two characters (UTF-8).
std::string ShowName(std::string_view name) {
  if (name.size() <= kShownNameBytes) return QuoteJson(name);
  std::size_t end = kShownNameBytes;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80) {
    --end;
  }
  return QuoteJson(name.substr(0, end)) + "...";
}

/// Formats the names of an object's members, a few of them.
std::string ShowNames(const JsonObject& object) {
  std::string out;
  for (std::size_t i = 0; i < object.size(); ++i) {
    out += i == 0 ? "" : ", ";
    if (i == kShownMembers) return out + "and " + std::to_string(object.size() - i) + " more";
    out += ShowName(object[i].first);
  }
  return out;
}

std::optional<ClaimValue> Scalar(const Json& value) {
  if (const std::string* const text = value.AsString()) return std::string_view{*text};
  if (const std::int64_t* const number = value.AsInt()) return *number;
  if (const bool* const flag = value.AsBool()) return *flag;
  return std::nullopt;
}

}  // namespace

std::string Show(const ClaimValue& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) return QuoteJson(*text);
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return std::get<bool>(value) ? "true" : "false";
}

std::string TextOf(const ClaimValue& value) {
  const auto* const text = std::get_if<std::string_view>(&value);
  return text == nullptr ? Show(value) : std::string(*text);
}

Result<Claims> Claims::Parse(const VerifiedPayload& payload) {
  Result<Json> json = ParseJsonObject(payload.text());
  if (!json.ok()) return Error{Reason::kMalformed, "payload: " + json.error().detail};
  Status is_text = CheckMember(json.value(), "iss", ClaimType::kString);
  if (!is_text.ok()) return std::move(is_text).error();
  Status dates = CheckDates(json.value());
  if (!dates.ok()) return std::move(dates).error();

  Claims claims(std::move(json).value());
  const std::string* const issuer = claims.String("iss");
  if (issuer == nullptr || issuer->empty()) {
    return Error{Reason::kClaimMissing, "claim iss is absent or empty"};
  }
  return claims;
}

std::string_view Claims::subject() const {
  const std::string* const text = String("sub");
  return text == nullptr ? std::string_view() : *text;
}

const std::string* Claims::String(std::string_view name) const {
  const Json* const value = json_.Find(name);
  return value == nullptr ? nullptr : value->AsString();
}

std::optional<NumericDate> Claims::Date(std::string_view name) const {
  const Json* const value = json_.Find(name);
  const std::optional<double> seconds = value == nullptr ? std::nullopt : NumberOf(*value);
  return seconds.has_value() ? std::optional(NumericDate{*seconds}) : std::nullopt;
}

Status Claims::CheckType(std::string_view name, ClaimType type) const {
  return CheckMember(json_, name, type);
}

const Json* Claims::Find(const ClaimName& name) const {
  const Json* value = &json_;
  for (const std::string& step : name.path()) {
    value = value->Find(step);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::optional<ClaimValue> Claims::Value(const ClaimName& name) const {
  const Json* const value = name.names_members() ? nullptr : Find(name);
  return value == nullptr ? std::nullopt : Scalar(*value);
}

std::optional<std::vector<ClaimValue>> Claims::Values(const ClaimName& name,
                                                      std::string_view separators) const {
  const Json* const value = Find(name);
  if (value == nullptr) return std::nullopt;
  if (name.names_members()) {
    const JsonObject* const object = value->AsObject();
    return object == nullptr ? std::vector<ClaimValue>() : NamesOf(*object);
  }
  const std::string_view at = SeparatorsOf(name, separators);
  if (!at.empty() && value->AsString() != nullptr) return Split(*value->AsString(), at);
  const JsonArray* const array = value->AsArray();
  std::vector<ClaimValue> values;
  for (const Json& element : array == nullptr ? std::span(value, 1) : std::span(*array)) {
    if (const std::optional<ClaimValue> scalar = Scalar(element)) {
      values.push_back(*scalar);
    }
  }
  return values;
}

std::string Claims::WhyNoValues(const ClaimName& name) const {
  const Json* const value = Find(name);
  const JsonObject* const object = value == nullptr ? nullptr : value->AsObject();
  if (value == nullptr || name.names_members() == (object != nullptr)) return "";
  if (object == nullptr) {
    return "is of the type " + std::string(value->TypeName()) +
           ", and only an object has members: leave /* off";
  }
  if (object->empty()) return "is an object without members";
  return "is an object with members " + ShowNames(*object) + ": write " + name.TextForMembers() +
         " to compare their names";
}

bool Claims::LeftOut(const ClaimName& name) const {
  const Json* const names = json_.Find("_claim_names");
  return names != nullptr && names->Find(name.path().front()) != nullptr &&
         !Has(name.path().front());
}

}  // namespace pamjwt
