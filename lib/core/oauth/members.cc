#include "core/oauth/members.h"

#include <utility>

namespace pamjwt::oauth {

const Json* MemberReader::Find(std::string_view name) const {
  const Json* const value = object_.Find(name);
  return value == nullptr || value->IsNull() ? nullptr : value;
}

void MemberReader::Refuse(std::string_view name, std::string_view problem) {
  if (error_.has_value()) return;
  error_ =
      Error{Reason::kMalformed, "the provider's " + std::string(name) + " " + std::string(problem)};
}

Status MemberReader::status() const {
  if (error_.has_value()) return *error_;
  return Ok();
}

std::string MemberReader::Text(std::string_view name, std::size_t max_bytes) {
  const Json* const value = Find(name);
  if (value == nullptr) return "";
  const std::string* const text = value->AsString();
  if (text == nullptr) {
    Refuse(name, "is not a string");
    return "";
  }
  if (text->size() > max_bytes) {
    Refuse(name, "has more than " + std::to_string(max_bytes) + " bytes");
    return "";
  }
  return *text;
}

std::string MemberReader::NeededText(std::string_view name, std::size_t max_bytes) {
  std::string text = Text(name, max_bytes);
  if (text.empty()) Refuse(name, "is absent or empty");
  return text;
}

std::vector<std::string> MemberReader::List(std::string_view name,
                                            std::vector<std::string> absent) {
  const Json* const value = Find(name);
  if (value == nullptr) return absent;
  if (value->AsArray() == nullptr || value->AsArray()->size() > kMaxListed) {
    Refuse(name, "is not a list of at most " + std::to_string(kMaxListed) + " strings");
    return {};
  }
  std::vector<std::string> list;
  for (const Json& element : *value->AsArray()) {
    if (element.AsString() == nullptr) {
      Refuse(name, "has an element that is not a string");
      return {};
    }
    list.push_back(*element.AsString());
  }
  return list;
}

bool MemberReader::Flag(std::string_view name) {
  const Json* const value = Find(name);
  if (value == nullptr) return false;
  if (value->AsBool() != nullptr) return *value->AsBool();
  Refuse(name, "is neither true nor false");
  return false;
}

std::optional<std::int64_t> MemberReader::Number(std::string_view name, std::int64_t most) {
  const Json* const value = Find(name);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* const number = value->AsInt();
  if (number != nullptr && *number >= 0 && *number <= most) return *number;
  Refuse(name, "is not a whole number from 0 to " + std::to_string(most));
  return std::nullopt;
}

}  // namespace pamjwt::oauth
