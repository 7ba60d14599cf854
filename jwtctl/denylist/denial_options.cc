#include "jwtctl/denylist/denial_options.h"

#include <strings.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "io/clock.h"
#include "jwtctl/config/config_source.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

/// Returns the url of the issuer that the options name. A url needs no configuration: the issuer
/// may be gone from it, or the configuration may be broken.
Result<std::string> FindUrl(const DenyOptions& options) {
  if (options.issuer.empty() || options.issuer.find("://") != std::string::npos) {
    return options.issuer;
  }
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  if (!loaded.ok()) return loaded.error();
  const std::vector<Issuer>& issuers = loaded.value().config.issuers;
  const auto found = std::find_if(issuers.begin(), issuers.end(), [&](const Issuer& issuer) {
    return issuer.name == options.issuer;
  });
  if (found != issuers.end()) return *found->url;
  std::string names;
  for (const Issuer& issuer : issuers) {
    names += (names.empty() ? "" : ", ") + issuer.name;
  }
  return Error{Reason::kConfigInvalid, "no issuer is called " + QuoteJson(options.issuer) +
                                           "; the configuration has: " + names};
}

/// Checks the value of `option`. The error begins with the name of the option.
Status CheckText(const std::string& option, const std::string& text,
                 Status (*check)(std::string_view)) {
  const Status good = check(text);
  if (!good.ok()) return Error{Reason::kConfigInvalid, option + " " + good.error().detail};
  return IsUtf8(text) ? Ok() : Status(Error{Reason::kConfigInvalid, option + " is not UTF-8"});
}

Status CheckValue(const DenyOptions& options) {
  const bool is_account = options.kind == Denial::Kind::kAccount;
  Status issuer = is_account ? Ok() : CheckText("--issuer", options.issuer, CheckDeniedName);
  if (!issuer.ok()) return issuer;
  return CheckText("--" + std::string(Name(options.kind)), options.value,
                   is_account ? CheckDeniedName : CheckDeniedText);
}

/// Returns what the denylist has for `value`: a hash from the log as it is, or the hash of a `jti`.
/// Refuses a value that is almost a hash from the log: its hash would deny no token.
Result<std::string> StoredTokenId(const std::string& value) {
  if (IsSha256Name(value)) return value;
  constexpr std::string_view kScheme = "sha256:";
  const bool is_slip = strncasecmp(value.c_str(), kScheme.data(), kScheme.size()) == 0;
  if (!is_slip) return Sha256Name(value);
  return Error{Reason::kConfigInvalid,
               "--jti sha256: must be followed by 64 hexadecimal digits in small letters, as the "
               "log has them"};
}

}  // namespace

Result<Denial> MakeDenial(const DenyOptions& options) {
  Status good = CheckValue(options);
  if (!good.ok()) return std::move(good).error();
  Denial denial{options.kind, "", options.value, std::nullopt, Now()};
  Result<std::string> url = FindUrl(options);
  if (!url.ok()) return std::move(url).error();
  denial.issuer = std::move(url).value();
  if (options.kind == Denial::Kind::kTokenId) {
    Result<std::string> hash = StoredTokenId(options.value);
    if (!hash.ok()) return std::move(hash).error();
    denial.value = std::move(hash).value();
  }
  if (!options.before.empty()) {
    const Result<UnixTime> before = ParseTime(options.before);
    if (!before.ok()) return Error{Reason::kConfigInvalid, "--before: " + before.error().detail};
    denial.before = before.value();
  }
  Status readable = CheckDenial(denial);
  if (!readable.ok()) return Error{Reason::kConfigInvalid, readable.error().detail};
  return denial;
}

}  // namespace pamjwt::ctl
