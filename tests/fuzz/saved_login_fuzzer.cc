#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::test {
namespace {

void Check(std::string_view text) {
  const Result<sso::SavedLogin> login = sso::ParseSavedLogin(text);
  if (!login.ok()) {
    Require(login.error().reason == Reason::kMalformed, "a refusal has its reason");
    return;
  }
  Require(!login.value().issuer.empty(), "a login names its issuer");
  const Result<SecretString> written = FormatSavedLogin(login.value());
  // Escapes may make the text longer than what is read.
  if (!written.ok() && text.size() > 4096) return;
  Require(written.ok(), "a login that was read can be written");
  const Result<sso::SavedLogin> again = sso::ParseSavedLogin(written.value().view());
  Require(again.ok(), "... and read again");
  Require(FormatSavedLogin(again.value()).value().view() == written.value().view(),
          "... and is the same then");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
