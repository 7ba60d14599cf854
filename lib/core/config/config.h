#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/rules.h"
#include "core/base/origin.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/claims/policy.h"
#include "core/jose/alg.h"

namespace pamjwt {

/// The options of the configuration, a struct a table, with their defaults. docs/configuration.md
/// says what each means; config/options.cc gives each its name, type and bounds.
struct LoginOptions {
  Setting<std::string> host;
  Setting<Seconds> leeway{{30}};
  Setting<std::int64_t> min_uid{1000};
  Setting<std::int64_t> max_token_bytes{16384};
  Setting<Seconds> refusal_delay{{1}};
};

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

struct StoreOptions {
  Setting<std::string> url{"sqlite:/var/lib/jwks-fetcher/redeemed.db"};
  Setting<std::string> password_file;
};

struct SessionOptions {
  Setting<bool> end_with_token{false};
  Setting<std::map<std::string, std::string>> exports;  ///< `export`: variable to claim
};

/// [issuer.NAME.service.X] as written: what it does not give is the issuer's.
struct ServiceOptions {
  Setting<Seconds> max_token_age;
  Setting<Seconds> max_auth_age;
  Setting<bool> one_time;
  Setting<std::vector<Condition>> require;      ///< added to the issuer's
  Setting<std::vector<std::string>> audiences;  ///< in place of the issuer's
  Setting<bool> local_account{true};
  std::vector<AccountRule> accounts;  ///< in place of the issuer's
  Origin at{};
};

/// What holds for one PAM service in the end.
struct ServicePolicy {
  ClaimPolicy claims;
  std::vector<AccountRule> accounts;  ///< never empty: without rules, sub is the account
  bool local_account = true;
};

struct Issuer {
  std::string name;  ///< the administrator's
  Origin at{};
  Setting<std::string> url;
  Setting<std::vector<std::string>> audiences;
  Setting<std::string> audience_claim{"aud"};
  Setting<std::vector<std::string>> services{{"sshd"}};
  Setting<std::vector<Algorithm>> algorithms{{Algorithm::kRs256, Algorithm::kPs256,
                                              Algorithm::kEs256, Algorithm::kEs384,
                                              Algorithm::kEs512, Algorithm::kEdDsa}};
  Setting<std::vector<std::string>> token_types{{"JWT", "at+jwt"}};
  Setting<Seconds> max_token_age{{24 * 60 * 60}};
  Setting<Seconds> max_auth_age{{0}};
  Setting<bool> one_time{false};
  Setting<bool> require_sub{true};
  Setting<std::vector<Condition>> require;
  Setting<std::string> metadata_url;
  Setting<std::string> jwks_uri;
  Setting<std::string> jwks_file;
  Setting<std::string> secret_file;
  Setting<std::vector<std::string>> thumbprints;
  Setting<std::string> ca_file;
  Setting<std::string> proxy;
  Setting<std::string> proxy_password_file;
  Setting<Seconds> timeout{{10}};
  std::vector<AccountRule> accounts;
  std::map<std::string, ServiceOptions> service_options;

  std::map<std::string, ServicePolicy> policies;  ///< by PAM service; made from the above

  /// The policy for a PAM service, or none if its tokens do not open it. A service that is not
  /// named itself: sudo covers sudo-i, and su covers su-l.
  [[nodiscard]] const ServicePolicy* PolicyFor(std::string_view service) const;
  /// Does it need keys that a daemon fetches?
  [[nodiscard]] bool NeedsDaemon() const { return !jwks_file.given() && !secret_file.given(); }
};

struct Config {
  std::vector<std::string> files;  ///< names for messages, in the order read
  LoginOptions login;
  KeysOptions keys;
  StoreOptions store;
  SessionOptions session;
  std::vector<Issuer> issuers;  ///< file by file, and in a file by name

  /// "pam_jwt.toml:31", or "" for a default.
  [[nodiscard]] std::string Describe(Origin origin) const;
  /// Does an audience have %h in it?
  [[nodiscard]] bool NeedsHost() const;
};

struct ConfigText {
  std::string name;  ///< for messages: the file's name
  std::string text;
};

/// Reads the files in order, as one configuration. Errors (kConfigInvalid) begin with "file:line:
/// ".
///
/// Refused: a key that is not known or given twice, a wrong type, an empty list, a value out of its
/// bounds, two issuers with one url, and whatever docs/configuration.md says an option must not be.
Result<Config> ParseConfig(const std::vector<ConfigText>& texts);

/// Puts `host` for %h into every audience. Errors: kConfigInvalid if one has %h, and `host` is
/// empty or no host name.
Status FillInHost(Config& config, std::string_view host);

}  // namespace pamjwt
