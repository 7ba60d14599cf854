#include "jwtctl/fetched_keys.h"

#include <algorithm>
#include <utility>

#include "core/keys/key_file.h"
#include "io/key_file_reader.h"

namespace pamjwt::ctl {
namespace {

using KeysOfIssuers = std::vector<::pamjwt::IssuerKeys>;

FetchedKeys Look(const Issuer& issuer, const KeysOfIssuers& file, const Config& config,
                 UnixTime now) {
  FetchedKeys found;
  found.name = issuer.name;
  found.url = *issuer.url;
  const auto entry = std::find_if(file.begin(), file.end(),
                                  [&](const auto& keys) { return keys.issuer == *issuer.url; });
  if (entry != file.end()) {
    found.fetched = entry->fetched;
    found.keys = entry->keys;
  }
  found.judgement = JudgeAge(found.fetched, now, config);
  if (found.keys.empty() && found.judgement.health != Health::kCritical) {
    found.judgement = {Health::kCritical, found.judgement.text + ", no usable key"};
  }
  return found;
}

bool IsIssuer(const std::string& url, const Config& config) {
  return std::any_of(config.issuers.begin(), config.issuers.end(), [&](const Issuer& issuer) {
    return issuer.NeedsDaemon() && *issuer.url == url;
  });
}

}  // namespace

FetchedKeyFile ReadFetchedKeys(const LoadedConfig& loaded, UnixTime now) {
  FetchedKeyFile file;
  KeysOfIssuers entries;
  Result<KeysOfIssuers> read = LoadKeyFile(*loaded.config.keys.file, loaded.owners);
  if (read.ok()) {
    entries = std::move(read).value();
  } else {
    file.error = read.error().detail;
  }
  for (const Issuer& issuer : loaded.config.issuers) {
    if (issuer.NeedsDaemon()) file.issuers.push_back(Look(issuer, entries, loaded.config, now));
  }
  for (const ::pamjwt::IssuerKeys& entry : entries) {
    if (!IsIssuer(entry.issuer, loaded.config)) file.strangers.push_back(entry.issuer);
  }
  return file;
}

Judgement Summarize(const FetchedKeyFile& file) {
  if (file.issuers.empty()) return {Health::kOk, "no issuer needs keys that are fetched"};
  Judgement summary{Health::kOk, ""};
  std::size_t keys = 0;
  std::string trouble;
  for (const FetchedKeys& issuer : file.issuers) {
    keys += issuer.keys.size();
    summary.health = std::max(summary.health, issuer.judgement.health);
    if (issuer.judgement.health == Health::kOk) continue;
    trouble += "; " + issuer.name + ": " + issuer.judgement.text;
  }
  summary.text = file.error.empty() ? ShowCount(file.issuers.size(), "issuer") + ", " +
                                          ShowCount(keys, "key") + trouble
                                    : file.error;
  return summary;
}

}  // namespace pamjwt::ctl
