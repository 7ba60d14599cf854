#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/json/json.h"

namespace pamjwt {

// Varlink (https://varlink.org): each message is a JSON object and a NUL, on a stream socket.

/// The longest message by default, in bytes without its NUL.
inline constexpr std::size_t kMaxVarlinkBytes = std::size_t{8} * 1024;

/// Cuts the bytes that come from a socket into messages. Does not look into them.
class VarlinkReader {
 public:
  explicit VarlinkReader(std::size_t max_bytes = kMaxVarlinkBytes) : max_bytes_(max_bytes) {}

  /// Takes the next bytes. Errors: kMalformed if a message is empty or longer than the bound. The
  /// connection must be closed then.
  Status Append(std::string_view bytes);
  /// Takes the next whole message, without its NUL. Returns nullopt if no whole message has come
  /// yet.
  std::optional<std::string> Next();
  /// Returns whether nothing is waiting, not even the beginning of a message.
  [[nodiscard]] bool empty() const { return partial_.empty() && messages_.empty(); }

 private:
  std::size_t max_bytes_;
  std::string partial_;
  std::deque<std::string> messages_;
};

/// A message of a client.
struct VarlinkCall {
  std::string method;   ///< "io.pamjwt.Fetcher.Refresh"
  Json parameters;      ///< an object
  bool oneway = false;  ///< the client wants no reply
};

/// The answer to a call.
struct VarlinkReply {
  std::string error;  ///< its full name; empty: the call succeeded
  Json parameters;    ///< an object
};

/// Parses a call, without its NUL. Ignores members that are not known, and `more`: here a call has
/// one reply. Errors: kMalformed.
Result<VarlinkCall> ParseVarlinkCall(std::string_view message);
/// Parses a reply, without its NUL. Ignores members that are not known, and `continues`.
/// Errors: kMalformed.
Result<VarlinkReply> ParseVarlinkReply(std::string_view message);

/// Formats a message with its NUL.
std::string FormatVarlinkCall(const VarlinkCall& call);
std::string FormatVarlinkReply(const VarlinkReply& reply);

}  // namespace pamjwt
