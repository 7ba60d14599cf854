#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"

namespace pamjwt::sso {

/// The content of the file "tokens" of a profile's state: what a login at the provider gave, and
/// what the next renewal needs. An empty text means that there is none.
struct SavedLogin {
  std::string issuer;           ///< of the profile with which the user logged in
  std::string client_id;        ///< of the same
  std::string subject;          ///< sub of the ID token
  std::string person;           ///< a name for people, from the ID token; may be empty
  std::string key_fingerprint;  ///< of the ssh key that the tokens name; empty: they name no key
  std::string salt;             ///< of the certificate
  std::string nonce;            ///< that the login sent
  bool dpop = false;            ///< the tokens need proofs of the key (RFC 9449)
  SecretString refresh_token;
  SecretString access_token;
  std::optional<UnixTime> access_end;  ///< as the provider said it
  SecretString id_token;               ///< the newest that was verified
  SecretString binding;       ///< the ID token of the login itself, which has the nonce (BINDING)
  UnixTime logged_in;         ///< when the user logged in
  UnixTime renewed;           ///< when tokens came last
  std::int64_t renewals = 0;  ///< how often tokens came since the login
  /// The time when the refresh token was sent, if no new tokens came for it: the provider may have
  /// replaced it nevertheless.
  std::optional<UnixTime> unanswered;

  SavedLogin() = default;
  SavedLogin(SavedLogin&&) = default;
  SavedLogin& operator=(SavedLogin&&) = default;
  SavedLogin(const SavedLogin&) = delete;
  SavedLogin& operator=(const SavedLogin&) = delete;
  ~SavedLogin() = default;
};

/// Formats a login as JSON that ParseSavedLogin reads as the same. Errors: kInternal if it would
/// not.
Result<SecretString> FormatSavedLogin(const SavedLogin& login);

/// Reads what FormatSavedLogin wrote. Errors: kMalformed for any other text, with the member that
/// is wrong, and nothing of the text; a version of the format that is not known is named.
Result<SavedLogin> ParseSavedLogin(std::string_view text);

}  // namespace pamjwt::sso
