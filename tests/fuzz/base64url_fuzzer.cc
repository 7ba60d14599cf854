#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/jose/base64url.h"
#include "fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using pamjwt::test::Require;
  const pamjwt::ByteView bytes(data, size);

  const std::optional<pamjwt::SecretString> decoded =
      pamjwt::DecodeBase64Url(pamjwt::AsText(bytes));
  if (decoded.has_value()) {
    Require(pamjwt::EncodeBase64Url(decoded->bytes()) == pamjwt::AsText(bytes),
            "what decodes encodes to the same text");
  }

  const std::string encoded = pamjwt::EncodeBase64Url(bytes);
  const std::optional<pamjwt::SecretString> back = pamjwt::DecodeBase64Url(encoded);
  Require(back.has_value() && back->view() == pamjwt::AsText(bytes),
          "what encodes decodes to the same bytes");
  return 0;
}
