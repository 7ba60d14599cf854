#include "core/config/check_bound.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace pamjwt {
namespace {

Error Refuse(Origin at, std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail), at};
}

/// Checks that `audiences` shares no entry with the issuer's bound_audiences.
Status CheckApart(const Issuer& issuer, const Setting<std::vector<std::string>>& audiences) {
  const std::vector<std::string>& bound = *issuer.bound_audiences;
  const auto both =
      std::find_first_of(audiences->begin(), audiences->end(), bound.begin(), bound.end());
  if (both == audiences->end()) return Ok();
  return Refuse(audiences.at, *both +
                                  " is in audiences and in bound_audiences: its tokens either "
                                  "need proof of their key, or need none");
}

}  // namespace

Status CheckBoundAudiences(const Issuer& issuer) {
  Status apart = CheckApart(issuer, issuer.audiences);
  if (!apart.ok()) return apart;
  for (const auto& [name, service] : issuer.service_options) {
    apart = CheckApart(issuer, service.audiences);
    if (!apart.ok()) return apart;
  }
  return Ok();
}

Status CheckBoundKeys(const Issuer& issuer) {
  if (!issuer.bound_audiences.given() || !issuer.secret_file.given()) return Ok();
  return Refuse(issuer.bound_audiences.at,
                "bound_audiences needs public keys: the program that judges certificates does not "
                "run as root, and cannot read secret_file");
}

Status CheckBoundAge(const Issuer& issuer) {
  for (const auto* const age : {&issuer.max_bound_age, &issuer.max_binding_age}) {
    if (age->given() && !issuer.bound_audiences.given()) {
      return Refuse(age->at,
                    "this age is of tokens with an audience of bound_audiences, and there "
                    "is no bound_audiences");
    }
  }
  const Seconds most = *issuer.max_token_age;
  if (*issuer.max_bound_age <= most || most.count == 0) return Ok();
  return Refuse(issuer.max_bound_age.at,
                "max_bound_age must not be more than max_token_age, after which the token is "
                "refused anyway");
}

}  // namespace pamjwt
