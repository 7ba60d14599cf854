#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::sso {

/// The longest request that is read, in bytes. A browser sends the cookies of every server that
/// this host ever had, since cookies know no ports (RFC 6265 §8.5).
inline constexpr std::size_t kMaxRequestBytes = std::size_t{64} * 1024;

/// A request of a browser.
struct Request {
  std::string method;  ///< for example "GET"
  std::string path;    ///< as it was sent, with the slash in front
  std::string query;   ///< as it was sent, without "?"; it may hold a code
  std::string host;    ///< the field Host: the server, as the browser knows it
};

/// Reads a request of HTTP/1.1 without a body (RFC 9112 §2.1), by rules so narrow that two readers
/// cannot differ about it. Returns nullopt as long as it is not whole. What stands behind it is
/// ignored, as the connection takes one request. Errors: kMalformed, also for a body, more than one
/// Host, or none, and more than kMaxRequestBytes.
Result<std::optional<Request>> ReadRequest(std::string_view text);

}  // namespace pamjwt::sso
