#pragma once

#include <string>
#include <string_view>

namespace pamjwt::oauth {

/// An error that a provider names, in a redirect (RFC 6749 §4.1.2.1) or in an answer (RFC 6749
/// §5.2). Both texts are the provider's, or of anybody who can open our redirect.
struct ProviderError {
  std::string code;         ///< for example "access_denied"
  std::string description;  ///< empty: the provider says no more
};

/// The place of the target of a token that the user did not name himself.
inline constexpr std::string_view kTargetOfProfile = "resource of the profile";

/// Formats an error for the user: what the provider said and, for a code that is known, what to do
/// next. `target` is where the user said what the token is for (RFC 8707).
std::string Describe(const ProviderError& error, std::string_view target = kTargetOfProfile);

}  // namespace pamjwt::oauth
