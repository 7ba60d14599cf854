#include "http/request_header.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "http/response_builder.h"

namespace pamjwt::http {
namespace {

/// Checks whether a text is a token (RFC 9110 §5.6.2).
bool IsToken(std::string_view text) {
  constexpr std::string_view kTokenChars =
      "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return !text.empty() && text.find_first_not_of(kTokenChars) == std::string_view::npos;
}

/// Checks whether a value can be sent as it is. libcurl drops a field whose value is empty.
bool IsValue(std::string_view text) {
  const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  return text.find_first_not_of(' ') != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), is_printable);
}

Status CheckFields(const std::vector<HeaderField>& fields) {
  std::size_t bytes = 0;
  for (const HeaderField& field : fields) {
    if (!IsToken(field.name)) {
      return Error{Reason::kKeysMissing, "a header field to send has a name that is not a token"};
    }
    if (!IsValue(field.value)) {
      return Error{Reason::kKeysMissing,
                   "the header field " + field.name + " to send is empty or not printable ASCII"};
    }
    bytes += field.name.size() + field.value.size();
  }
  if (bytes <= kMaxRequestFieldBytes) return Ok();
  return Error{Reason::kKeysMissing, "the header fields to send have more than " +
                                         std::to_string(kMaxRequestFieldBytes) + " bytes"};
}

}  // namespace

Result<std::vector<std::string>> HeaderLines(const HttpRequest& request) {
  Status checked = CheckFields(request.fields);
  if (!checked.ok()) return std::move(checked).error();
  std::vector<std::string> lines;
  const bool has_accept =
      std::any_of(request.fields.begin(), request.fields.end(),
                  [](const HeaderField& field) { return field.name == "Accept"; });
  if (!has_accept) lines.emplace_back("Accept: application/json, application/jwk-set+json");
  for (const HeaderField& field : request.fields) {
    lines.push_back(field.name + ": " + field.value);
  }
  const auto add_condition = [&](const std::string& name, const std::string& value) {
    if (!value.empty() && IsPlainField(value)) lines.push_back(name + ": " + value);
  };
  add_condition("If-None-Match", request.etag);
  add_condition("If-Modified-Since", request.last_modified);
  return lines;
}

}  // namespace pamjwt::http
