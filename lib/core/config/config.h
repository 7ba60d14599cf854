#pragma once

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

/// Returns `config` with `host` in place of each %h of an audience, and with % in place of %%.
/// Errors: kConfigInvalid if an audience has %h, and `host` is empty or not a host name.
Result<Config> FillInHost(Config config, std::string_view host);

}  // namespace pamjwt
