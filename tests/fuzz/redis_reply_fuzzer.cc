// The input is what a Valkey or Redis server sends.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "jwks-fetcher/redeem/redis_protocol.h"

namespace pamjwt::fetcher {
namespace {

using test::Require;

/// The replies in a text, as far as they can be read.
struct Replies {
  std::vector<std::pair<RedisReplyKind, std::string>> all;
  bool failed = false;

  bool operator==(const Replies&) const = default;
};

void TakeAll(RedisReader& reader, Replies& replies) {
  while (!replies.failed) {
    const Result<std::optional<RedisReply>> next = reader.Next();
    replies.failed = !next.ok();
    if (replies.failed || !next.value().has_value()) return;
    const RedisReply& reply = *next.value();
    const bool has_text =
        reply.kind == RedisReplyKind::kText || reply.kind == RedisReplyKind::kError;
    Require(has_text || reply.text.empty(), "only texts and errors have a text");
    replies.all.emplace_back(reply.kind, reply.text);
  }
}

/// Reads the text in pieces of `piece` bytes.
Replies Read(std::string_view text, std::size_t piece) {
  RedisReader reader;
  Replies replies;
  for (std::size_t at = 0; at < text.size() && !replies.failed; at += piece) {
    replies.failed = !reader.Feed(text.substr(at, piece)).ok();
    TakeAll(reader, replies);
  }
  return replies;
}

void Check(std::string_view text) {
  if (text.size() > RedisReader::kMaxReplyBytes) return;  // the size of the pieces then matters
  const Replies whole = Read(text, text.size() + 1);
  Require(Read(text, 1) == whole, "how it was cut makes no difference");
  Require(Read(text, 7) == whole, "how it was cut makes no difference");
}

}  // namespace
}  // namespace pamjwt::fetcher

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::fetcher::Check(pamjwt::AsText({data, size}));
  return 0;
}
