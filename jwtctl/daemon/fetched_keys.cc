#include "jwtctl/daemon/fetched_keys.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/duration.h"
#include "core/keys/key_file.h"
#include "io/key_file_reader.h"
#include "text/count_text.h"

namespace pamjwt::ctl {
namespace {

using KeysOfIssuers = std::vector<IssuerKeys>;

/// Judges the keys that the file has for an issuer. `entry` is nullptr if it has none.
FetchedKeys JudgeKeysOf(const Issuer& issuer, const IssuerKeys* entry, const Config& config,
                        UnixTime now) {
  FetchedKeys found;
  found.name = issuer.name;
  found.url = *issuer.url;
  if (entry != nullptr) {
    found.fetched = entry->fetched;
    found.keys = entry->keys;
  }
  found.judgement = JudgeAge(found.fetched, now, config);
  if (found.keys.empty() && found.judgement.health != Health::kCritical) {
    found.judgement = {Health::kCritical, found.judgement.text + ", no usable key"};
  }
  return found;
}

/// Checks whether the daemon has had newer keys for so long that they should be in the file.
bool IsBehind(const FetchedKeys& in_file, const FetcherIssuer& daemon, UnixTime now) {
  constexpr std::int64_t kPatienceS = 10;  // the daemon writes within about 5 seconds (Pace)
  if (!daemon.fetched.has_value()) return false;
  const bool is_older = !in_file.fetched.has_value() || *in_file.fetched < *daemon.fetched;
  return is_older &&
         (!daemon.file_error.empty() || now.seconds - daemon.fetched->seconds > kPatienceS);
}

std::string WhyUnwritable(const FetcherIssuer& daemon, UnixTime now) {
  if (daemon.file_error.empty()) return "";
  const UnixTime since = daemon.file_error_since.value_or(now);
  const Seconds span{std::max<std::int64_t>(now.seconds - since.seconds, 0)};
  return "jwks-fetcher cannot write the key file, for " + SpanInWords(span) +
         " now: " + daemon.file_error;
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
  std::map<std::string_view, const IssuerKeys*> by_url;
  for (const IssuerKeys& entry : entries) {
    by_url.emplace(entry.issuer, &entry);
  }
  std::set<std::string_view> wanted;
  for (const Issuer& issuer : loaded.config.issuers) {
    if (!issuer.NeedsDaemon()) continue;
    wanted.insert(*issuer.url);
    const auto entry = by_url.find(*issuer.url);
    file.issuers.push_back(
        JudgeKeysOf(issuer, entry == by_url.end() ? nullptr : entry->second, loaded.config, now));
  }
  for (const IssuerKeys& entry : entries) {
    if (!wanted.contains(entry.issuer)) file.strangers.push_back(entry.issuer);
  }
  return file;
}

FetchedKeyFile CompareWithDaemon(FetchedKeyFile file, const std::vector<FetcherIssuer>& daemon,
                                 UnixTime now) {
  std::map<std::string_view, FetchedKeys*> by_url;
  for (FetchedKeys& keys : file.issuers) {
    by_url.emplace(keys.url, &keys);
  }
  for (const FetcherIssuer& known : daemon) {
    if (file.unwritable.empty()) file.unwritable = WhyUnwritable(known, now);
    const auto found = by_url.find(known.url);
    if (found == by_url.end() || !IsBehind(*found->second, known, now)) continue;
    FetchedKeys& issuer = *found->second;
    issuer.is_behind = true;
    const std::string text = issuer.judgement.text +
                             ", and jwks-fetcher has newer keys, which are "
                             "not in the file";
    issuer.judgement = {Health::kCritical, text};
  }
  return file;
}

std::string HowToMakeWritable(const std::string& path) {
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  return "make room, or mend owner and mode: see df " + directory + ", df -i " + directory +
         " and ls -ld " + directory + "; the file is then written within 10 seconds";
}

Judgement Summarize(const FetchedKeyFile& file) {
  if (file.issuers.empty()) return {Health::kOk, "no issuer needs keys that are fetched"};
  Judgement summary{file.unwritable.empty() ? Health::kOk : Health::kCritical, ""};
  std::size_t keys = 0;
  std::string trouble;
  for (const FetchedKeys& issuer : file.issuers) {
    keys += issuer.keys.size();
    summary.health = WorseOf(summary.health, issuer.judgement.health);
    if (issuer.judgement.health == Health::kOk) continue;
    trouble += "; " + issuer.name + ": " + issuer.judgement.text;
  }
  summary.text = file.error.empty() ? ShowCount(file.issuers.size(), "issuer") + ", " +
                                          ShowCount(keys, "key") + trouble
                                    : file.error;
  if (!file.unwritable.empty()) summary.text = file.unwritable + "; " + summary.text;
  return summary;
}

}  // namespace pamjwt::ctl
