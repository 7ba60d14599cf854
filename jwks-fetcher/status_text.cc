#include "jwks-fetcher/status_text.h"

#include <algorithm>

namespace pamjwt::fetcher {
namespace {

constexpr std::size_t kMostNames = 5;

}  // namespace

std::string StatusText(const std::vector<IssuerStatus>& issuers) {
  const auto with_keys = std::count_if(issuers.begin(), issuers.end(),
                                       [](const IssuerStatus& issuer) { return issuer.keys > 0; });
  std::string text = std::to_string(issuers.size()) +
                     (issuers.size() == 1 ? " issuer, " : " issuers, ") +
                     std::to_string(with_keys) + " with keys";
  const bool is_unwritable = !issuers.empty() && !issuers.front().file_error.empty();
  if (is_unwritable) text += "; the key file cannot be written";
  std::size_t failing = 0;
  for (const IssuerStatus& issuer : issuers) {
    if (issuer.error.empty()) continue;
    ++failing;
    if (failing > kMostNames) continue;
    text += (failing == 1 ? "; last fetch failed: " : ", ") + issuer.name;
  }
  return text +
         (failing > kMostNames ? " and " + std::to_string(failing - kMostNames) + " more" : "");
}

std::string StatusText(const ConfigStatus& config, const std::vector<IssuerStatus>& issuers,
                       const std::optional<FeedStatus>& feed) {
  if (!config.loaded.has_value()) return "waits for a configuration: " + config.error;
  std::string text = StatusText(issuers);
  if (feed.has_value() && !feed->error.empty()) text += "; the denylist could not be fetched";
  if (config.error.empty()) return text;
  return text +
         "; the configuration on disk is refused, and the old one stays in use: " + config.error;
}

}  // namespace pamjwt::fetcher
