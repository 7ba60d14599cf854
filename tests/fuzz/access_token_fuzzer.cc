// The input is the payload of an access token of a provider, and a whole access token too.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/jose/base64url.h"
#include "core/jose/p256_key.h"
#include "core/json/members.h"
#include "core/oauth/token_response.h"
#include "core/ssh/certificate_maker.h"
#include "core/ssh/private_key.h"
#include "fuzz/property.h"
#include "jwt-sso/net/certificate.h"
#include "jwt-sso/net/prompt_token.h"
#include "jwt-sso/net/token_text.h"
#include "jwt-sso/state/certificate_use.h"

namespace pamjwt::sso {
namespace {

using test::Require;

constexpr std::string_view kAudience = "a";
constexpr std::string_view kSalt = "0123456789012345678901";

const SshPublicKey& Key() {
  static const SshPublicKey key = [] {
    const Result<P256Key> made = P256Key::Make();
    Require(made.ok(), "a key can be made");
    return SshPublicKeyOf(made.value()).value();
  }();
  return key;
}

bool Has(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

/// Checks which tokens may be typed at a prompt.
void CheckPrompt(std::string_view token) {
  if (!CheckForPrompt(token, kAudience, "").ok()) return;
  const Result<Json> claims = ReadClaims(token);
  Require(claims.ok(), "a token for a prompt is a JWT");
  Require(claims.value().Find("cnf") == nullptr, "... which names no key");
  Require(!TextMember(claims.value(), "nonce").starts_with("pjk1."), "... not by a nonce either");
  Require(Has(AudiencesOf(claims.value()), kAudience), "... and it is for the service");
  Require(!CheckForPrompt(token, kAudience, token).ok(), "... and not that of the certificate");
}

/// Checks that a certificate ends as its token does, and is good until then.
void CheckCertificate(std::string_view token) {
  const Result<CertificateValidity> validity = ValidityFor(token, std::nullopt);
  const std::optional<UnixTime> end = EndOf(token);
  Require(end.has_value() == validity.ok(), "a certificate has an end if its token has one");
  if (!validity.ok()) return;
  const Result<Bytes> blob = MakeTokenCertificate(Key(), {kSalt, token, ""}, validity.value());
  if (!blob.ok()) return;
  const std::string line = CertificateLine(Key().type, blob.value());
  Require(EndOfUse(line) == end, "... and it is the same");
  Require(!IsGoodFor(line, *end, Seconds{0}), "... and the certificate is not good then");
}

/// Checks the end of a certificate where the hosts' max_bound_age counts.
void CheckAge(std::string_view token) {
  const Result<CertificateValidity> validity = ValidityFor(token, Seconds{3600});
  if (!validity.ok()) return;
  Require(validity.value().after < validity.value().before, "a certificate begins, then ends");
  const auto last = static_cast<std::uint64_t>(kLastSecond.seconds);
  Require(validity.value().before <= last, "... in a year of four digits");
}

/// Checks that no token binds the key, since the input knows neither key nor nonce.
void CheckUnbound(std::string_view token) {
  SavedLogin login;
  login.salt = kSalt;
  login.access_token = SecretString(token);
  Require(!ChooseParts(login, ClientToken::kAccess, Key()).ok(), "nobody guesses a thumbprint");
}

void Check(std::string_view token) {
  if (token.size() > oauth::kMaxTokenAnswerBytes) return;
  CheckPrompt(token);
  CheckCertificate(token);
  CheckAge(token);
  CheckUnbound(token);
}

}  // namespace
}  // namespace pamjwt::sso

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const pamjwt::ByteView input(data, size);
  pamjwt::sso::Check(pamjwt::AsText(input));
  pamjwt::sso::Check("e30." + pamjwt::EncodeBase64Url(input) + ".AAAA");
  return 0;
}
