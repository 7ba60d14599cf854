#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/session/session_record.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

void Check(std::string_view text) {
  const Result<SessionRecord> record = ParseSessionRecord(text);
  if (!record.ok()) {
    Require(record.error().reason == Reason::kInternal, "the reason is our own fault");
    return;
  }
  Require(record.value().process.pid > 0, "kill(2) and pidfd_open(2) take it as one process");
  Require(!record.value().account.empty(), "it has an account");
  Require(record.value().token.jti.empty(), "it has no jti");
  const Result<std::string> written = FormatSessionRecord(record.value());
  // The writer may escape what the text has not escaped, and refuses what becomes too long.
  Require(written.ok() || text.size() > kMaxSessionRecordBytes / 6, "it can be written");
  if (!written.ok()) return;
  const Result<SessionRecord> again = ParseSessionRecord(written.value());
  Require(again.ok() && again.value() == record.value(), "it reads back");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
