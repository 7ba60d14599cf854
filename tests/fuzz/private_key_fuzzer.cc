#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/ssh/base64.h"
#include "core/ssh/private_key.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

/// Checks that a key that was read is written so that it reads as the same key.
void Check(std::string_view text) {
  const Result<P256Key> key = ParsePrivateKey(text);
  if (!key.ok()) {
    Require(key.error().reason == Reason::kMalformed, "a refusal has its reason");
    return;
  }
  const Result<SecretString> written = FormatPrivateKey(key.value(), "fuzz");
  Require(written.ok(), "a key that was read can be written");
  const Result<P256Key> again = ParsePrivateKey(written.value().view());
  Require(again.ok(), "... and read again");
  Require(again.value().Scalar().value().view() == key.value().Scalar().value().view(),
          "... and is the same then");
}

/// Reads `bytes` as what stands in base64 in a file, which no fuzzer would find.
void CheckWithin(ByteView bytes) {
  constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----\n";
  Check(std::string(kBegin) + EncodeBase64(bytes) + "\n" + std::string(kEnd));
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  pamjwt::test::CheckWithin({data, size});
  return 0;
}
