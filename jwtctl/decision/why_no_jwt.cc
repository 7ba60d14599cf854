#include "jwtctl/decision/why_no_jwt.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "text/count_text.h"

namespace pamjwt::ctl {
namespace {

constexpr std::string_view kJwtStart = "eyJ";  // {" in base64url
constexpr std::string_view kSpace = " \t\r\n\v\f";

std::string CountBytes(std::string_view text) {
  return ShowCount(text.size(), "byte");
}

/// Says what stands around a token, or in place of one. Returns "" if nothing is seen.
std::string DescribeWrapping(std::string_view text) {
  if (text.empty()) return "the text is empty";
  if (ToLowerAscii(text.substr(0, 7)) == "bearer ") {
    return "the word Bearer stands in front: give the token alone";
  }
  if (text.front() == '{') {
    return "it begins like JSON, as the answer of a token endpoint does: give the value of "
           "id_token or access_token alone";
  }
  if (text.front() == '"' || text.front() == '\'') return "it begins with a quote: take it off";
  if (text.find("-cert-v01@openssh.com ") != std::string_view::npos) {
    return "it is an ssh certificate: give it with --certificate";
  }
  if (!text.starts_with(kJwtStart) && text.find('~') != std::string_view::npos) {
    return "a salt stands in front, as jwtctl certify reads it: give the token alone";
  }
  if (text.find_first_of(kSpace) != std::string_view::npos) {
    return CountBytes(text) + " with blanks or line ends: give the token alone, in one line";
  }
  return "";
}

std::string DescribeOpaque(std::string_view text) {
  return CountBytes(text) +
         " without dots; an opaque access token looks like this: ask the provider for an ID token, "
         "or for access tokens that are JWTs";
}

std::string DescribeCut(std::string_view text, const char* missing) {
  return "not a whole JWT: it was cut short after " + CountBytes(text) + ", and " + missing;
}

}  // namespace

std::optional<std::string> WhyNoJwt(std::string_view text) {
  const std::string wrapping = DescribeWrapping(text);
  if (!wrapping.empty()) return "not a JWT: " + wrapping;

  const auto dots = std::count(text.begin(), text.end(), '.');
  if (text.starts_with(kJwtStart) && dots < 2) {
    return DescribeCut(text, dots == 0 ? "has no payload" : "has no signature");
  }
  if (dots == 0) return "not a JWT: " + DescribeOpaque(text);
  if (dots == 4) {
    return "not a signed JWT: it is encrypted (five parts); ask the provider for tokens that are "
           "only signed";
  }
  if (dots != 2) {
    return "not a JWT: " + CountBytes(text) + " in " + std::to_string(dots + 1) +
           " parts in place of three";
  }
  if (text.ends_with('.')) {
    return "not a whole JWT: its signature is empty; it was cut short, or nobody signed it";
  }
  if (text.starts_with('.') || text.find("..") != std::string_view::npos) {
    return "not a JWT: one of its three parts is empty";
  }
  return std::nullopt;
}

}  // namespace pamjwt::ctl
