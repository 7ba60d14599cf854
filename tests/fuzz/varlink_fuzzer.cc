#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "io/varlink.h"

namespace pamjwt::test {
namespace {

struct Stream {
  std::vector<std::string> messages;
  bool is_good = true;
};

/// Reads `text` in pieces of `piece` bytes.
Stream Read(std::string_view text, std::size_t piece) {
  constexpr std::size_t kBound = 1024;
  VarlinkReader reader(kBound);
  Stream stream;
  for (std::size_t at = 0; at < text.size() && stream.is_good; at += piece) {
    stream.is_good = reader.Append(text.substr(at, piece)).ok();
    while (std::optional<std::string> message = reader.Next()) {
      Require(!message->empty() && message->size() <= kBound, "a message is within its bounds");
      stream.messages.push_back(std::move(*message));
    }
  }
  return stream;
}

std::string_view WithoutNul(std::string_view text) {
  Require(text.ends_with('\0'), "a message that is sent has its end");
  return text.substr(0, text.size() - 1);
}

void CheckCall(std::string_view message) {
  const Result<VarlinkCall> call = ParseVarlinkCall(message);
  if (!call.ok()) return;
  const std::string text = FormatVarlinkCall(call.value());
  const Result<VarlinkCall> again = ParseVarlinkCall(WithoutNul(text));
  Require(again.ok() && FormatVarlinkCall(again.value()) == text, "a call reads back");
}

void CheckReply(std::string_view message) {
  const Result<VarlinkReply> reply = ParseVarlinkReply(message);
  if (!reply.ok()) return;
  const std::string text = FormatVarlinkReply(reply.value());
  const Result<VarlinkReply> again = ParseVarlinkReply(WithoutNul(text));
  Require(again.ok() && FormatVarlinkReply(again.value()) == text, "a reply reads back");
}

/// Checks an input. Its first byte is the size of the pieces in which the other bytes come.
void Check(std::string_view input) {
  if (input.empty()) return;
  const std::size_t piece = std::max<std::size_t>(static_cast<unsigned char>(input.front()), 1);
  const std::string_view text = input.substr(1);
  const Stream whole = Read(text, std::max<std::size_t>(text.size(), 1));
  const Stream pieces = Read(text, piece);
  Require(whole.messages == pieces.messages && whole.is_good == pieces.is_good,
          "a stream has the same messages however it comes");
  for (const std::string& message : whole.messages) {
    CheckCall(message);
    CheckReply(message);
  }
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
