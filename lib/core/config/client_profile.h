#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace pamjwt {

/// A way in which a client gets its first token.
enum class ClientFlow : std::uint8_t {
  kCode,               ///< "code": the browser of this machine (RFC 6749 §4.1, RFC 7636, RFC 8252)
  kDevice,             ///< "device": the browser of another machine (RFC 8628)
  kPaste,              ///< "paste": the browser's last address, pasted into the terminal
  kClientCredentials,  ///< "client_credentials": the client itself, without a person (§4.4)
  kJwtBearer,          ///< "jwt_bearer": a JWT of another issuer, as CI systems give it (RFC 7523)
  kTokenExchange,      ///< "token_exchange": a token for a token (RFC 8693)
};

/// The use of a profile's tokens. A token that stands in certificates is for nothing else.
enum class ClientUse : std::uint8_t {
  kCertificate,  ///< "certificate": ssh certificates, which prove the user's key
  kPrompt,       ///< "prompt": prompts of ssh, sudo, databases, and scripts
};

/// The token of the provider's answer that hosts get.
enum class ClientToken : std::uint8_t {
  kId,      ///< "id": the ID token (OpenID Connect Core §2)
  kAccess,  ///< "access": the access token, which must be a JWT (RFC 9068)
};

/// The place of a login between two uses.
enum class ClientKeep : std::uint8_t {
  kState,    ///< "state": $XDG_STATE_HOME, until logout
  kRuntime,  ///< "runtime": $XDG_RUNTIME_DIR, until the user's last session ends
};

/// The ssh key of a profile's certificates.
struct ClientKey {
  enum class Kind : std::uint8_t {
    kNew,    ///< "new": a key of the profile's own
    kAgent,  ///< "agent:SHA256:...": a key in the user's ssh-agent
    kFile,   ///< "PATH.pub": the public key of any key that ssh can use
  };

  Kind kind = Kind::kNew;
  std::string name;  ///< kAgent: the fingerprint, from SHA256: on; kFile: the path; kNew: empty
  bool operator==(const ClientKey&) const = default;
};

/// The longest max_bound_age and max_binding_age: as the configuration of hosts has them.
inline constexpr Seconds kMaxClientAge{std::int64_t{3650} * 24 * 60 * 60};

/// A profile of jwt-sso: an OpenID provider, and the client that its users are. It holds no secret.
struct ClientProfile {
  std::string issuer;              ///< https, or http on loopback; without query and fragment
  std::string client_id;           ///< printable ASCII (RFC 6749 §A.1)
  std::string client_secret_file;  ///< from / or ~/; empty: a public client
  std::vector<std::string> scopes = {"openid"};         ///< scope-tokens (RFC 6749 §3.3)
  ClientToken token = ClientToken::kId;                 ///< for hosts
  ClientUse use = ClientUse::kCertificate;              ///< of the token
  std::string resource;                                 ///< RFC 8707 §2; empty: not asked for
  std::vector<ClientFlow> flows = {ClientFlow::kCode};  ///< those that are allowed, each once
  std::vector<std::uint16_t> redirect_ports = {0};      ///< tried in this order; 0: any free port
  /// The form is http://127.0.0.1[/PATH] or http://localhost[/PATH], as it is registered, without a
  /// port; empty: http://127.0.0.1/cb/ and a hash of the issuer
  std::string redirect_uri;
  std::string assertion_file;  ///< the token of jwt_bearer and token_exchange; from / or ~/
  Seconds max_bound_age{0};    ///< of the hosts (ClaimPolicy): 0 to kMaxClientAge; 0: exp holds
  Seconds max_binding_age{24 * 60 * 60};  ///< of the hosts: 1 s to kMaxClientAge
  ClientKey key;
  ClientKeep keep = ClientKeep::kState;
  std::string ca_file;             ///< from / or ~/; empty: the certificates of the system
  std::string proxy;               ///< a url that ParseProxyUrl reads; empty: the environment's
  std::vector<std::string> hosts;  ///< patterns that IsHostPattern (client_profile_text.h) accepts
  bool operator==(const ClientProfile&) const = default;
};

}  // namespace pamjwt
