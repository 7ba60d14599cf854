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

/// A command and its arguments, as they go over the wire (RESP 2).
std::string FormatRedisCommand(std::initializer_list<std::string_view> words);

enum class RedisReplyKind { kText, kNil, kNumber, kError };

/// One reply. There are no lists among the replies that are asked for here.
struct RedisReply {
  RedisReplyKind kind = RedisReplyKind::kNil;
  std::string text;  ///< of kText; of kError, without passwords
};

/// Cuts what comes from a server into replies. What it cannot read makes it of no more use.
class RedisReader {
 public:
  /// No reply may be longer.
  static constexpr std::size_t kMaxReplyBytes = std::size_t{64} * 1024;

  RedisReader();
  RedisReader(const RedisReader&) = delete;
  RedisReader& operator=(const RedisReader&) = delete;

  /// No error and no error reply shows this password. Some servers repeat what they were sent.
  void Hide(SecretString password) { password_ = std::move(password); }

  /// Takes bytes as they came. Errors: kRedeemUnavailable.
  Status Feed(std::string_view bytes);
  /// The next whole reply, or none yet. Errors: kRedeemUnavailable if it is no reply, too long, or
  /// a list.
  Result<std::optional<RedisReply>> Next();

 private:
  std::unique_ptr<redisReader, FreeWith<&redisReaderFree>> reader_;
  redisReplyObjectFunctions functions_{};
  SecretString password_;
  std::size_t pending_ = 0;  // bytes fed since the last whole reply
};

}  // namespace pamjwt::fetcher
