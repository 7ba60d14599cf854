#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/json/json.h"
#include "core/oauth/provider_error.h"

namespace pamjwt::oauth {

/// The longest answer of the token endpoint that is read, in bytes.
inline constexpr std::size_t kMaxTokenAnswerBytes = std::size_t{256} * 1024;

/// The kinds of access token.
enum class TokenType : std::uint8_t {
  kBearer,      // RFC 6750
  kDpop,        // only with a proof of the key (RFC 9449 §5)
  kNotAnAccess  // "N_A": an exchange gave a token of another kind (RFC 8693 §2.2.1)
};

/// The tokens that a provider issued (RFC 6749 §5.1).
struct IssuedTokens {
  SecretString access_token;
  TokenType type = TokenType::kBearer;
  std::optional<Seconds> lifetime;  ///< of the access token; nullopt: the provider does not say
  SecretString refresh_token;       ///< empty: there is no new one, and an old one stays valid
  SecretString id_token;            ///< empty: there is no ID token; it is not verified yet
  std::string scope;                ///< empty: the scope that was asked for
};

/// An answer of the token endpoint: tokens, or the error that it names (RFC 6749 §5.2).
using TokenAnswer = std::variant<IssuedTokens, ProviderError>;

/// Reads the answer to a token request. `status` is the status of the HTTP answer.
///
/// An answer that names an error is a ProviderError, whatever its status, since some providers send
/// it with 200. Tokens are printable ASCII without blanks, at most kMaxTextBytes each. Errors:
/// kMalformed for tokens with another status than 200, for a token_type that is not known (RFC 6749
/// §7.1), and for text that is neither tokens nor an error, as a page in HTML.
Result<TokenAnswer> ParseTokenAnswer(int status, std::string_view text);

/// Reads the error of an endpoint's answer (RFC 6749 §5.2), or returns nullopt if it names none.
/// Errors: kMalformed.
Result<std::optional<ProviderError>> ReadProviderError(const Json& answer);

/// Reads the JSON object that an endpoint answered. Errors: kMalformed, with the status.
Result<Json> ParseAnswer(int status, std::string_view text);

}  // namespace pamjwt::oauth
