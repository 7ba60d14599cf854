#pragma once

#include <string_view>

namespace pamjwt {

/// The Varlink interface of jwks-fetcher. `issuer` is always the issuer's url, as the configuration
/// has it.
///
///     method Refresh(issuer: string, force: ?bool) -> (changed: bool)         socket public
///     method Status() -> (issuers: []Issuer, config: Configuration, store_error: ?string,
///                         denylist: ?Denylist)                                socket public
///     method Redeem(issuer: string, jti: string, expires: int) -> (first: bool)  socket redeem
///     error Cooldown (cooldown: int), UnknownIssuer (), StoreUnavailable (), NotOneTime ()
///     error TooManyCalls (), NoConfiguration ()
inline constexpr std::string_view kFetcherInterface = "io.pamjwt.Fetcher";

inline constexpr std::string_view kRefreshMethod = "io.pamjwt.Fetcher.Refresh";
inline constexpr std::string_view kStatusMethod = "io.pamjwt.Fetcher.Status";
inline constexpr std::string_view kRedeemMethod = "io.pamjwt.Fetcher.Redeem";

inline constexpr std::string_view kUnknownIssuerError = "io.pamjwt.Fetcher.UnknownIssuer";
inline constexpr std::string_view kCooldownError = "io.pamjwt.Fetcher.Cooldown";
inline constexpr std::string_view kStoreUnavailableError = "io.pamjwt.Fetcher.StoreUnavailable";
inline constexpr std::string_view kNotOneTimeError = "io.pamjwt.Fetcher.NotOneTime";
inline constexpr std::string_view kNoConfigurationError = "io.pamjwt.Fetcher.NoConfiguration";
inline constexpr std::string_view kPermissionDeniedError = "org.varlink.service.PermissionDenied";
inline constexpr std::string_view kTooManyCallsError = "io.pamjwt.Fetcher.TooManyCalls";

}  // namespace pamjwt
