#include "ssh-jwt/token_for_host.h"

#include "io/clock.h"
#include "ssh-jwt/expiry.h"

namespace pamjwt::ssh {

Result<SecretString> TokenForHost(const SshConfig& config, const AudienceRule& audience,
                                  const GetToken& get_token) {
  const Status checked = CheckHostKeyOptions(config.host_key, config.target.host);
  if (!checked.ok()) return checked.error();
  Result<SecretString> token = get_token(config.target);
  if (!token.ok()) return token;
  const Status fits = CheckTokenIsFor(token.value().view(), config.target.host, audience);
  if (!fits.ok()) return fits.error();
  const Status fresh = CheckNotExpired(token.value().view(), Now());
  if (!fresh.ok()) return fresh.error();
  return token;
}

}  // namespace pamjwt::ssh
