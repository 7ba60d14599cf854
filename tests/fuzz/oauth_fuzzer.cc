// The first byte says which parser reads the rest: what a provider or a browser sends to a client.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/url.h"
#include "core/oauth/authorization.h"
#include "core/oauth/device.h"
#include "core/oauth/dpop.h"
#include "core/oauth/id_token.h"
#include "core/oauth/metadata.h"
#include "core/oauth/token_response.h"
#include "fuzz/property.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt::oauth {
namespace {

using test::Require;

constexpr std::string_view kIssuer = "https://a.example";

bool IsPrintable(std::string_view text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}

/// Checks a message, which is shown on a terminal.
template <typename T>
void CheckMessage(const Result<T>& result) {
  if (!result.ok()) Require(IsPrintable(result.error().detail), "a message is one printable line");
}

void CheckPlace(const std::string& place) {
  if (place.empty()) return;
  const Result<Url> url = ParseHttpUrl(place, Reason::kMalformed);
  Require(url.ok() && url.value().scheme == "https" && !IsLoopback(url.value()),
          "a provider names places of https on other hosts");
}

void CheckMetadata(std::string_view text) {
  const Result<Metadata> metadata = ParseMetadata(text, kIssuer);
  CheckMessage(metadata);
  if (!metadata.ok()) return;
  Require(metadata.value().issuer == kIssuer, "the document is the issuer's own");
  Require(!metadata.value().token_endpoint.empty(), "there is a place for tokens");
  CheckPlace(metadata.value().authorization_endpoint);
  CheckPlace(metadata.value().token_endpoint);
  CheckPlace(metadata.value().device_authorization_endpoint);
  CheckPlace(metadata.value().revocation_endpoint);
  CheckPlace(metadata.value().jwks_uri);
  AuthorizationAttempt attempt;
  attempt.state = "s t&";
  const Result<std::string> url =
      AuthorizationUrl(metadata.value(), attempt, {"c", "", "", "", ""});
  CheckMessage(url);
  if (!url.ok()) return;
  Require(url.value().ends_with("&state=s+t%26&code_challenge_method=S256"), "encoded");
}

void CheckRedirect(std::string_view query) {
  AuthorizationAttempt attempt;
  attempt.state = "xyz";
  Metadata provider;
  provider.issuer = kIssuer;
  const Result<Redirect> redirect = Redirect::Parse(query, attempt);
  CheckMessage(redirect);
  if (!redirect.ok()) return;
  Require(query.size() <= kMaxFormBytes, "a query has a bound");
  const Result<SecretString> code = redirect.value().CodeFrom(provider);
  CheckMessage(code);
  Require(!code.ok() || !code.value().empty(), "a code is not empty");
}

void CheckForm(std::string_view text) {
  const Result<FormFields> fields = ParseForm(text);
  CheckMessage(fields);
  if (!fields.ok()) return;
  Form form;
  for (const auto& [name, value] : fields.value()) form.Add(name, value);
  if (form.text().size() > kMaxFormBytes) return;
  const Result<FormFields> again = ParseForm(form.text());
  Require(again.ok() && again.value() == fields.value(), "what is formed is read as the same");
}

void CheckTokens(std::string_view text) {
  const Result<TokenAnswer> answer = ParseTokenAnswer(200, text);
  CheckMessage(answer);
  if (!answer.ok()) return;
  if (const auto* const error = std::get_if<ProviderError>(&answer.value())) {
    Require(IsPrintable(Describe(*error)), "an error is shown safely");
    Require(NextInterval(*error, Seconds{5}).value_or(Seconds{5}).count <= 10, "a step is small");
    return;
  }
  const auto& tokens = std::get<IssuedTokens>(answer.value());
  Require(!tokens.access_token.empty(), "there is an access token");
  for (const SecretString* const token :
       {&tokens.access_token, &tokens.refresh_token, &tokens.id_token}) {
    Require(IsPrintable(token->view()), "a token fits into a header field");
  }
}

void CheckDevice(std::string_view text) {
  const Result<DeviceAnswer> answer = ParseDeviceAnswer(200, text);
  CheckMessage(answer);
  const auto* const login = answer.ok() ? std::get_if<DeviceLogin>(&answer.value()) : nullptr;
  if (login == nullptr) return;
  Require(IsPrintable(login->user_code) && !login->user_code.empty(), "a person can type it");
  Require(login->verification_uri.starts_with("http"), "it is a page");
  Require(login->interval.count >= 1 && login->interval.count <= 600, "waiting has bounds");
}

/// Signs the input as the payload of an ID token, since no other input has a good signature.
void CheckIdToken(std::string_view payload) {
  static const std::vector<Jwk> keys = {test::PublicKey(test::TestKey::Ed25519())};
  IdTokenRules rules;
  rules.issuer = kIssuer;
  rules.client_id = "c";
  rules.nonce = "n";
  const ClockReading clock{UnixTime{1'800'000'000}, Seconds{30}};
  const Result<IdToken> token =
      IdToken::Verify(test::SignToken(Algorithm::kEdDsa, payload), keys, rules, clock);
  CheckMessage(token);
  if (token.ok()) {
    const Claims& claims = token.value().claims();
    Require(claims.issuer() == kIssuer && *claims.String("nonce") == "n", "it is of this login");
    Require(!claims.subject().empty(), "it has a subject");
  }
  // The input is also a whole token. Nobody but the test can sign it.
  const Result<IdToken> forged = IdToken::Verify(payload, keys, rules, clock);
  CheckMessage(forged);
  Require(!forged.ok(), "a token has a good signature");
}

void Check(std::uint8_t parser, std::string_view text) {
  switch (parser) {
    case 'm':
      return CheckMetadata(text);
    case 'r':
      return CheckRedirect(text);
    case 'f':
      return CheckForm(text);
    case 't':
      return CheckTokens(text);
    case 'd':
      return CheckDevice(text);
    case 'i':
      return CheckIdToken(text);
    case 'n':
      return CheckMessage(CheckDpopNonce(text));
    default:
      return;
  }
}

}  // namespace
}  // namespace pamjwt::oauth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size != 0) pamjwt::oauth::Check(data[0], pamjwt::AsText({data + 1, size - 1}));
  return 0;
}
