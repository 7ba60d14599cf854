#include "core/oauth/dpop.h"

#include <algorithm>
#include <utility>

#include "core/jose/base64url.h"
#include "core/jose/random_bytes.h"
#include "core/jose/sha256.h"
#include "core/json/json.h"

namespace pamjwt::oauth {
namespace {

std::string Header(const Jwk& key) {
  JsonObject jwk = {{"kty", JsonString("EC")},
                    {"crv", JsonString("P-256")},
                    {"x", JsonString(EncodeBase64Url(key.x))},
                    {"y", JsonString(EncodeBase64Url(key.y))}};
  return ToJsonText(Json(JsonObject{{"typ", JsonString("dpop+jwt")},
                                    {"alg", JsonString("ES256")},
                                    {"jwk", Json(std::move(jwk))}}));
}

Result<std::string> Payload(const DpopRequest& request, UnixTime now) {
  constexpr std::size_t kJtiBytes = 16;
  const Result<Bytes> jti = RandomBytes(kJtiBytes);
  if (!jti.ok()) return jti.error();
  const std::string_view place = request.url.substr(0, request.url.find_first_of("?#"));
  JsonObject payload = {{"jti", JsonString(EncodeBase64Url(jti.value()))},
                        {"htm", JsonString(request.method)},
                        {"htu", JsonString(place)},
                        {"iat", Json(Json::Value(now.seconds))}};
  if (!request.nonce.empty()) payload.emplace_back("nonce", JsonString(request.nonce));
  if (!request.access_token.empty()) {
    const Result<Sha256Digest> digest = Sha256(AsBytes(request.access_token));
    if (!digest.ok()) return digest.error();
    payload.emplace_back("ath", JsonString(EncodeBase64Url(digest.value())));
  }
  return ToJsonText(Json(std::move(payload)));
}

}  // namespace

bool OffersDpop(const Metadata& provider) {
  return Offers(provider.dpop_algorithms, "ES256");
}

Result<std::string> MakeDpopProof(const DpopKey& key, const DpopRequest& request, UnixTime now) {
  constexpr std::size_t kSignatureBytes = 64;
  if (key.public_key.type != KeyType::kP256) {
    return Error{Reason::kInternal, "a DPoP proof needs a key on P-256"};
  }
  const Result<std::string> payload = Payload(request, now);
  if (!payload.ok()) return payload.error();
  const std::string input = EncodeBase64Url(AsBytes(Header(key.public_key))) + "." +
                            EncodeBase64Url(AsBytes(payload.value()));
  const Result<Bytes> signature = key.sign(AsBytes(input));
  if (!signature.ok()) return signature.error();
  if (signature.value().size() != kSignatureBytes) {
    return Error{Reason::kInternal, "a signature of ES256 does not have 64 bytes"};
  }
  return input + "." + EncodeBase64Url(signature.value());
}

Status CheckDpopNonce(std::string_view nonce) {
  const bool is_plain = std::all_of(nonce.begin(), nonce.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (!nonce.empty() && nonce.size() <= kMaxDpopNonce && is_plain) return Ok();
  return Error{Reason::kMalformed, "the provider's DPoP-Nonce is not one of RFC 9449"};
}

bool WantsDpopNonce(const ProviderError& error) {
  return error.code == "use_dpop_nonce";
}

}  // namespace pamjwt::oauth
