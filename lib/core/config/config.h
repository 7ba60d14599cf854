#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/origin.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/config/issuer.h"

namespace pamjwt {

// The options of the configuration, one struct per table, with their defaults.
// docs/configuration.md says what each means. config/options.cc gives each its name and bounds.

/// The options of [login].
struct LoginOptions {
  Setting<std::string> host;
  Setting<Seconds> leeway{{30}};
  Setting<std::int64_t> min_uid{1000};
  Setting<std::int64_t> max_token_bytes{16384};
  Setting<Seconds> refusal_delay{{1}};
};

/// The options of [keys].
struct KeysOptions {
  Setting<Seconds> refresh_min{{5 * 60}};
  Setting<Seconds> refresh_max{{60 * 60}};
  Setting<Seconds> max_stale{{24 * 60 * 60}};
  Setting<Seconds> cooldown{{30}};
  Setting<std::string> file{"/var/lib/jwks-fetcher/keys.jsonl"};
  Setting<std::string> public_socket{"/run/jwks-fetcher/public"};
  Setting<std::string> redeem_socket{"/run/jwks-fetcher/redeem"};
  Setting<std::string> metrics_file{"/run/jwks-fetcher/jwks-fetcher.prom"};
};

/// The options of [store].
struct StoreOptions {
  Setting<std::string> url{"sqlite:/var/lib/jwks-fetcher/redeemed.db"};
  Setting<std::string> password_file;
};

/// The moment at which a session ends (`end_with_token`).
enum class SessionEnd {
  kNone,   ///< false
  kToken,  ///< "token" or true: when the token counts no longer
  kLogin,  ///< "login": when the user must log in to the issuer again
};

/// The options of [session].
struct SessionOptions {
  Setting<SessionEnd> end_with_token{SessionEnd::kNone};
  Setting<bool> record{false};
  Setting<bool> end_denied{false};
  Setting<std::map<std::string, std::string>> exports;  ///< `export`: the claim of each variable
};

/// The use of a fleet's denylist that is past its end (`stale`).
enum class StaleList {
  kWarn,  ///< "warn": it goes on to count, and warnings say so
  kDeny,  ///< "deny": no token gets a verdict
};

/// The options of [denylist]: the signed list of a fleet (docs/denylist-feed-format.md). There is
/// one if `url` is given.
struct DenylistOptions {
  Setting<std::string> url;
  Setting<std::string> keys;  ///< a JWK Set file
  Setting<Seconds> refresh{{60}};
  Setting<StaleList> stale{StaleList::kWarn};
  Setting<std::string> ca_file;
  Setting<std::string> proxy;
  Setting<std::string> proxy_password_file;
  Setting<std::string> metrics_file{"/run/pam_jwt/denylist.prom"};
};

/// The options of [service.SERVICE]: how the programs of a PAM service take a token. If
/// refusal_delay is not given, that of [login] holds. If parts is not given, the module knows.
struct PromptOptions {
  Setting<Seconds> refusal_delay;
  Setting<bool> parts;
};

/// The whole configuration.
struct Config {
  std::vector<std::string> files;  ///< their names for messages, in the order of reading
  LoginOptions login;
  KeysOptions keys;
  StoreOptions store;
  SessionOptions session;
  DenylistOptions denylist;
  std::map<std::string, PromptOptions> prompts;  ///< by PAM service
  std::vector<Issuer> issuers;  ///< in the order of the files, and within a file by name

  /// Formats a place as "pam_jwt.toml:31". Returns "" if `origin` is no line of `files`.
  [[nodiscard]] std::string Describe(Origin origin) const;
  /// Returns the options of [service.SERVICE], or nullptr. Where sudo-i or su-l has no table of its
  /// own, that of sudo or su holds.
  [[nodiscard]] const PromptOptions* PromptFor(std::string_view service) const;
  /// Returns whether an audience has %h in it.
  [[nodiscard]] bool NeedsHost() const;
};

/// One file of the configuration, as it was read.
struct ConfigText {
  std::string name;  ///< the file's name for messages
  std::string text;
};

/// Parses the files in order, as one configuration.
///
/// Errors: kConfigInvalid, with a detail that begins with "FILE:LINE: ", for a key that is not
/// known or is given twice, a wrong type, an empty list, a value out of its bounds, issuers with
/// the same url, and all else that docs/configuration.md forbids. If there are several errors, it
/// is the first of FindConfigErrors, and its detail ends with the number of the others.
Result<Config> ParseConfig(const std::vector<ConfigText>& texts);

/// The most errors of one configuration that are gathered.
inline constexpr std::size_t kMaxConfigErrors = 32;

/// Returns every error for which ParseConfig refuses the files, in the order of their lines, but at
/// most kMaxConfigErrors. Returns an empty list if ParseConfig does not refuse them.
///
/// In a file that is not TOML, only the first error is found. Where a table has values that cannot
/// be read, its other values are not compared with one another, since such a comparison could find
/// an error that is not there.
std::vector<Error> FindConfigErrors(const std::vector<ConfigText>& texts);

/// Returns `config` with `host` in place of each %h of `audiences` and `bound_audiences`, and with
/// % in place of %%. Must be called once only: after that, a % in an audience stands for itself.
/// Errors: kConfigInvalid if an audience has %h, and `host` is empty or not a host name.
Result<Config> FillInHost(Config config, std::string_view host);

}  // namespace pamjwt
