#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/jose/base64url.h"
#include "core/jose/route.h"
#include "core/jose/unverified.h"
#include "core/jose/verify.h"
#include "fuzz/property.h"
#include "support/verify_token.h"

namespace pamjwt::test {
namespace {

constexpr std::array<std::string_view, 3> kIssuers = {"https://issuer.example",
                                                      "https://issuer.example/realm", "joe"};

/// Checks that the router, the only reader of an unverified payload, finds the issuer that a reader
/// of the whole payload finds.
void CheckRoute(std::string_view text, const ParsedJws& jws) {
  const Result<RoutedIssuer> route = IssuerRouter::Route(jws, kIssuers);
  const Result<UnverifiedToken> read = ReadUnverified(text);
  Require(route.ok() == read.ok(), "a payload that is routed is strict JSON");
  if (!route.ok()) return;

  const Json* const iss = read.value().payload.Find("iss");
  const bool is_text = iss != nullptr && iss->AsString() != nullptr;
  std::optional<std::size_t> expected;
  for (std::size_t i = 0; is_text && i < kIssuers.size(); ++i) {
    if (*iss->AsString() == kIssuers[i]) expected = i;
  }
  Require(route.value().index == expected, "a token is routed to the issuer that equals its iss");
  const bool is_unknown = is_text && !expected.has_value();
  const std::optional<std::string> shown =
      is_unknown ? std::optional(iss->AsString()->substr(0, kMaxShownIss)) : std::nullopt;
  Require(route.value().unknown_iss == shown,
          "an unknown iss is shown, but no more than its bound");
}

void CheckVerify(std::string_view text, const ParsedJws& jws) {
  const TestKey& key = TestKey::For(jws.algorithm());
  const Result<VerifiedPayload> payload =
      key.type() == KeyType::kSecret ? VerifiedPayload::Verify(jws, SecretString(key.secret()))
                                     : VerifiedPayload::Verify(jws, PublicKey(key));
  if (!payload.ok()) {
    Require(payload.error().reason == Reason::kSignature, "a forgery is refused as one");
    return;
  }
  const std::size_t first = text.find('.');
  const std::string_view part = text.substr(first + 1, text.rfind('.') - first - 1);
  Require(EncodeBase64Url(AsBytes(payload.value().text())) == part, "what holds is what was sent");
}

void Check(std::string_view text) {
  const Result<ParsedJws> jws = ParseJws(text);
  if (!jws.ok()) {
    const Reason reason = jws.error().reason;
    Require(reason == Reason::kMalformed || reason == Reason::kUnsupported ||
                reason == Reason::kAlgorithm,
            "a token is refused for a reason of its own");
    return;
  }
  Require(std::string(AsText(jws.value().signing_input())) + "." +
                  EncodeBase64Url(jws.value().signature()) ==
              text,
          "what parses is the text, in parts");
  CheckRoute(text, jws.value());
  CheckVerify(text, jws.value());
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
