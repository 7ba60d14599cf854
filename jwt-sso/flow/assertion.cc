#include "jwt-sso/flow/assertion.h"

#include "io/bearer_token_file.h"
#include "io/file.h"

namespace pamjwt::sso {

Result<SecretString> ReadAssertion(const ClientProfile& profile) {
  return ReadBearerTokenFile(profile.assertion_file, OwnersFor(true), Reason::kConfigInvalid);
}

}  // namespace pamjwt::sso
