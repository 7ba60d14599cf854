#pragma once

#include <string>

#include "core/base/result.h"
#include "core/config/issuer.h"

namespace pamjwt {

// The checks of urls that the daemon fetches from. Each accepts a url that is not given.
// Errors: kConfigInvalid, with the line of the url or of the option that needs it.

/// Checks that `url`, the value of the option `key`, can be fetched: by https, or from this
/// machine.
Status CheckFetchable(const Setting<std::string>& url, const char* key);
/// Checks the form of the option `proxy`.
Status CheckProxyUrl(const Setting<std::string>& proxy);
/// Checks that a password of the proxy goes with a user. The user stands in the url, and the
/// password in a file, since everybody can read the configuration.
Status CheckProxyUser(const Setting<std::string>& proxy, const Setting<std::string>& password_file);

// The checks of an issuer's urls. Each accepts a url that is not given.
// Errors: kConfigInvalid, with the line of the url or of the option that needs it.

/// Checks that `url`, which messages show, has no password. It may have any other form: it is an
/// identifier.
Status CheckUrl(const Issuer& issuer);
/// Checks that keys can be fetched by `metadata_url`: by https, or from this machine.
Status CheckMetadataUrl(const Issuer& issuer);
/// Checks that keys can be fetched by `jwks_uri`: by https, or from this machine.
Status CheckJwksUri(const Issuer& issuer);
/// Checks the form of `proxy`.
Status CheckProxy(const Issuer& issuer);

/// Checks `proxy_password_file` as CheckProxyUser does.
Status CheckProxyUser(const Issuer& issuer);
/// Checks that the place of the first fetch is https, so that nobody else reads the bearer token.
Status CheckBearerToken(const Issuer& issuer);
/// Checks that keys can be found below `url`, if nothing else says where they are.
Status CheckDiscovery(const Issuer& issuer);

}  // namespace pamjwt
