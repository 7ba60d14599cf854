#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/oauth/form.h"
#include "core/oauth/metadata.h"

namespace pamjwt::oauth {

/// The ways in which a client says who it is (RFC 6749 §2.3).
enum class ClientAuthMethod : std::uint8_t {
  kNone,   // a public client: its id in the form (RFC 6749 §3.2.1)
  kBasic,  // client_secret_basic: id and secret in a header field
  kPost,   // client_secret_post: both in the form
};

/// A client as it is registered at the provider.
struct Client {
  std::string_view id;
  std::string_view secret;  ///< empty: a public client
};

/// Returns the way for this client. With a secret it is kBasic if the provider offers it, else
/// kPost (RFC 6749 §2.3.1). Errors: kMalformed if the client has a secret and the provider offers
/// neither.
Result<ClientAuthMethod> ChooseClientAuth(const Metadata& provider, const Client& client);

/// Adds what the form must say of the client.
void AddClient(Form& form, ClientAuthMethod method, const Client& client);

/// Returns the value of the header field Authorization, or "" if the method does not need it. Id
/// and secret are encoded as in a form before they are encoded in base64 (RFC 6749 §2.3.1).
SecretString AuthorizationOf(ClientAuthMethod method, const Client& client);

}  // namespace pamjwt::oauth
