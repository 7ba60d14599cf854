#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "jwt-sso/ssh_config/settings_text.h"

namespace pamjwt::test {
namespace {

void Check(std::string_view text) {
  constexpr std::string_view kOwn = "/home/u/.ssh/jwt-sso.conf";
  const std::vector<sso::SshUse> uses = sso::UsesIn(text);
  const Result<std::string> settings = sso::SshSettings("/usr/bin/jwt-sso", uses, {});
  Require(settings.ok(), "what is read can be written");
  Require(sso::UsesIn(settings.value()) == uses, "what is written reads back");

  const Result<std::string> config = sso::WithInclude(text, kOwn);
  Require(config.ok(), "the line can stand in any configuration");
  Require(sso::WithInclude(config.value(), kOwn).value() == config.value(), "setup is idempotent");
  const std::string without = sso::WithoutInclude(text, kOwn);
  Require(sso::WithoutInclude(config.value(), kOwn) == without, "remove takes the line back");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
