#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/config/client_profile_reader.h"
#include "core/config/client_profile_text.h"
#include "core/config/client_profile_writer.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

void Check(std::string_view text) {
  const Result<ClientProfile> profile = ParseClientProfile("profile", text);
  if (!profile.ok()) {
    const Error& error = profile.error();
    Require(error.reason == Reason::kConfigInvalid, "an error is one of the configuration");
    Require(error.rule.given(), "an error has a line");
    const std::string where = "profile:" + std::to_string(error.rule.line) + ": ";
    Require(error.detail.starts_with(where), "an error says where it is");
    return;
  }
  const ClientProfile& good = profile.value();
  Require(!good.issuer.empty() && !good.client_id.empty(), "a profile has an issuer and a client");
  Require(!good.flows.empty() && !good.redirect_ports.empty() && !good.scopes.empty(),
          "a list with a default is not empty");
  for (const std::string& host : good.hosts) Require(IsHostPattern(host), "a host is a pattern");
  const Result<ClientProfile> again = ParseClientProfile("again", FormatClientProfile(good));
  Require(again.ok() && again.value() == good, "what is written reads back");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
