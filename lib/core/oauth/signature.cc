#include "core/oauth/signature.h"

#include <string>
#include <utility>

#include "core/keys/select.h"
#include "core/oauth/provider_text.h"

namespace pamjwt::oauth {

Result<VerifiedPayload> VerifySignature(std::string_view name, const ParsedJws& jws,
                                        const std::vector<Jwk>& keys) {
  const std::vector<std::string> uses = {"sig"};
  const std::vector<std::string> any_thumbprint;
  const std::string subject(name);
  const Result<std::vector<Jwk>> fitting =
      SelectKeys(keys, {jws.kid(), jws.algorithm()}, {uses, any_thumbprint});
  if (!fitting.ok()) {
    return Error{fitting.error().reason, subject + " names the key " + ShowProviderText(jws.kid()) +
                                             " for " + std::string(Info(jws.algorithm()).name) +
                                             ", and not one of the provider's keys fits"};
  }
  Error problem{Reason::kSignature, subject + " has a signature that no key of the provider made"};
  for (const Jwk& key : fitting.value()) {
    Result<VerifiedPayload> payload = VerifiedPayload::Verify(jws, key);
    if (payload.ok()) return payload;
    if (payload.error().reason != Reason::kSignature) problem = std::move(payload).error();
  }
  return problem;
}

}  // namespace pamjwt::oauth
