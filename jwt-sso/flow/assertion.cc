#include "jwt-sso/flow/assertion.h"

#include <string>

#include "io/bearer_token_file.h"
#include "io/file.h"
#include "io/without_links.h"

namespace pamjwt::sso {

Result<SecretString> ReadAssertion(const ClientProfile& profile) {
  const std::string path = WithoutLinks(profile.assertion_file);
  return ReadBearerTokenFile(path, OwnersFor(true), Reason::kConfigInvalid);
}

}  // namespace pamjwt::sso
