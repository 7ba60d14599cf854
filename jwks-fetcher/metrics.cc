#include "jwks-fetcher/metrics.h"

#include <functional>
#include <optional>

namespace pamjwt::fetcher {
namespace {

using SampleOf = std::function<std::optional<std::int64_t>(const IssuerStatus&)>;

/// A metric that has one value per issuer.
struct IssuerMetric {
  const char* name;
  const char* type;
  const char* help;
  SampleOf sample;
};

std::optional<std::int64_t> SecondsOf(const std::optional<UnixTime>& time) {
  if (!time.has_value()) return std::nullopt;
  return time->seconds;
}

template <typename Number>
std::int64_t Signed(Number number) {
  return static_cast<std::int64_t>(number);
}

/// Returns `value` as the value of a label, with backslashes, quotes and newlines escaped.
std::string Escape(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

/// Returns the lines in front of the samples of a metric.
std::string Head(const std::string& name, const std::string& type, const std::string& help) {
  return "# HELP jwks_fetcher_" + name + " " + help + "\n# TYPE jwks_fetcher_" + name + " " + type +
         "\n";
}

/// Returns the line of one value.
std::string Sample(const std::string& name, const std::string& labels, std::int64_t value) {
  return "jwks_fetcher_" + name + (labels.empty() ? "" : "{" + labels + "}") + " " +
         std::to_string(value) + "\n";
}

/// Returns a metric that has one value.
std::string SingleMetric(const std::string& name, const std::string& type, const std::string& help,
                         std::int64_t value) {
  return Head(name, type, help) + Sample(name, "", value);
}

std::string IssuerLabel(const IssuerStatus& issuer) {
  return "issuer=\"" + Escape(issuer.name) + "\"";
}

std::vector<IssuerMetric> IssuerMetrics(UnixTime now) {
  return {
      {"keys", "gauge", "Usable keys of the issuer that the daemon has.",
       [](const IssuerStatus& issuer) { return Signed(issuer.keys); }},
      {"skipped_keys", "gauge", "Keys of the last set that were left out.",
       [](const IssuerStatus& issuer) { return Signed(issuer.skipped); }},
      {"keys_fetched_timestamp_seconds", "gauge", "When the keys were last fetched.",
       [](const IssuerStatus& issuer) { return SecondsOf(issuer.fetched); }},
      {"keys_expire_timestamp_seconds", "gauge",
       "When the keys expire unless they are fetched again.",
       [](const IssuerStatus& issuer) { return SecondsOf(issuer.expires); }},
      {"keys_age_seconds", "gauge", "The age of the keys when this file was written.",
       [now](const IssuerStatus& issuer) -> std::optional<std::int64_t> {
         if (!issuer.fetched.has_value()) return std::nullopt;
         return now.seconds - issuer.fetched->seconds;
       }},
      {"file_keys", "gauge", "Keys of the issuer in the key file: those that logins see.",
       [](const IssuerStatus& issuer) { return Signed(issuer.file_keys); }},
      {"file_keys_fetched_timestamp_seconds", "gauge",
       "When the keys in the key file were fetched.",
       [](const IssuerStatus& issuer) { return SecondsOf(issuer.file_fetched); }},
      {"fetch_failures", "gauge", "Failed fetches in a row.",
       [](const IssuerStatus& issuer) { return Signed(issuer.failures); }},
      {"clock_skew_seconds", "gauge", "The clock of the issuer less that of this host.",
       [](const IssuerStatus& issuer) -> std::optional<std::int64_t> {
         if (!issuer.skew.has_value()) return std::nullopt;
         return issuer.skew->count;
       }},
      {"refreshes_total", "counter", "Times that logins asked for a fetch, for an unknown key.",
       [](const IssuerStatus& issuer) { return Signed(issuer.refreshes); }},
      {"refreshes_refused_total", "counter", "Requests for a fetch that the cooldown refused.",
       [](const IssuerStatus& issuer) { return Signed(issuer.refreshes_refused); }},
  };
}

/// Returns the lines of one counter of fetches. `labels` stand in front of the outcome.
template <typename Status>
std::string OutcomeSamples(const std::string& name, const std::string& labels,
                           const Status& status) {
  const std::string label = labels + "outcome=";
  return Sample(name, label + "\"changed\"", Signed(status.fetches_changed)) +
         Sample(name, label + "\"unchanged\"", Signed(status.fetches_unchanged)) +
         Sample(name, label + "\"failed\"", Signed(status.fetches_failed));
}

std::string FetchMetrics(const std::vector<IssuerStatus>& issuers) {
  std::string text = Head("fetches_total", "counter", "Fetches, by how they ended.");
  for (const IssuerStatus& issuer : issuers) {
    text += OutcomeSamples("fetches_total", IssuerLabel(issuer) + ",", issuer);
  }
  return text;
}

std::string FeedMetrics(const FeedStatus& feed) {
  std::string text =
      Head("denylist_fetches_total", "counter",
           "Fetches of the denylist of the fleet, by how they ended.") +
      OutcomeSamples("denylist_fetches_total", "", feed) +
      SingleMetric("denylist_fetch_failures", "gauge",
                   "Failed fetches of the denylist of the fleet in a row.", Signed(feed.failures));
  if (feed.fetched.has_value()) {
    text += SingleMetric("denylist_fetched_timestamp_seconds", "gauge",
                         "When the denylist of the fleet was last fetched.", feed.fetched->seconds);
  }
  if (feed.bytes.has_value()) {
    text += SingleMetric("denylist_bytes", "gauge",
                         "The length of the denylist of the fleet, as it was fetched.",
                         Signed(*feed.bytes));
  }
  return text;
}

std::string RedeemMetrics(const RedeemStatus& redeem) {
  return SingleMetric("store_good", "gauge",
                      "1 if the store of used tokens could be used when last tried.",
                      redeem.store_error.empty() ? 1 : 0) +
         Head("redeems_total", "counter", "Logins with one-time tokens, by what the store said.") +
         Sample("redeems_total", "outcome=\"first\"", Signed(redeem.first)) +
         Sample("redeems_total", "outcome=\"used\"", Signed(redeem.used)) +
         Sample("redeems_total", "outcome=\"unavailable\"", Signed(redeem.unavailable));
}

std::string DaemonMetrics(const DaemonState& daemon) {
  return Head("build_info", "gauge", "The version that runs.") +
         Sample("build_info", "version=\"" + Escape(daemon.version) + "\"", 1) +
         SingleMetric("written_timestamp_seconds", "gauge", "When this file was written.",
                      daemon.now.seconds) +
         SingleMetric("config_good", "gauge", "1 if the configuration was accepted when last read.",
                      daemon.config_good ? 1 : 0) +
         SingleMetric("key_file_written", "gauge",
                      "1 if the key file could be written when last tried.",
                      daemon.key_file_written ? 1 : 0);
}

}  // namespace

std::string MetricsText(const std::vector<IssuerStatus>& issuers, const DaemonState& daemon) {
  std::string text = DaemonMetrics(daemon) + RedeemMetrics(daemon.redeem);
  for (const IssuerMetric& metric : IssuerMetrics(daemon.now)) {
    text += Head(metric.name, metric.type, metric.help);
    for (const IssuerStatus& issuer : issuers) {
      const std::optional<std::int64_t> value = metric.sample(issuer);
      if (value.has_value()) text += Sample(metric.name, IssuerLabel(issuer), *value);
    }
  }
  return text + FetchMetrics(issuers) + (daemon.feed.has_value() ? FeedMetrics(*daemon.feed) : "");
}

}  // namespace pamjwt::fetcher
