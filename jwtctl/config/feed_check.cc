#include "jwtctl/config/feed_check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/jose/jwk_set.h"
#include "core/json/json.h"
#include "io/file.h"

namespace pamjwt::ctl {
namespace {

/// Checks whether a key that was skipped is a private key, or a shared secret (RFC 7518 §6).
bool HasSecretPart(const Json& key) {
  constexpr std::array<std::string_view, 2> kSecret = {"d", "k"};
  return std::any_of(kSecret.begin(), kSecret.end(),
                     [&key](std::string_view name) { return key.Find(name) != nullptr; });
}

/// Examines the key set of one configuration.
class FeedExaminer {
 public:
  explicit FeedExaminer(const LoadedConfig& loaded)
      : loaded_(loaded), file_(loaded.config.denylist.keys), problems_(loaded.config) {}

  ExaminedFeed Examine() {
    LocalKeys keys = ExamineKeys();
    ExamineIssuers();
    return {std::move(keys), std::move(problems_).Take()};
  }

 private:
  LocalKeys ExamineKeys() {
    const Result<std::string> text =
        ReadTrustedFile(*file_, {loaded_.owners, kMaxJwkSetBytes, Reason::kKeysMissing});
    if (!text.ok()) return Unusable(text.error().detail);
    const Result<JwkSet> set = ParseJwkSet(text.value());
    if (!set.ok()) return Unusable(*file_ + ": " + set.error().detail);
    KeyVerdicts keys = JudgeFeedKeys(set.value());
    ReportUnusable(keys, FindSecrets(text.value(), set.value()));
    if (keys.usable == 0) {
      problems_.AddError(file_.at, *file_ + " has no usable key: every list is refused",
                         "put the jwks.json of the publisher there");
    }
    return {*file_ + ": " + std::to_string(keys.usable) + " usable, " +
                std::to_string(keys.unusable.size()) + " not",
            std::move(keys.unusable)};
  }

  LocalKeys Unusable(std::string why) {
    problems_.AddError(file_.at, std::move(why));
    return {*file_ + ": cannot be used", {}};
  }

  /// Returns for each key that was skipped whether it has its secret part.
  static std::vector<bool> FindSecrets(const std::string& text, const JwkSet& set) {
    std::vector<bool> secret(set.skipped.size(), false);
    const Result<Json> json = ParseJsonObject(text, {.max_bytes = kMaxJwkSetBytes});
    const Json* const keys = json.ok() ? json.value().Find("keys") : nullptr;
    if (keys == nullptr || keys->AsArray() == nullptr) return secret;
    for (std::size_t i = 0; i < secret.size(); ++i) {
      secret[i] = HasSecretPart(keys->AsArray()->at(set.skipped[i].index));
    }
    return secret;
  }

  /// Reports each unusable key. Those that were skipped come first.
  void ReportUnusable(const KeyVerdicts& keys, const std::vector<bool>& secret) {
    for (std::size_t i = 0; i < keys.unusable.size(); ++i) {
      const std::string key = *file_ + ": " + keys.unusable[i];
      if (i < secret.size() && secret[i]) {
        problems_.AddError(file_.at,
                           key + ": a user who can read it can sign lists for the whole fleet",
                           "put only the public key there, and make a new one if others could "
                           "read the file");
      } else {
        problems_.AddWarning(file_.at, key + ": a list that is signed with it is refused",
                             "take the key out, or mend it");
      }
    }
  }

  /// Looks for an issuer whose keys are the same file.
  void ExamineIssuers() {
    for (const Issuer& issuer : loaded_.config.issuers) {
      if (!issuer.jwks_file.given() || *issuer.jwks_file != *file_) continue;
      problems_.AddWarning(file_.at,
                           *file_ + " is also jwks_file of issuer " + issuer.name +
                               ", who can sign a list for the fleet with its keys",
                           "give the list keys of its own");
    }
  }

  const LoadedConfig& loaded_;
  const Setting<std::string>& file_;
  ProblemCollector problems_;
};

}  // namespace

ExaminedFeed ExamineFeed(const LoadedConfig& loaded) {
  return FeedExaminer(loaded).Examine();
}

}  // namespace pamjwt::ctl
