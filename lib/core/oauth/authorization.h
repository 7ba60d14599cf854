#pragma once

#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/oauth/form.h"
#include "core/oauth/metadata.h"
#include "core/oauth/pkce.h"

namespace pamjwt::oauth {

/// The part of a login by authorization code that is kept until the browser comes back. All of it
/// is new for each login.
struct AuthorizationAttempt {
  std::string state;  ///< only the browser that was sent knows it (RFC 6749 §10.12)
  Pkce pkce;
  std::string salt;   ///< as IsSalt wants it; the certificate carries it
  std::string nonce;  ///< the BoundNonce of the salt and the ssh key
};

/// Begins a login for the ssh key with this blob. Takes random bytes of the system. Errors:
/// kInternal.
Result<AuthorizationAttempt> BeginAuthorization(ByteView ssh_key);

/// The parameters of an authorization request. An empty one is not sent.
struct AuthorizationRequest {
  std::string_view client_id;
  std::string_view redirect_uri;
  std::string_view scope;     ///< names with blanks between them (RFC 6749 §3.3)
  std::string_view resource;  ///< for which service the access token is (RFC 8707 §2)
  std::string_view dpop_jkt;  ///< thumbprint of the key that redeems the code (RFC 9449 §10)
};

/// Returns the url to which the browser is sent (RFC 6749 §4.1.1, RFC 7636 §4.3). Errors:
/// kMalformed if the provider has no authorization_endpoint, or offers PKCE only without S256.
Result<std::string> AuthorizationUrl(const Metadata& provider, const AuthorizationAttempt& attempt,
                                     const AuthorizationRequest& request);

/// The answer that a browser brought to our redirect_uri, with the state of our attempt.
class Redirect {
 public:
  /// Reads the query of a redirect, without its "?". Any page can send a browser here, so a query
  /// that is refused ends no login: it is answered with 400. Errors: kMalformed, also if the state
  /// is absent or of another attempt (RFC 6749 §10.12).
  static Result<Redirect> Parse(std::string_view query, const AuthorizationAttempt& attempt);

  /// Returns the authorization code. An error ends the login. Errors: kMalformed with the words of
  /// the provider if it refused (RFC 6749 §4.1.2.1), if there is no code, or if the answer came
  /// from another issuer (RFC 9207 §2.4).
  [[nodiscard]] Result<SecretString> CodeFrom(const Metadata& provider) const;

 private:
  explicit Redirect(FormFields fields) : fields_(std::move(fields)) {}

  FormFields fields_;
};

}  // namespace pamjwt::oauth
