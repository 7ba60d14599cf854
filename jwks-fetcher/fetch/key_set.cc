#include "jwks-fetcher/fetch/key_set.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/jose/jwk_set.h"
#include "core/jose/verify.h"
#include "core/json/json.h"
#include "core/keys/key_file.h"

namespace pamjwt::fetcher {
namespace {

Error Refuse(std::string detail) {
  return {Reason::kKeysMissing, "keys: " + std::move(detail)};
}

/// Returns a key id for a message. Instead of a long key id, returns its length.
std::string ShowKid(const std::string& kid) {
  constexpr std::size_t kMaxShown = 100;
  if (kid.empty()) return "a key without kid";
  if (kid.size() > kMaxShown) return "a kid of " + std::to_string(kid.size()) + " bytes";
  return "kid " + QuoteJson(kid);
}

/// Returns why the `use` of a key does not count. Leaves out a long one.
std::string ShowUse(const std::string& use) {
  constexpr std::size_t kMaxShown = 100;
  return (use.size() > kMaxShown ? "its use" : "use " + QuoteJson(use)) + " is not in key_use";
}

/// Returns why no login could use the key, or "".
std::string WhyUnusable(const Jwk& key, std::string_view issuer,
                        const std::vector<std::string>& uses) {
  if (!HasUse(key, uses)) return ShowUse(key.use);
  const OpensslErrorScope errors;
  const Result<EvpPkeyPtr> built = BuildKey(key);
  if (!built.ok()) return built.error().detail;
  if (!FitsKeyFile(issuer, key)) return "too long for the key file";
  return "";
}

}  // namespace

Result<KeySet> ReadKeySet(std::string_view document, std::string_view issuer,
                          const std::vector<std::string>& uses) {
  Result<JwkSet> parsed = ParseJwkSet(document);
  if (!parsed.ok()) return Refuse(parsed.error().detail);
  JwkSet members = std::move(parsed).value();
  if (members.keys.size() + members.skipped.size() > kMaxKeysOfIssuer) {
    return Refuse("the JWK Set has more than 256 keys");
  }
  KeySet set;
  for (const JwkSet::Skipped& skipped : members.skipped) {
    set.skipped.push_back(ShowKid(skipped.kid) + ": " + skipped.why);
  }
  for (Jwk& key : members.keys) {
    const std::string why = WhyUnusable(key, issuer, uses);
    if (why.empty()) {
      set.keys.push_back(std::move(key));
    } else {
      set.skipped.push_back(ShowKid(key.kid) + ": " + why);
    }
  }
  if (set.keys.empty() && set.skipped.empty()) return Refuse("the JWK Set has no keys");
  return set;
}

std::vector<std::string> FirstSkipped(const std::vector<std::string>& skipped) {
  const std::size_t shown = std::min(skipped.size(), kMaxSkippedShown);
  std::vector<std::string> first(skipped.begin(),
                                 skipped.begin() + static_cast<std::ptrdiff_t>(shown));
  if (shown < skipped.size()) {
    first.push_back("and " + std::to_string(skipped.size() - shown) + " more");
  }
  return first;
}

}  // namespace pamjwt::fetcher
