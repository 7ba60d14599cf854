#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/nearest_word.h"
#include "core/config/account_rule.h"
#include "core/config/check.h"
#include "core/config/config.h"
#include "core/config/config_errors.h"
#include "core/config/options.h"
#include "core/config/stray_byte.h"

namespace pamjwt {
namespace {

/// Returns `error` with "table.key: " in front of its detail.
Error InTable(const std::string& table, const toml::key& key, Error error) {
  error.detail = table + "." + std::string(key.str()) + ": " + error.detail;
  return error;
}

/// Returns the keys of a table for a message that a key is not known.
template <typename Table>
std::vector<std::string> KeysOf(const Table& table) {
  std::vector<std::string> keys;
  for (const Option<Table>& option : OptionsOf(table)) {
    keys.emplace_back(option.key);
  }
  if constexpr (std::is_same_v<Table, Issuer>) keys.emplace_back("service");
  if constexpr (std::is_same_v<Table, Issuer> || std::is_same_v<Table, ServiceOptions>) {
    keys.emplace_back("account");
  }
  return keys;
}

/// Reads one key of a table that has an option of this name, into `target`.
template <typename Table>
Status ReadKey(const TomlFile& file, const std::string& name, const toml::key& key,
               const toml::node& value, Table& target) {
  for (const Option<Table>& option : OptionsOf(target)) {
    if (option.key != key.str()) continue;
    if (option.at(target).given()) {
      return InTable(name, key, Error{Reason::kConfigInvalid, "is given twice", file.At(value)});
    }
    Status read = option.read(file, value, target);
    if (!read.ok()) return InTable(name, key, std::move(read).error());
    return Ok();
  }
  return Error{Reason::kConfigInvalid,
               "key is not known: " + name + "." + std::string(key.str()) +
                   DidYouMean(key.str(), KeysOf(target)),
               file.At(key.source())};
}

/// Puts a configuration together, file by file. Goes on behind an error, so that one run finds all.
class ConfigReader {
 public:
  void Read(const ConfigText& text) {
    const TomlFile file(static_cast<std::uint32_t>(config_.files.size()));
    config_.files.push_back(text.name);
    NoteIssuers();
    const std::uint32_t stray = FindStrayByte(text.text);
    if (stray != 0) {
      return RefuseFile({Reason::kConfigInvalid, "a character beyond ASCII outside of quotes",
                         Origin{static_cast<std::uint32_t>(config_.files.size() - 1), stray}});
    }
    const std::string_view toml_text = text.text;
    const toml::parse_result parsed = toml::parse(toml_text);
    if (!parsed) {
      return RefuseFile({Reason::kConfigInvalid, std::string{parsed.error().description()},
                         file.At(parsed.error().source())});
    }
    for (const auto& [key, value] : parsed.table()) {
      ReadTopKey(file, key, value);
    }
  }

  /// Checks what was read. Must be called once, behind all files.
  void Check() {
    if (has_unread_file_) {
      unread_.insert("keys");
      for (const Issuer& issuer : config_.issuers) {
        unread_.insert("issuer." + issuer.name);
      }
    }
    errors_.Add(CheckConfig(config_, unread_));
  }

  [[nodiscard]] bool HasErrors() const { return errors_.size() > 0; }
  /// Returns the errors in the order of their lines, each with "file:line: " in front of its
  /// detail.
  std::vector<Error> TakeErrors() && {
    std::vector<Error> errors = std::move(errors_).Take();
    std::stable_sort(errors.begin(), errors.end(), [](const Error& a, const Error& b) {
      return std::pair(a.rule.file, a.rule.line) < std::pair(b.rule.file, b.rule.line);
    });
    for (Error& error : errors) {
      const std::string where = config_.Describe(error.rule);
      error.detail = (where.empty() ? "" : where + ": ") + error.detail;
    }
    return errors;
  }
  Config TakeConfig() && { return std::move(config_); }

 private:
  /// Adds an error that hides the rest of a file.
  void RefuseFile(Error error) {
    errors_.Add(std::move(error));
    has_unread_file_ = true;
  }

  /// Calls `read` with each key of a table and its value. `expected` says what must be there if
  /// `node` is not a table.
  template <typename Read>
  void ForEachKey(const TomlFile& file, const toml::node& node, const std::string& expected,
                  const Read& read) {
    if (node.as_table() == nullptr) return errors_.Add(file.Refuse(node, expected));
    for (const auto& [key, value] : *node.as_table()) {
      if (errors_.IsFull()) return;
      read(key, value);
    }
  }

  /// Reads the table `name` by `read`, and remembers it if not all of it could be read.
  template <typename Read>
  void ReadWhole(const std::string& name, const Read& read) {
    const std::size_t before = errors_.size();
    read();
    if (errors_.size() != before) unread_.insert(name);
  }

  void ReadTopKey(const TomlFile& file, const toml::key& key, const toml::node& value) {
    if (key == "login") return ReadTable(file, "login", value, config_.login);
    if (key == "keys") return ReadTable(file, "keys", value, config_.keys);
    if (key == "store") return ReadTable(file, "store", value, config_.store);
    if (key == "session") return ReadTable(file, "session", value, config_.session);
    if (key == "denylist") return ReadTable(file, "denylist", value, config_.denylist);
    if (key == "service") return ReadPrompts(file, value);
    if (key == "issuer") return ReadIssuers(file, value);
    errors_.Add(Error{Reason::kConfigInvalid,
                      "key is not known: " + std::string(key.str()) +
                          DidYouMean(key.str(), {"login", "keys", "store", "session", "denylist",
                                                 "service", "issuer"}),
                      file.At(key.source())});
  }

  /// Reads a table whose keys are all options. It writes into `target`, as the rows of the options
  /// do: an earlier file may have given some of them.
  template <typename Table>
  void ReadTable(const TomlFile& file, const std::string& name, const toml::node& node,
                 Table& target) {
    ReadWhole(name, [&] {
      ForEachKey(file, node, name + " must be a table: [" + name + "]",
                 [&](const toml::key& key, const toml::node& value) {
                   errors_.Add(ReadKey(file, name, key, value, target));
                 });
    });
  }

  void ReadPrompts(const TomlFile& file, const toml::node& node) {
    ForEachKey(file, node, "service must hold tables: [service.SERVICE]",
               [&](const toml::key& key, const toml::node& value) {
                 const std::string service(key.str());
                 ReadTable(file, "service." + service, value, config_.prompts[service]);
               });
  }

  void ReadIssuers(const TomlFile& file, const toml::node& node) {
    ForEachKey(file, node, "issuer must hold tables: [issuer.NAME]",
               [&](const toml::key& key, const toml::node& value) {
                 const std::string name = "issuer." + std::string(key.str());
                 Issuer& target = IssuerOf(key.str(), file.At(value));
                 ReadWhole(name, [&] { ReadIssuer(file, name, value, target); });
               });
  }

  /// Notes the issuers of the files before. Within one file a name stands once.
  void NoteIssuers() {
    for (std::size_t i = earlier_.size(); i < config_.issuers.size(); ++i) {
      earlier_.emplace(config_.issuers[i].name, i);
    }
  }

  /// Finds the issuer of this name, which another file may have begun.
  Issuer& IssuerOf(std::string_view name, Origin at) {
    const auto found = earlier_.find(name);
    if (found != earlier_.end()) return config_.issuers[found->second];
    Issuer& issuer = config_.issuers.emplace_back();
    issuer.name = name;
    issuer.at = at;
    return issuer;
  }

  void ReadIssuer(const TomlFile& file, const std::string& name, const toml::node& node,
                  Issuer& target) {
    ForEachKey(file, node, name + " must be a table: [" + name + "]",
               [&](const toml::key& key, const toml::node& value) {
                 if (key == "account") return ReadAccounts(file, value, target);
                 if (key == "service") return ReadServices(file, name, value, target);
                 errors_.Add(ReadKey(file, name, key, value, target));
               });
  }

  void ReadServices(const TomlFile& file, const std::string& name, const toml::node& node,
                    Issuer& target) {
    ForEachKey(file, node, name + ".service must hold tables",
               [&](const toml::key& key, const toml::node& value) {
                 const std::string service(key.str());
                 ReadService(file, name + ".service." + service, value,
                             target.service_options[service]);
               });
  }

  void ReadService(const TomlFile& file, const std::string& name, const toml::node& node,
                   ServiceOptions& target) {
    if (!target.at.given()) {
      target.at = file.At(node);
    }
    ForEachKey(file, node, name + " must be a table: [" + name + "]",
               [&](const toml::key& key, const toml::node& value) {
                 if (key == "account") return ReadAccounts(file, value, target);
                 errors_.Add(ReadKey(file, name, key, value, target));
               });
  }

  template <typename Table>
  void ReadAccounts(const TomlFile& file, const toml::node& node, Table& target) {
    AccountRules read = ReadAccountRules(file, node);
    errors_.Add(std::move(read.errors));
    std::ranges::move(std::move(read.rules), std::back_inserter(target.accounts));
  }

  Config config_;
  ConfigErrors errors_;
  std::map<std::string, std::size_t, std::less<>> earlier_;  ///< where issuers of files before are
  std::set<std::string> unread_;                             ///< tables with errors
  bool has_unread_file_ = false;
};

bool AreOnActor(const std::vector<Condition>& conditions) {
  return std::any_of(conditions.begin(), conditions.end(), [](const Condition& condition) {
    return condition.claim.text().starts_with("/act/");
  });
}

/// Combines what was written for `issuer` and for `service` into the policy of that service.
ServicePolicy Combine(const Issuer& issuer, const ServiceOptions& service) {
  ServicePolicy policy;
  policy.claims.audience_claim = issuer.audience_claim;
  policy.claims.audiences = service.audiences.given() ? service.audiences : issuer.audiences;
  policy.claims.bound_audiences = issuer.bound_audiences;
  policy.claims.max_bound_age = issuer.max_bound_age;
  policy.claims.max_binding_age = issuer.max_binding_age;
  policy.claims.max_token_age =
      service.max_token_age.given() ? service.max_token_age : issuer.max_token_age;
  policy.claims.max_auth_age =
      service.max_auth_age.given() ? service.max_auth_age : issuer.max_auth_age;
  policy.claims.one_time = service.one_time.given() ? service.one_time : issuer.one_time;
  policy.claims.require_sub = issuer.require_sub;
  policy.claims.require = *issuer.require;
  policy.claims.require.insert(policy.claims.require.end(), service.require->begin(),
                               service.require->end());
  policy.accounts = service.accounts.empty() ? issuer.accounts : service.accounts;
  if (policy.accounts.empty()) {
    policy.accounts.emplace_back().at = issuer.at;  // sub is the account
  }
  for (AccountRule& rule : policy.accounts) {
    rule.names = *issuer.account_names;
    rule.judges_actor = AreOnActor(policy.claims.require) || AreOnActor(rule.require);
    if (rule.key_options.text.empty()) rule.key_options = *issuer.key_options;
  }
  policy.local_account = *service.local_account;
  return policy;
}

/// Returns the policy of each service of `issuer`, by the name of the service.
std::map<std::string, ServicePolicy> PoliciesOf(const Issuer& issuer) {
  std::map<std::string, ServicePolicy> policies;
  for (const std::string& service : *issuer.services) {
    const auto own = issuer.service_options.find(service);
    policies[service] =
        Combine(issuer, own == issuer.service_options.end() ? ServiceOptions() : own->second);
  }
  return policies;
}

/// Reads and checks the files.
ConfigReader ReadAll(const std::vector<ConfigText>& texts) {
  ConfigReader reader;
  for (const ConfigText& text : texts) {
    reader.Read(text);
  }
  reader.Check();
  return reader;
}

/// Returns the first of the errors, with the number of the others behind its detail.
Error Summary(std::vector<Error> errors) {
  Error first = std::move(errors.front());
  const std::size_t others = errors.size() - 1;
  if (others == 0) return first;
  first.detail += std::string(" (and ") + (errors.size() == kMaxConfigErrors ? "at least " : "") +
                  std::to_string(others) + (others == 1 ? " more error" : " more errors") +
                  ": jwtctl check lists them)";
  return first;
}

}  // namespace

Result<Config> ParseConfig(const std::vector<ConfigText>& texts) {
  ConfigReader reader = ReadAll(texts);
  if (reader.HasErrors()) return Summary(std::move(reader).TakeErrors());
  Config config = std::move(reader).TakeConfig();
  for (Issuer& issuer : config.issuers) {
    if (issuer.secret_file.given() && !issuer.algorithms.given()) {
      issuer.algorithms.value = {Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512};
    }
    issuer.policies = PoliciesOf(issuer);
  }
  return config;
}

std::vector<Error> FindConfigErrors(const std::vector<ConfigText>& texts) {
  return ReadAll(texts).TakeErrors();
}

}  // namespace pamjwt
