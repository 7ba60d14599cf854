#include "core/claims/claims.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace pamjwt {
namespace {

enum class ClaimType { kString, kStrings, kDate, kObject };

struct RegisteredClaim {
  std::string_view name;
  ClaimType type;
};
// RFC 7519 §4.1, OpenID Connect Core §2 and §5.6.2, RFC 8693 §4.3.
constexpr std::array<RegisteredClaim, 11> kRegistered = {{{"iss", ClaimType::kString},
                                                          {"sub", ClaimType::kString},
                                                          {"aud", ClaimType::kStrings},
                                                          {"exp", ClaimType::kDate},
                                                          {"nbf", ClaimType::kDate},
                                                          {"iat", ClaimType::kDate},
                                                          {"auth_time", ClaimType::kDate},
                                                          {"jti", ClaimType::kString},
                                                          {"azp", ClaimType::kString},
                                                          {"client_id", ClaimType::kString},
                                                          {"_claim_names", ClaimType::kObject}}};

bool IsString(const Json& value) {
  return value.AsString() != nullptr;
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
      return value.AsInt() != nullptr ||
             (value.AsDouble() != nullptr && std::isfinite(*value.AsDouble()));
    case ClaimType::kObject:
      return value.AsObject() != nullptr;
  }
  return false;
}

Status CheckTypes(const Json& json) {
  for (const RegisteredClaim& claim : kRegistered) {
    const Json* const value = json.Find(claim.name);
    if (value != nullptr && !HasType(*value, claim.type)) {
      return Error{Reason::kClaimWrongType,
                   "claim " + std::string(claim.name) +
                       " is of a wrong type: " + std::string(value->TypeName())};
    }
  }
  return Ok();
}

/// "~1" is a slash and "~0" a tilde (RFC 6901 §4).
std::optional<std::string> UnescapePointerStep(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      out += step[i];
      continue;
    }
    ++i;
    if (i == step.size() || (step[i] != '0' && step[i] != '1')) return std::nullopt;
    out += step[i] == '0' ? '~' : '/';
  }
  return out;
}

void AddWords(std::string_view text, std::vector<ClaimValue>& values) {
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (space != 0) {
      values.emplace_back(text.substr(0, space));
    }
    text.remove_prefix(std::min(space + 1, text.size()));
  }
}

std::optional<ClaimValue> Scalar(const Json& value) {
  if (const std::string* const text = value.AsString()) return std::string_view{*text};
  if (const std::int64_t* const number = value.AsInt()) return *number;
  if (const bool* const flag = value.AsBool()) return *flag;
  return std::nullopt;
}

void AddScalar(const Json& value, std::vector<ClaimValue>& values) {
  if (const std::optional<ClaimValue> scalar = Scalar(value)) {
    values.push_back(*scalar);
  }
}

}  // namespace

Result<ClaimName> ClaimName::Parse(std::string_view text) {
  if (text.empty()) return Error{Reason::kConfigInvalid, "a claim needs a name"};
  ClaimName name;
  name.text_ = text;
  name.path_ = {name.text_};
  if (text.front() != '/') return name;

  name.path_.clear();
  std::string_view rest = text.substr(1);
  while (true) {
    const std::size_t slash = rest.find('/');
    std::optional<std::string> step = UnescapePointerStep(rest.substr(0, slash));
    if (!step.has_value()) {
      return Error{Reason::kConfigInvalid, "a JSON pointer has ~0 for ~ and ~1 for /"};
    }
    name.path_.push_back(std::move(*step));
    if (slash == std::string_view::npos) return name;
    rest.remove_prefix(slash + 1);
  }
}

std::string Show(const ClaimValue& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) return QuoteJson(*text);
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return std::get<bool>(value) ? "true" : "false";
}

Result<Claims> Claims::Parse(const VerifiedPayload& payload) {
  Result<Json> json = ParseJsonObject(payload.text());
  if (!json.ok()) return Error{Reason::kMalformed, "payload: " + json.error().detail};
  Status types = CheckTypes(json.value());
  if (!types.ok()) return std::move(types).error();

  Claims claims(std::move(json).value());
  for (const std::string_view name : {"iss", "sub"}) {
    const std::string* const text = claims.String(name);
    if (text == nullptr || text->empty()) {
      return Error{Reason::kClaimMissing, "claim " + std::string(name) + " is absent or empty"};
    }
  }
  return claims;
}

const std::string* Claims::String(std::string_view name) const {
  const Json* const value = json_.Find(name);
  return value == nullptr ? nullptr : value->AsString();
}

std::optional<NumericDate> Claims::Date(std::string_view name) const {
  const Json* const value = json_.Find(name);
  if (value == nullptr) return std::nullopt;
  if (value->AsInt() != nullptr) return NumericDate{static_cast<double>(*value->AsInt())};
  if (value->AsDouble() != nullptr) return NumericDate{*value->AsDouble()};
  return std::nullopt;
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
  const Json* const value = Find(name);
  return value == nullptr ? std::nullopt : Scalar(*value);
}

std::optional<std::vector<ClaimValue>> Claims::Values(const ClaimName& name) const {
  const Json* const value = Find(name);
  if (value == nullptr) return std::nullopt;
  std::vector<ClaimValue> values;
  const bool is_scope = name.text() == "scope" || name.text() == "scp";
  if (is_scope && value->AsString() != nullptr) {
    AddWords(*value->AsString(), values);
  } else if (const JsonArray* const array = value->AsArray()) {
    for (const Json& element : *array) {
      AddScalar(element, values);
    }
  } else {
    AddScalar(*value, values);
  }
  return values;
}

bool Claims::LeftOut(const ClaimName& name) const {
  const Json* const names = json_.Find("_claim_names");
  return names != nullptr && names->Find(name.path().front()) != nullptr &&
         !Has(name.path().front());
}

}  // namespace pamjwt
