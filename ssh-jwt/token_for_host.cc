#include "ssh-jwt/token_for_host.h"

#include <utility>

#include "io/clock.h"
#include "ssh-jwt/expiry.h"

namespace pamjwt::ssh {

Result<SecretString> TokenForHost(const SshConfig& config, const AudienceRule& audience,
                                  const GetToken& get_token) {
  const Status checked = CheckHostKeyOptions(config.host_key, config.target.host);
  if (!checked.ok()) return checked.error();
  Result<UserToken> got = get_token(config.target);
  if (!got.ok()) return std::move(got).error();
  UserToken token = std::move(got).value();
  AudienceRule rule = audience;
  rule.any_host = rule.any_host || token.is_for_host;
  const Status fits = CheckTokenIsFor(token.text.view(), config.target.host, rule);
  if (!fits.ok()) return fits.error();
  const Status fresh = CheckNotExpired(token.text.view(), Now());
  if (!fresh.ok()) return fresh.error();
  return std::move(token.text);
}

}  // namespace pamjwt::ssh
