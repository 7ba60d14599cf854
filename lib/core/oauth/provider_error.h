#pragma once

#include <string>

namespace pamjwt::oauth {

/// An error that a provider names, in a redirect (RFC 6749 §4.1.2.1) or in an answer (RFC 6749
/// §5.2). Both texts are the provider's, or of anybody who can open our redirect.
struct ProviderError {
  std::string code;         ///< for example "access_denied"
  std::string description;  ///< empty: the provider says no more
};

/// Formats an error for the user: what the provider said and, for a code that is known, what to do
/// next.
std::string Describe(const ProviderError& error);

}  // namespace pamjwt::oauth
