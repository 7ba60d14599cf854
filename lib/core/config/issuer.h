#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/rules.h"
#include "core/base/origin.h"
#include "core/base/time.h"
#include "core/claims/policy.h"
#include "core/jose/alg.h"

namespace pamjwt {

/// The options of [issuer.NAME.service.SERVICE], as they were written. If an option is not given,
/// that of the issuer holds.
struct ServiceOptions {
  Setting<Seconds> max_token_age;
  Setting<Seconds> max_auth_age;
  Setting<bool> one_time;
  Setting<std::vector<Condition>> require;      ///< in addition to the issuer's
  Setting<std::vector<std::string>> audiences;  ///< in place of the issuer's
  Setting<bool> local_account{true};
  std::vector<AccountRule> accounts;  ///< in place of the issuer's
  Origin at{};
};

/// The rules that hold for one PAM service, from the options of the issuer and of the service.
struct ServicePolicy {
  ClaimPolicy claims;
  std::vector<AccountRule> accounts;  ///< never empty: without rules, sub is the account
  bool local_account = true;
};

/// The options of [issuer.NAME].
struct Issuer {
  std::string name;  ///< NAME, which the administrator chose
  Origin at{};
  Setting<std::string> url;
  Setting<std::vector<std::string>> audiences;
  Setting<std::vector<std::string>> bound_audiences;
  Setting<std::string> audience_claim{"aud"};
  Setting<std::vector<std::string>> services{{"sshd"}};
  Setting<std::vector<Algorithm>> algorithms{{Algorithm::kRs256, Algorithm::kPs256,
                                              Algorithm::kEs256, Algorithm::kEs384,
                                              Algorithm::kEs512, Algorithm::kEdDsa}};
  Setting<std::vector<std::string>> token_types{{"JWT", "at+jwt"}};
  Setting<Seconds> max_token_age{{24 * 60 * 60}};
  Setting<Seconds> max_auth_age{{0}};
  Setting<Seconds> max_bound_age{{0}};
  Setting<Seconds> max_binding_age{{24 * 60 * 60}};
  Setting<bool> one_time{false};
  Setting<bool> require_sub{true};
  Setting<KeyOptions> key_options;
  Setting<AccountNames> account_names{AccountNames::kPosix};
  Setting<std::vector<Condition>> require;
  Setting<std::string> metadata_url;
  Setting<std::string> jwks_uri;
  Setting<std::string> jwks_file;
  Setting<std::string> secret_file;
  Setting<std::vector<std::string>> key_use{{"sig"}};
  Setting<std::vector<std::string>> thumbprints;
  Setting<std::string> ca_file;
  Setting<std::string> bearer_token_file;
  Setting<std::string> proxy;
  Setting<std::string> proxy_password_file;
  Setting<Seconds> timeout{{10}};
  std::vector<AccountRule> accounts;
  std::map<std::string, ServiceOptions> service_options;

  std::map<std::string, ServicePolicy> policies;  ///< by PAM service; made from the options above

  /// Returns the policy for a PAM service, or nullptr if the issuer's tokens do not open it. Where
  /// sudo-i or su-l has no policy of its own, that of sudo or su holds.
  [[nodiscard]] const ServicePolicy* PolicyFor(std::string_view service) const;
  /// Returns whether the issuer needs keys that the daemon fetches.
  [[nodiscard]] bool NeedsDaemon() const { return !jwks_file.given() && !secret_file.given(); }
};

}  // namespace pamjwt
