// The first byte says which part of the browser's side reads the rest.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/oauth/redirect_uri.h"
#include "fuzz/property.h"
#include "jwt-sso/browser/address_query.h"
#include "jwt-sso/browser/page.h"
#include "jwt-sso/browser/request.h"

namespace pamjwt::sso {
namespace {

using test::Require;

bool IsVisible(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

void CheckRequest(std::string_view text) {
  const Result<std::optional<Request>> read = ReadRequest(text);
  if (!read.ok()) {
    const Result<std::optional<Request>> longer = ReadRequest(std::string(text) + "a");
    Require(!longer.ok(), "nothing makes a wrong request right");
    return;
  }
  if (!read.value().has_value()) {
    Require(text.size() < kMaxRequestBytes, "a request has a bound");
    return;
  }
  const Request& request = *read.value();
  Require(IsVisible(request.method) && !request.method.empty(), "there is a method");
  Require(IsVisible(request.path) && request.path.starts_with('/'), "there is a path");
  Require(IsVisible(request.query) && request.path.find('?') == std::string::npos, "taken apart");
  Require(!request.host.empty(), "there is a host");
  const std::string again = request.method + " " + request.path + "?" + request.query +
                            " HTTP/1.1\r\nHost: " + request.host + "\r\n\r\n";
  const Result<std::optional<Request>> second = ReadRequest(again);
  Require(second.ok() && second.value().has_value(), "what was read can be sent");
  Require(second.value()->path == request.path && second.value()->query == request.query &&
              second.value()->method == request.method && second.value()->host == request.host,
          "and is read as the same");
}

void CheckPage(std::string_view text) {
  const LoginOutcome outcome{false, std::string(text), std::string(text), std::string(text),
                             std::string(text)};
  const LoginOutcome plain{false, "x", "x", "x", "x"};
  const auto count = [](std::string_view page, char c) {
    std::size_t found = 0;
    for (const char each : page) found += each == c ? 1 : 0;
    return found;
  };
  if (text.empty()) return;
  const std::string page = PageResponse("200 OK", outcome);
  const std::string other = PageResponse("200 OK", plain);
  for (const char c : {'<', '>', '"', '\'', '\n', '\r'}) {
    Require(count(page, c) == count(other, c), "a text adds no markup and no line");
  }
}

void CheckAddress(std::string_view text) {
  const Result<SecretString> query = QueryOfAddress(text);
  if (!query.ok()) return;
  Require(IsVisible(query.value().view()) && !query.value().empty(), "a query is visible");
}

void CheckRedirectUri(std::string_view text) {
  const Result<oauth::RedirectUri> uri = oauth::ParseRedirectUri(text);
  if (!uri.ok()) return;
  const oauth::RedirectUri& read = uri.value();
  Require("http://" + read.host + read.path == text, "nothing is left out");
  const std::string request = "GET " + (read.path.empty() ? "/" : read.path) +
                              " HTTP/1.1\r\nHost: " + read.Host(8400) + "\r\n\r\n";
  const Result<std::optional<Request>> sent = ReadRequest(request);
  Require(sent.ok() && sent.value().has_value(), "a browser can ask for it");
}

void Check(std::uint8_t part, std::string_view text) {
  switch (part) {
    case 'r':
      return CheckRequest(text);
    case 'p':
      return CheckPage(text);
    case 'a':
      return CheckAddress(text);
    case 'u':
      return CheckRedirectUri(text);
    default:
      return;
  }
}

}  // namespace
}  // namespace pamjwt::sso

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size != 0) pamjwt::sso::Check(data[0], pamjwt::AsText({data + 1, size - 1}));
  return 0;
}
