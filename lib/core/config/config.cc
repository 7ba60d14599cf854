#include "core/config/config.h"

#include <algorithm>

#include "core/config/audience_text.h"
#include "core/config/by_service.h"

namespace pamjwt {
namespace {

/// Checks whether the host is roughly a name of RFC 1123 §2.1, with no characters that could change
/// the meaning of an audience.
bool IsHostName(std::string_view host) {
  constexpr std::size_t kMaxBytes = 253;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  };
  return !host.empty() && host.size() <= kMaxBytes && host.front() != '.' && host.front() != '-' &&
         std::all_of(host.begin(), host.end(), fits);
}

/// Returns the setting of the first audience with %h in it, or nullptr.
const Setting<std::vector<std::string>>* FindHostUse(const Config& config) {
  for (const Issuer& issuer : config.issuers) {
    for (const auto& [service, policy] : issuer.policies) {
      for (const auto* const list : {&policy.claims.audiences, &policy.claims.bound_audiences}) {
        if (std::any_of((*list)->begin(), (*list)->end(), NamesHost)) return list;
      }
    }
  }
  return nullptr;
}

}  // namespace

std::string Config::Describe(Origin origin) const {
  if (!origin.given() || origin.file >= files.size()) return "";
  return files[origin.file] + ":" + std::to_string(origin.line);
}

const PromptOptions* Config::PromptFor(std::string_view service) const {
  return FindByService(prompts, service);
}

bool Config::NeedsHost() const {
  return FindHostUse(*this) != nullptr;
}

Result<Config> FillInHost(Config config, std::string_view host) {
  const auto* const use = FindHostUse(config);
  if (use != nullptr && !IsHostName(host)) {
    return Error{Reason::kConfigInvalid,
                 config.Describe(use->at) +
                     ": an audience has %h, and the host has no name for it: set host in [login] "
                     "(it is taken from /etc/hostname only if the name there has a dot)",
                 use->at};
  }
  for (Issuer& issuer : config.issuers) {
    for (auto& [service, policy] : issuer.policies) {
      for (auto* const list : {&policy.claims.audiences, &policy.claims.bound_audiences}) {
        for (std::string& audience : list->value) {
          audience = FillInAudience(audience, host);
        }
      }
    }
  }
  return config;
}

}  // namespace pamjwt
