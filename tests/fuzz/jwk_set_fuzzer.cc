#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/jose/jwk_set.h"
#include "core/jose/verify.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

bool HasTheSizesOfItsType(const Jwk& key) {
  switch (key.type) {
    case KeyType::kRsa:
      return key.n.size() >= 256 && key.n.size() <= 1024 && key.n.front() != 0 &&
             (key.n.back() & 1U) == 1 && !key.e.empty() && key.e.size() <= 4;
    case KeyType::kP256:
      return key.x.size() == 32 && key.y.size() == 32;
    case KeyType::kP384:
      return key.x.size() == 48 && key.y.size() == 48;
    case KeyType::kP521:
      return key.x.size() == 66 && key.y.size() == 66;
    case KeyType::kEd25519:
      return key.x.size() == 32;
    case KeyType::kSecret:
      break;
  }
  return false;
}

void CheckKey(const Jwk& key) {
  Require(HasTheSizesOfItsType(key), "a key has the sizes of its type");
  Require(key.use != "enc", "a key for encryption verifies nothing");
  Require(HasUse(key, {"sig"}) == (key.use.empty() || key.use == "sig"),
          "only sig is for any issuer");
  const Result<std::string> thumbprint = Thumbprint(key);
  Require(thumbprint.ok() && thumbprint.value().size() == 43, "a key has a thumbprint");
  const Result<EvpPkeyPtr> built = BuildKey(key);
  Require(built.ok() || built.error().reason == Reason::kKeyUnknown,
          "a key is built or refused, and never a fault");
}

/// Checks that the keys of one kid are those that the whole set has.
void CheckKeysOf(std::string_view kid, std::string_view text, const Result<JwkSet>& set) {
  const Result<JwkSet> some = ParseKeysOfSet(text, kid);
  Require(some.ok() == set.ok(), "a set is read whole, whichever keys are asked for");
  if (!set.ok()) {
    Require(some.error().detail == set.error().detail, "... and refused for the same cause");
    return;
  }
  std::vector<Jwk> expected = set.value().keys;
  std::erase_if(expected, [&](const Jwk& key) { return key.kid != kid; });
  Require(std::ranges::equal(expected, some.value().keys, IsSameKey), "the keys of a kid");
}

void Check(std::string_view text) {
  const Result<JwkSet> set = ParseJwkSet(text);
  const bool has_kid =
      set.ok() && !set.value().keys.empty() && !set.value().keys.front().kid.empty();
  CheckKeysOf(has_kid ? set.value().keys.front().kid : "a", text, set);
  if (!set.ok()) {
    Require(set.error().reason == Reason::kKeysMissing, "a bad set means that keys are missing");
    return;
  }
  Require(set.value().keys.size() + set.value().skipped.size() <= kMaxKeysInSet,
          "the number of keys is bounded");
  for (const JwkSet::Skipped& skipped : set.value().skipped) {
    Require(!skipped.why.empty(), "what is skipped has a reason");
  }
  for (const Jwk& key : set.value().keys) CheckKey(key);
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
