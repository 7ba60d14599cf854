// The input is a metadata document of the issuer https://a.example, from a hostile server.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/url.h"
#include "core/json/json.h"
#include "fuzz/property.h"
#include "jwks-fetcher/fetch/discovery.h"

namespace pamjwt::fetcher {
namespace {

using test::Require;

void Check(std::string_view text) {
  KeySource source;
  source.url = "https://a.example";
  const Result<KeyPlace> place = ParseMetadata(text, source, http::AddressClass::kPublic);
  if (!place.ok()) {
    Require(place.error().detail.find('\n') == std::string::npos, "a message is one line");
    return;
  }
  const Result<Json> json = ParseJsonObject(text, {kMaxMetadataBytes, 32});
  Require(json.ok() && *json.value().Find("issuer")->AsString() == source.url,
          "the document is the issuer's own");
  const Result<Url> url = ParseHttpUrl(place.value().jwks_uri, Reason::kKeysMissing);
  Require(url.ok() && url.value().scheme == "https", "keys come by https");
  Require(!IsLoopback(url.value()), "nobody else sends the daemon to this host");
  const bool has_port = url.value().port != 0 && url.value().port != 443;
  Require((place.value().nearest == http::AddressClass::kLocal) ==
              (url.value().host == "a.example" && !has_port),
          "only the issuer's own origin may turn out to be this host");
}

}  // namespace
}  // namespace pamjwt::fetcher

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::fetcher::Check(pamjwt::AsText({data, size}));
  return 0;
}
