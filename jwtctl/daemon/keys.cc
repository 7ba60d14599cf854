#include "jwtctl/daemon/keys.h"

#include <cstdint>
#include <ostream>
#include <utility>

#include "core/json/json.h"
#include "io/config_file.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/daemon/fetched_keys.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

Json Number(std::int64_t number) {
  return Json(number);
}

std::string ThumbprintOf(const Jwk& key) {
  const Result<std::string> thumbprint = Thumbprint(key);
  return thumbprint.ok() ? thumbprint.value() : "";
}

JsonObject DescribeKey(const Jwk& key) {
  JsonObject members{{"kid", JsonString(key.kid)}, {"type", JsonString(Name(key.type))}};
  if (!key.alg.empty()) members.emplace_back("alg", JsonString(key.alg));
  members.emplace_back("thumbprint", JsonString(ThumbprintOf(key)));
  return members;
}

/// Reads the file, and compares it with what the daemon says, if the daemon answers.
FetchedKeyFile ReadAndCompare(const LoadedConfig& loaded, UnixTime now) {
  FetchedKeyFile file = ReadFetchedKeys(loaded, now);
  if (file.issuers.empty()) return file;
  const Result<FetcherStatus> daemon = AskStatus(*loaded.config.keys.public_socket);
  return daemon.ok() ? CompareWithDaemon(std::move(file), daemon.value().issuers, now) : file;
}

/// Prints what the file has, for people or for programs.
class KeysReport {
 public:
  KeysReport(const LoadedConfig& loaded, UnixTime now)
      : config_(loaded.config), now_(now), file_(ReadAndCompare(loaded, now)) {}

  [[nodiscard]] Health health() const { return Summarize(file_).health; }

  void PrintText(std::ostream& out) const {
    const Judgement summary = Summarize(file_);
    out << Name(summary.health) << ": " << Printable(summary.text) << "\n";
    if (!file_.unwritable.empty()) out << HowToMakeWritable(*config_.keys.file) << "\n";
    for (const FetchedKeys& issuer : file_.issuers) {
      PrintIssuer(issuer, out);
    }
    for (const std::string& url : file_.strangers) {
      out << "\nnot in the configuration: " << Printable(url) << "\n";
    }
  }

  void PrintJson(std::ostream& out) const {
    const Judgement summary = Summarize(file_);
    JsonArray issuers;
    for (const FetchedKeys& issuer : file_.issuers) {
      issuers.emplace_back(Describe(issuer));
    }
    const JsonObject report{{"health", JsonString(Name(summary.health))},
                            {"detail", JsonString(summary.text)},
                            {"file", JsonString(*config_.keys.file)},
                            {"issuers", Json(std::move(issuers))}};
    out << ToJsonText(Json(report)) << "\n";
  }

 private:
  [[nodiscard]] UnixTime Expiry(UnixTime fetched) const {
    return {fetched.seconds + config_.keys.max_stale->count};
  }

  void PrintIssuer(const FetchedKeys& issuer, std::ostream& out) const {
    out << "\nissuer " << issuer.name << "  " << Printable(issuer.url) << "\n  "
        << issuer.judgement.text;
    if (issuer.fetched.has_value()) {
      out << "; since " << ShowTimeFrom(now_, *issuer.fetched) << ", until "
          << ShowTimeFrom(now_, Expiry(*issuer.fetched));
    }
    out << "\n";
    for (const Jwk& key : issuer.keys) {
      out << "  " << (key.kid.empty() ? "(no kid)" : QuotePrintable(key.kid)) << "  "
          << Name(key.type) << "  " << (key.alg.empty() ? "-" : Printable(key.alg)) << "  "
          << ThumbprintOf(key) << "\n";
    }
  }

  [[nodiscard]] JsonObject Describe(const FetchedKeys& issuer) const {
    JsonObject members{{"name", JsonString(issuer.name)},
                       {"url", JsonString(issuer.url)},
                       {"health", JsonString(Name(issuer.judgement.health))},
                       {"detail", JsonString(issuer.judgement.text)}};
    if (issuer.fetched.has_value()) {
      members.emplace_back("fetched", Number(issuer.fetched->seconds));
      members.emplace_back("expires", Number(Expiry(*issuer.fetched).seconds));
      members.emplace_back("age_s", Number(now_.seconds - issuer.fetched->seconds));
    }
    JsonArray keys;
    for (const Jwk& key : issuer.keys) {
      keys.emplace_back(DescribeKey(key));
    }
    members.emplace_back("keys", Json(std::move(keys)));
    return members;
  }

  const Config& config_;
  UnixTime now_;
  FetchedKeyFile file_;
};

/// Says that the configuration cannot be read.
void PrintUnknown(const Error& error, bool json, std::ostream& out, std::ostream& err) {
  if (!json) {
    err << "jwtctl keys: " << Printable(error.detail) << "\n";
    return;
  }
  const JsonObject report{{"health", JsonString(Name(Health::kUnknown))},
                          {"detail", JsonString(error.detail)},
                          {"issuers", Json(JsonArray())}};
  out << ToJsonText(Json(report)) << "\n";
}

}  // namespace

int RunKeys(const FetchedKeysOptions& options, UnixTime now, std::ostream& out, std::ostream& err) {
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  if (!loaded.ok()) {
    PrintUnknown(loaded.error(), options.json, out, err);
    return ExitCodeOf(Health::kUnknown);
  }
  const KeysReport report(loaded.value(), now);
  if (options.json) {
    report.PrintJson(out);
  } else {
    report.PrintText(out);
  }
  return ExitCodeOf(report.health());
}

}  // namespace pamjwt::ctl
