#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/json/json.h"

namespace pamjwt {

/// Varlink (https://varlink.org): each message is a JSON object and a NUL, on a stream socket.
/// This is the most that a message may have, without its NUL, where nothing else is said.
inline constexpr std::size_t kMaxVarlinkBytes = std::size_t{8} * 1024;

/// Cuts what comes from a socket into messages. Does not look into them.
class VarlinkReader {
 public:
  explicit VarlinkReader(std::size_t max_bytes = kMaxVarlinkBytes) : max_bytes_(max_bytes) {}

  /// Takes bytes as they came. Errors: kMalformed if a message is empty or longer than the bound;
  /// then the connection is of no more use.
  Status Append(std::string_view bytes);
  /// The next whole message, without its NUL; none if it has not come yet.
  std::optional<std::string> Next();
  /// Is nothing waiting, not even the beginning of a message?
  [[nodiscard]] bool empty() const { return partial_.empty() && messages_.empty(); }

 private:
  std::size_t max_bytes_;
  std::string partial_;
  std::deque<std::string> messages_;
};

/// What a client sends.
struct VarlinkCall {
  std::string method;   ///< "io.pamjwt.Fetcher.Refresh"
  Json parameters;      ///< an object
  bool oneway = false;  ///< no reply is wanted
};

/// What it gets.
struct VarlinkReply {
  std::string error;  ///< full name; empty: the call succeeded
  Json parameters;    ///< an object
};

/// A message as it came, without its NUL. Members that are not known are passed over, as are `more`
/// and `continues`: one call has one reply here. Errors: kMalformed.
Result<VarlinkCall> ParseVarlinkCall(std::string_view message);
Result<VarlinkReply> ParseVarlinkReply(std::string_view message);

/// A message with its NUL, ready to be sent.
std::string FormatVarlinkCall(const VarlinkCall& call);
std::string FormatVarlinkReply(const VarlinkReply& reply);

}  // namespace pamjwt
