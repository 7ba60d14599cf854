#include "jwks-fetcher/redeem/redis_protocol.h"

#include <new>
#include <utility>
#include <vector>

#include <hiredis/hiredis.h>

#include "core/base/library_text.h"

namespace pamjwt::fetcher {
namespace {

using ReplyPtr = std::unique_ptr<redisReply, FreeWith<&freeReplyObject>>;

Error Refuse(const std::string& why) {
  return {Reason::kRedeemUnavailable, "the store sent " + why};
}

/// Converts a reply. If the server repeats `password` in an error, the result does not show it.
RedisReply ToReply(const redisReply& reply, std::string_view password) {
  const auto text = [&] { return std::string(reply.str, reply.len); };
  switch (reply.type) {
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_STRING:
      return {RedisReplyKind::kText, text()};
    case REDIS_REPLY_INTEGER:
      return {RedisReplyKind::kNumber, ""};
    case REDIS_REPLY_NIL:
      return {RedisReplyKind::kNil, ""};
    default:
      return {RedisReplyKind::kError,
              reply.str == nullptr ? "an unknown reply" : ShowLibraryText(text(), password)};
  }
}

}  // namespace

std::string FormatRedisCommand(std::initializer_list<std::string_view> words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* raw = nullptr;
  const auto size = static_cast<std::ptrdiff_t>(
      redisFormatCommandArgv(&raw, static_cast<int>(texts.size()), texts.data(), sizes.data()));
  const std::unique_ptr<char, FreeWith<&redisFreeCommand>> owner(raw);
  if (size < 0) throw std::bad_alloc();
  return {raw, static_cast<std::size_t>(size)};
}

RedisReader::RedisReader() : reader_(redisReaderCreate()) {
  if (reader_ == nullptr) throw std::bad_alloc();
  functions_ = *reader_->fn;
  // Lists are refused: older versions of hiredis allocate as many elements as the server announces.
  functions_.createArray = [](const redisReadTask*, auto) -> void* { return nullptr; };
  reader_->fn = &functions_;
}

Status RedisReader::Feed(std::string_view bytes) {
  pending_ += bytes.size();
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) == REDIS_OK) return Ok();
  return Refuse(ShowLibraryText(reader_->errstr, password_.view()));
}

Result<std::optional<RedisReply>> RedisReader::Next() {
  void* raw = nullptr;
  if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
    return Refuse("a reply that cannot be read: " +
                  ShowLibraryText(reader_->errstr, password_.view()));
  }
  const ReplyPtr reply(static_cast<redisReply*>(raw));
  if (reply == nullptr) {
    if (pending_ > kMaxReplyBytes) return Refuse("a reply that is too long");
    return std::optional<RedisReply>();
  }
  pending_ = 0;
  return std::optional(ToReply(*reply, password_.view()));
}

}  // namespace pamjwt::fetcher
