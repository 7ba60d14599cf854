#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/oauth/form.h"
#include "core/oauth/provider_error.h"

namespace pamjwt::oauth {

/// A login that the user confirms on another device (RFC 8628 §3.2).
struct DeviceLogin {
  SecretString device_code;
  std::string user_code;         ///< printable ASCII, at most 64 characters
  std::string verification_uri;  ///< https; http only to this host
  std::string complete_uri;      ///< with the user code in it; empty: the provider has none
  Seconds lifetime;
  Seconds interval;  ///< between two questions; 5 seconds if the provider does not say
};

/// Returns the body of a device authorization request (RFC 8628 §3.1), without the client.
Form DeviceRequest(std::string_view scope);

/// An answer of the device authorization endpoint.
using DeviceAnswer = std::variant<DeviceLogin, ProviderError>;

/// Reads the answer to a DeviceRequest. Errors: kMalformed.
Result<DeviceAnswer> ParseDeviceAnswer(int status, std::string_view text);

/// Returns how long to wait before the next question, after the token endpoint answered with
/// `error` (RFC 8628 §3.5): 5 seconds more than `interval` for slow_down. Returns nullopt if the
/// error ends the login.
std::optional<Seconds> NextInterval(const ProviderError& error, Seconds interval);

}  // namespace pamjwt::oauth
