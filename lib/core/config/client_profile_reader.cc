#include "core/config/client_profile_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/base/nearest_word.h"
#include "core/base/url.h"
#include "core/config/client_profile_rules.h"
#include "core/config/client_profile_text.h"
#include "core/config/client_profile_words.h"
#include "core/config/stray_byte.h"
#include "core/config/toml.h"
#include "core/config/toml_value.h"
#include "core/oauth/redirect_uri.h"

namespace pamjwt {
namespace {

constexpr std::size_t kMaxTextBytes = 2048;

/// Returns why a text is not the url that a profile needs. `instead` says what to do about a
/// password: ParseUrl names options that no profile has.
std::string WhyNotUrl(const Error& error, std::string_view instead) {
  constexpr std::string_view kPassword = "has a password";
  if (!error.detail.starts_with(kPassword)) return error.detail;
  return std::string(kPassword) + ": " + std::string(instead);
}

/// Reads the keys of one profile. Goes on behind an error, and keeps the one with the first line.
class ProfileReader {
 public:
  void Read(const toml::table& table) {
    for (const auto& [key, value] : table) {
      lines_.emplace(key.str(), file_.At(value));
      Keep(std::string(key.str()), TakeKey(key, value));
    }
    // A value that was refused would be compared as its default.
    if (first_.has_value()) return;
    CheckMandatory();
    CheckTogether();
  }

  [[nodiscard]] const std::optional<Error>& error() const { return first_; }
  ClientProfile Take() && { return std::move(profile_); }

 private:
  using Taker = Status (ProfileReader::*)(const toml::node& value);
  struct Row {
    std::string_view key;
    Taker take;
  };

  Status TakeKey(const toml::key& key, const toml::node& value) {
    static constexpr std::array kRows = {
        Row{"issuer", &ProfileReader::TakeIssuer},
        Row{"client_id", &ProfileReader::TakeClientId},
        Row{"client_secret_file", &ProfileReader::TakeSecretFile},
        Row{"scopes", &ProfileReader::TakeScopes},
        Row{"token", &ProfileReader::TakeToken},
        Row{"use", &ProfileReader::TakeUse},
        Row{"resource", &ProfileReader::TakeResource},
        Row{"flows", &ProfileReader::TakeFlows},
        Row{"redirect_ports", &ProfileReader::TakePorts},
        Row{"redirect_uri", &ProfileReader::TakeRedirectUri},
        Row{"assertion_file", &ProfileReader::TakeAssertionFile},
        Row{"max_bound_age", &ProfileReader::TakeBoundAge},
        Row{"max_binding_age", &ProfileReader::TakeBindingAge},
        Row{"key", &ProfileReader::TakeSshKey},
        Row{"keep", &ProfileReader::TakeKeep},
        Row{"ca_file", &ProfileReader::TakeCaFile},
        Row{"proxy", &ProfileReader::TakeProxy},
        Row{"hosts", &ProfileReader::TakeHosts},
    };
    std::vector<std::string> known;
    for (const Row& row : kRows) {
      if (row.key == key.str()) return (this->*row.take)(value);
      known.emplace_back(row.key);
    }
    return Error{Reason::kConfigInvalid, "key is not known" + DidYouMean(key.str(), known),
                 file_.At(key.source())};
  }

  /// Remembers the error of `status` if no error before it has an earlier line.
  void Keep(const std::string& key, Status status) {
    if (status.ok()) return;
    Error error = std::move(status).error();
    if (first_.has_value() && first_->rule.line <= error.rule.line) return;
    error.detail = key + ": " + error.detail;
    first_ = std::move(error);
  }

  /// Reads text that is not empty, and that `is_good` accepts. `expected` says what is good.
  template <typename IsGood>
  Result<std::string> ReadText(const toml::node& node, const IsGood& is_good,
                               const std::string& expected) const {
    Result<std::string> text = ReadValue<std::string>(file_, node, {1, 0});
    if (!text.ok()) return text;
    if (text.value().size() > kMaxTextBytes) {
      return file_.Refuse(node, "must have at most " + std::to_string(kMaxTextBytes) + " bytes");
    }
    const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
    if (std::ranges::any_of(text.value(), is_control)) {
      return file_.Refuse(node, "has a control character in it");
    }
    if (!is_good(text.value())) return file_.Refuse(node, expected);
    return text;
  }

  /// Puts text that `is_good` accepts into a member of the profile.
  template <typename IsGood>
  Status TakeText(const toml::node& node, std::string ClientProfile::*member, const IsGood& is_good,
                  const std::string& expected) {
    Result<std::string> text = ReadText(node, is_good, expected);
    if (!text.ok()) return std::move(text).error();
    profile_.*member = std::move(text).value();
    return Ok();
  }

  /// Puts a list of different texts that `is_good` accepts into a member of the profile.
  template <typename IsGood>
  Status TakeTexts(const toml::node& node, std::vector<std::string> ClientProfile::*member,
                   const IsGood& is_good, const std::string& expected) {
    Result<std::vector<std::string>> texts = ReadValue<std::vector<std::string>>(file_, node, {});
    if (!texts.ok()) return std::move(texts).error();
    std::set<std::string> seen;
    for (const toml::node& entry : *node.as_array()) {
      Result<std::string> text = ReadText(entry, is_good, expected);
      if (!text.ok()) return std::move(text).error();
      if (!seen.insert(text.value()).second) return Twice(entry, text.value());
    }
    profile_.*member = std::move(texts).value();
    return Ok();
  }

  [[nodiscard]] Error Twice(const toml::node& node, const std::string& text) const {
    return file_.Refuse(node, text + " is there twice");
  }

  /// Reads one of `words`.
  template <typename T, std::size_t N>
  Result<T> ReadWord(const toml::node& node, const std::array<Word<T>, N>& words) const {
    const auto* const text = node.as_string();
    std::vector<std::string> known;
    std::string list;
    for (const Word<T>& word : words) {
      if (text != nullptr && text->get() == word.text) return word.value;
      known.emplace_back(word.text);
      list += (list.empty()             ? ""
               : &word == &words.back() ? " or "
                                        : ", ") +
              ShowValue(known.back());
    }
    return file_.Refuse(
        node, "must be " + list + (text == nullptr ? "" : DidYouMean(text->get(), known)));
  }

  /// Puts the value of one of `words` into a member of the profile.
  template <typename T, std::size_t N>
  Status TakeWord(const toml::node& node, T ClientProfile::*member,
                  const std::array<Word<T>, N>& words) {
    const Result<T> word = ReadWord(node, words);
    if (!word.ok()) return word.error();
    profile_.*member = word.value();
    return Ok();
  }

  Status TakeIssuer(const toml::node& node) {
    std::string why;
    const auto is_good = [&](const std::string& text) {
      const Result<Url> url = ParseHttpUrl(text, Reason::kConfigInvalid);
      if (!url.ok()) {
        why = "it " + WhyNotUrl(url.error(), "providers take none in the url");
      } else if (url.value().scheme != "https" && !IsLoopback(url.value())) {
        why = "it is http://, and its host is not this machine";
      } else if (url.value().rest.find_first_of("?#") != std::string::npos) {
        why = "it has a query or a fragment";
      }
      return why.empty();
    };
    Status taken = TakeText(node, &ClientProfile::issuer, is_good, "");
    if (taken.ok() || why.empty()) return taken;
    return file_.Refuse(node, "must be of the form https://HOST[:PORT][/PATH]: " + why);
  }

  Status TakeClientId(const toml::node& node) {
    return TakeText(node, &ClientProfile::client_id, IsPrintableAscii,
                    "must be printable ASCII (RFC 6749 §A.1)");
  }

  Status TakeFile(const toml::node& node, std::string ClientProfile::*member) {
    return TakeText(node, member, IsFixedPath, "must be the path of a file, from / or ~/");
  }
  Status TakeSecretFile(const toml::node& node) {
    return TakeFile(node, &ClientProfile::client_secret_file);
  }
  Status TakeAssertionFile(const toml::node& node) {
    return TakeFile(node, &ClientProfile::assertion_file);
  }
  Status TakeCaFile(const toml::node& node) { return TakeFile(node, &ClientProfile::ca_file); }

  Status TakeScopes(const toml::node& node) {
    return TakeTexts(node, &ClientProfile::scopes, IsScopeToken,
                     "a scope is printable ASCII without blanks, quotes and backslashes");
  }

  Status TakeResource(const toml::node& node) {
    return TakeText(node, &ClientProfile::resource, IsResourceUri,
                    "must be an absolute URI without a fragment (RFC 8707), such as "
                    "https://hosts.example");
  }

  Status TakeRedirectUri(const toml::node& node) {
    std::string why;
    const auto is_good = [&](const std::string& text) {
      const Result<oauth::RedirectUri> uri = oauth::ParseRedirectUri(text);
      if (!uri.ok()) why = uri.error().detail;
      return uri.ok();
    };
    Status taken = TakeText(node, &ClientProfile::redirect_uri, is_good, "");
    if (taken.ok() || why.empty()) return taken;
    return file_.Refuse(node, why);
  }

  Status TakeHosts(const toml::node& node) {
    Status taken = TakeTexts(node, &ClientProfile::hosts, IsHostPattern,
                             "must be names of hosts, perhaps with * and ?, and with ! in front");
    if (!taken.ok()) return taken;
    const auto excludes = [](const std::string& pattern) { return pattern.starts_with('!'); };
    if (!std::ranges::all_of(profile_.hosts, excludes)) return Ok();
    return file_.Refuse(node, "has patterns with ! only, which match no host: add \"*\"");
  }

  Status TakeProxy(const toml::node& node) {
    std::string why;
    const auto is_good = [&](const std::string& text) {
      const Result<Url> url = ParseProxyUrl(text, Reason::kConfigInvalid);
      if (!url.ok()) {
        why = WhyNotUrl(url.error(),
                        "a profile holds no secret, so leave proxy out, and set https_proxy in the "
                        "environment");
      }
      return url.ok();
    };
    Status taken = TakeText(node, &ClientProfile::proxy, is_good, "");
    if (taken.ok() || why.empty()) return taken;
    return file_.Refuse(node,
                        "must be the url of a proxy, such as http://proxy.example:3128: it " + why);
  }

  Status TakeToken(const toml::node& node) {
    return TakeWord(node, &ClientProfile::token, kClientTokens);
  }
  Status TakeUse(const toml::node& node) {
    return TakeWord(node, &ClientProfile::use, kClientUses);
  }
  Status TakeKeep(const toml::node& node) {
    return TakeWord(node, &ClientProfile::keep, kClientKeeps);
  }

  Status TakeFlows(const toml::node& node) {
    const Result<std::vector<std::string>> texts =
        ReadValue<std::vector<std::string>>(file_, node, {});
    if (!texts.ok()) return texts.error();
    std::vector<ClientFlow> flows;
    for (const toml::node& entry : *node.as_array()) {
      const Result<ClientFlow> flow = ReadWord(entry, kClientFlows);
      if (!flow.ok()) return flow.error();
      if (std::ranges::find(flows, flow.value()) != flows.end()) {
        return Twice(entry, TextOf(kClientFlows, flow.value()));
      }
      flows.push_back(flow.value());
    }
    profile_.flows = std::move(flows);
    return Ok();
  }

  Status TakePorts(const toml::node& node) {
    constexpr std::size_t kMost = 16;
    const toml::array* const list = node.as_array();
    if (list == nullptr || list->empty() || list->size() > kMost) {
      return file_.Refuse(node, "must be a list of 1 to 16 ports");
    }
    std::vector<std::uint16_t> ports;
    for (const toml::node& entry : *list) {
      const Result<std::int64_t> port = ReadValue<std::int64_t>(file_, entry, {0, 65535});
      if (!port.ok()) return port.error();
      const auto number = static_cast<std::uint16_t>(port.value());
      if (std::ranges::find(ports, number) != ports.end()) {
        return Twice(entry, std::to_string(number));
      }
      ports.push_back(number);
    }
    profile_.redirect_ports = std::move(ports);
    return Ok();
  }

  Status TakeAge(const toml::node& node, Seconds ClientProfile::*member, Seconds least) {
    const Result<Seconds> age = ReadValue<Seconds>(file_, node, {least.count, kMaxClientAge.count});
    if (!age.ok()) return age.error();
    profile_.*member = age.value();
    return Ok();
  }
  Status TakeBoundAge(const toml::node& node) {
    return TakeAge(node, &ClientProfile::max_bound_age, Seconds{0});
  }
  Status TakeBindingAge(const toml::node& node) {
    return TakeAge(node, &ClientProfile::max_binding_age, Seconds{1});
  }

  Status TakeSshKey(const toml::node& node) {
    constexpr std::string_view kAgent = "agent:";
    const auto any = [](const std::string& /*text*/) { return true; };
    const Result<std::string> read = ReadText(node, any, "");
    if (!read.ok()) return read.error();
    const std::string_view text = read.value();
    if (text == "new") {
      profile_.key = {};
    } else if (text.starts_with(kAgent) && IsKeyFingerprint(text.substr(kAgent.size()))) {
      profile_.key = {ClientKey::Kind::kAgent, std::string(text.substr(kAgent.size()))};
    } else if (IsFixedPath(text) && text.ends_with(".pub")) {
      profile_.key = {ClientKey::Kind::kFile, std::string(text)};
    } else {
      return file_.Refuse(node,
                          "must be \"new\", \"agent:SHA256:...\" with a fingerprint that "
                          "ssh-add -l shows, or the path of a public key, from / or ~/ to .pub");
    }
    return Ok();
  }

  [[nodiscard]] Error Refuse(const std::string& key, std::string detail) const {
    const auto line = lines_.find(key);
    return {Reason::kConfigInvalid, std::move(detail),
            line == lines_.end() ? Origin{0, 1} : line->second};
  }

  void CheckMandatory() {
    for (const char* const key : {"issuer", "client_id"}) {
      if (lines_.count(key) == 0) Keep(key, Refuse(key, "must be given"));
    }
  }

  void CheckTogether() {
    for (ClientProfileConflict& conflict : FindConflicts(profile_)) {
      Keep(conflict.key, Refuse(conflict.key, std::move(conflict.why)));
    }
  }

  TomlFile file_{0};
  ClientProfile profile_;
  std::map<std::string, Origin> lines_;
  std::optional<Error> first_;
};

/// Returns `error` with "FILE:LINE: " in front of its detail.
Error InFile(std::string_view file, Error error) {
  error.detail = std::string(file) + ":" + std::to_string(error.rule.line) + ": " + error.detail;
  return error;
}

}  // namespace

Result<ClientProfile> ParseClientProfile(std::string_view file, std::string_view text) {
  const auto refuse = [&](std::uint32_t line, std::string detail) {
    return InFile(file, {Reason::kConfigInvalid, std::move(detail), Origin{0, line}});
  };
  if (text.size() > kMaxClientProfileBytes) {
    return refuse(1, "has more than " + std::to_string(kMaxClientProfileBytes) + " bytes");
  }
  const std::uint32_t stray = FindStrayByte(text);
  if (stray != 0) return refuse(stray, "a character beyond ASCII outside of quotes");
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return refuse(parsed.error().source().begin.line, std::string{parsed.error().description()});
  }
  ProfileReader reader;
  reader.Read(parsed.table());
  if (reader.error().has_value()) return InFile(file, *reader.error());
  return std::move(reader).Take();
}

}  // namespace pamjwt
