#include "jwt-sso/state/login_end.h"

#include <cstdint>

#include "core/jose/unverified.h"

namespace pamjwt::sso {
namespace {

bool NamesKey(const Json& claims, const SavedLogin& login) {
  const Json* const nonce = claims.Find("nonce");
  const bool has_nonce =
      nonce != nullptr && nonce->AsString() != nullptr && *nonce->AsString() == login.nonce;
  return has_nonce || claims.Find("cnf") != nullptr;
}

}  // namespace

std::string_view TokenForHosts(const SavedLogin& login, ClientToken token) {
  return token == ClientToken::kId ? login.id_token.view() : login.access_token.view();
}

std::optional<UnixTime> EndOfBinding(const SavedLogin& login, const ClientProfile& profile) {
  const Result<UnverifiedToken> token = ReadUnverified(TokenForHosts(login, profile.token));
  if (!token.ok() || NamesKey(token.value().payload, login)) return std::nullopt;
  const Result<UnverifiedToken> binding = ReadUnverified(login.binding.view());
  const Json* const iat = binding.ok() ? binding.value().payload.Find("iat") : nullptr;
  if (iat == nullptr) return std::nullopt;
  const auto last = static_cast<double>(kLastSecond.seconds);
  const double issued = iat->AsInt() != nullptr      ? static_cast<double>(*iat->AsInt())
                        : iat->AsDouble() != nullptr ? *iat->AsDouble()
                                                     : -1;
  if (!(issued >= 0 && issued <= last)) return std::nullopt;
  return UnixTime{static_cast<std::int64_t>(issued) + profile.max_binding_age.count};
}

}  // namespace pamjwt::sso
