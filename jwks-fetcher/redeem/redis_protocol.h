#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <hiredis/read.h>

#include "core/base/openssl_ptr.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::fetcher {

/// Returns a command and its arguments as they are sent (RESP 2). The arguments may have any bytes.
std::string FormatRedisCommand(std::initializer_list<std::string_view> words);

/// The kinds of reply that the daemon tells apart.
enum class RedisReplyKind {
  kText,    ///< a status or a string
  kNil,     ///< no value
  kNumber,  ///< an integer, whose value is not read
  kError,   ///< an error, or a reply of any other type
};

/// One reply. No command that the daemon sends is answered with a list.
struct RedisReply {
  RedisReplyKind kind = RedisReplyKind::kNil;
  std::string text;  ///< the text of kText, or that of kError without the password; else empty
};

/// Reads replies from the bytes that a server sends. After an error the reader cannot be used.
class RedisReader {
 public:
  /// The number of bytes after which a reply that has not ended is refused.
  static constexpr std::size_t kMaxReplyBytes = std::size_t{64} * 1024;

  RedisReader();
  RedisReader(const RedisReader&) = delete;
  RedisReader& operator=(const RedisReader&) = delete;

  /// Keeps `password` out of every error and error reply. Some servers repeat what they were sent.
  void Hide(SecretString password) { password_ = std::move(password); }

  /// Takes bytes as they came. Errors: kRedeemUnavailable.
  Status Feed(std::string_view bytes);
  /// Returns the next whole reply, or nullopt if more bytes have to come first.
  /// Errors: kRedeemUnavailable if the bytes are not a reply, are a list, or are too many.
  Result<std::optional<RedisReply>> Next();

 private:
  std::unique_ptr<redisReader, FreeWith<&redisReaderFree>> reader_;
  redisReplyObjectFunctions functions_{};
  SecretString password_;
  std::size_t pending_ = 0;  // bytes fed since the last whole reply
};

}  // namespace pamjwt::fetcher
