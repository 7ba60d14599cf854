#include "jwt-sso/browser/request.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"

namespace pamjwt::sso {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

Error Refuse(std::string_view problem) {
  return {Reason::kMalformed, "the request " + std::string(problem)};
}

/// Checks whether `text` can be a method or the name of a field (`token` of RFC 9110 §5.6.2).
bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [kMarks](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

/// Reads "METHOD TARGET HTTP/1.1" (RFC 9112 §3). The target begins with a slash.
Result<Request> ReadRequestLine(std::string_view line) {
  constexpr std::string_view kVersion = " HTTP/1.1";
  if (!line.ends_with(kVersion)) return Refuse("is not of HTTP/1.1");
  line.remove_suffix(kVersion.size());
  const std::size_t blank = std::min(line.find(' '), line.size());
  const std::string_view target = line.substr(std::min(blank + 1, line.size()));
  const auto is_visible = [](char c) { return c > ' ' && c <= '~' && c != '#'; };
  if (!IsToken(line.substr(0, blank))) return Refuse("has no method");
  if (!target.starts_with('/') || !std::ranges::all_of(target, is_visible)) {
    return Refuse("has no path");
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  return Request{std::string(line.substr(0, blank)), std::string(target.substr(0, mark)),
                 std::string(target.substr(std::min(mark + 1, target.size()))), ""};
}

struct Field {
  std::string name;  ///< in lower case
  std::string_view value;
};

/// Reads "NAME: VALUE" (RFC 9112 §5). A line that continues another begins with a blank, and so has
/// no name.
Result<Field> ReadField(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    return Refuse("has a line that is not a header field");
  }
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; };
  if (std::ranges::any_of(value, is_control)) return Refuse("has a control character in it");
  return Field{ToLowerAscii(line.substr(0, colon)), value};
}

bool IsOfABody(const Field& field) {
  return field.name == "transfer-encoding" ||
         (field.name == "content-length" && field.value != "0");
}

}  // namespace

Result<std::optional<Request>> ReadRequest(std::string_view text) {
  const std::size_t end = text.substr(0, kMaxRequestBytes).find(kHeadEnd);
  if (end == std::string_view::npos) {
    if (text.size() >= kMaxRequestBytes) return Refuse("is too long");
    return std::optional<Request>();
  }
  std::string_view lines = text.substr(0, end);
  const std::string_view first = lines.substr(0, lines.find(kLineEnd));
  Result<Request> request = ReadRequestLine(first);
  if (!request.ok()) return std::move(request).error();
  Request read = std::move(request).value();
  lines.remove_prefix(first.size());
  while (!lines.empty()) {
    lines.remove_prefix(kLineEnd.size());
    const std::string_view line = lines.substr(0, lines.find(kLineEnd));
    lines.remove_prefix(line.size());
    const Result<Field> field = ReadField(line);
    if (!field.ok()) return field.error();
    if (IsOfABody(field.value())) return Refuse("has a body");
    if (field.value().name != "host") continue;
    if (field.value().value.empty() || !read.host.empty()) return Refuse("has not one Host");
    read.host = field.value().value;
  }
  if (read.host.empty()) return Refuse("has not one Host");
  return std::optional(std::move(read));
}

}  // namespace pamjwt::sso
