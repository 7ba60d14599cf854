#include <algorithm>
#include <iterator>
#include <map>
#include <type_traits>
#include <utility>

#include "core/base/nearest_word.h"
#include "core/config/account_rule.h"
#include "core/config/check.h"
#include "core/config/config.h"
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

/// Reads a table whose keys are all options. It writes into `target`, as the rows of the options
/// do: an earlier file may have given some of them.
template <typename Table>
Status ReadTable(const TomlFile& file, const std::string& name, const toml::node& node,
                 Table& target) {
  if (node.as_table() == nullptr) {
    return file.Refuse(node, name + " must be a table: [" + name + "]");
  }
  for (const auto& [key, value] : *node.as_table()) {
    Status read = ReadKey(file, name, key, value, target);
    if (!read.ok()) return read;
  }
  return Ok();
}

/// Puts a configuration together, file by file.
class ConfigReader {
 public:
  Status Read(const ConfigText& text) {
    const TomlFile file(static_cast<std::uint32_t>(config_.files.size()));
    config_.files.push_back(text.name);
    const std::uint32_t stray = FindStrayByte(text.text);
    if (stray != 0) {
      return Error{Reason::kConfigInvalid, "a character beyond ASCII outside of quotes",
                   Origin{static_cast<std::uint32_t>(config_.files.size() - 1), stray}};
    }
    const toml::parse_result parsed = toml::parse(std::string_view(text.text));
    if (!parsed) {
      return Error{Reason::kConfigInvalid, std::string{parsed.error().description()},
                   file.At(parsed.error().source())};
    }
    for (const auto& [key, value] : parsed.table()) {
      Status read = ReadTopKey(file, key, value);
      if (!read.ok()) return read;
    }
    return Ok();
  }

  [[nodiscard]] const Config& config() const { return config_; }
  Config Take() && { return std::move(config_); }

 private:
  Status ReadTopKey(const TomlFile& file, const toml::key& key, const toml::node& value) {
    if (key == "login") return ReadTable(file, "login", value, config_.login);
    if (key == "keys") return ReadTable(file, "keys", value, config_.keys);
    if (key == "store") return ReadTable(file, "store", value, config_.store);
    if (key == "session") return ReadTable(file, "session", value, config_.session);
    if (key == "issuer") return ReadIssuers(file, value);
    return Error{Reason::kConfigInvalid,
                 "key is not known: " + std::string(key.str()) +
                     DidYouMean(key.str(), {"login", "keys", "store", "session", "issuer"}),
                 file.At(key.source())};
  }

  Status ReadIssuers(const TomlFile& file, const toml::node& node) {
    if (node.as_table() == nullptr) {
      return file.Refuse(node, "issuer must hold tables: [issuer.NAME]");
    }
    for (const auto& [name, value] : *node.as_table()) {
      Status read = ReadIssuer(file, "issuer." + std::string(name.str()), value,
                               IssuerOf(name.str(), file.At(value)));
      if (!read.ok()) return read;
    }
    return Ok();
  }

  /// Finds the issuer of this name, which another file may have begun.
  Issuer& IssuerOf(std::string_view name, Origin at) {
    const auto found = std::find_if(config_.issuers.begin(), config_.issuers.end(),
                                    [&](const Issuer& issuer) { return issuer.name == name; });
    if (found != config_.issuers.end()) return *found;
    Issuer& issuer = config_.issuers.emplace_back();
    issuer.name = name;
    issuer.at = at;
    return issuer;
  }

  static Status ReadIssuer(const TomlFile& file, const std::string& name, const toml::node& node,
                           Issuer& target) {
    if (node.as_table() == nullptr) {
      return file.Refuse(node, name + " must be a table: [" + name + "]");
    }
    for (const auto& [key, value] : *node.as_table()) {
      Status read = key == "account"   ? ReadAccounts(file, value, target)
                    : key == "service" ? ReadServices(file, name, value, target)
                                       : ReadKey(file, name, key, value, target);
      if (!read.ok()) return read;
    }
    return Ok();
  }

  static Status ReadServices(const TomlFile& file, const std::string& name, const toml::node& node,
                             Issuer& target) {
    if (node.as_table() == nullptr) {
      return file.Refuse(node, name + ".service must hold tables");
    }
    for (const auto& [service, value] : *node.as_table()) {
      const std::string full_name = name + ".service." + std::string(service.str());
      Status read =
          ReadService(file, full_name, value, target.service_options[std::string(service.str())]);
      if (!read.ok()) return read;
    }
    return Ok();
  }

  static Status ReadService(const TomlFile& file, const std::string& name, const toml::node& node,
                            ServiceOptions& target) {
    if (node.as_table() == nullptr) {
      return file.Refuse(node, name + " must be a table: [" + name + "]");
    }
    if (!target.at.given()) {
      target.at = file.At(node);
    }
    for (const auto& [key, value] : *node.as_table()) {
      Status read = key == "account" ? ReadAccounts(file, value, target)
                                     : ReadKey(file, name, key, value, target);
      if (!read.ok()) return read;
    }
    return Ok();
  }

  template <typename Table>
  static Status ReadAccounts(const TomlFile& file, const toml::node& node, Table& target) {
    Result<std::vector<AccountRule>> rules = ReadAccountRules(file, node);
    if (!rules.ok()) return std::move(rules).error();
    std::ranges::move(std::move(rules).value(), std::back_inserter(target.accounts));
    return Ok();
  }

  Config config_;
};

/// Combines what was written for `issuer` and for `service` into the policy of that service.
ServicePolicy Combine(const Issuer& issuer, const ServiceOptions& service) {
  ServicePolicy policy;
  policy.claims.audience_claim = issuer.audience_claim;
  policy.claims.audiences = service.audiences.given() ? service.audiences : issuer.audiences;
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

/// Returns `error` with "file:line: " in front of its detail.
Error WithLine(const Config& config, Error error) {
  const std::string where = config.Describe(error.rule);
  error.detail = (where.empty() ? "" : where + ": ") + error.detail;
  return error;
}

}  // namespace

Result<Config> ParseConfig(const std::vector<ConfigText>& texts) {
  ConfigReader reader;
  for (const ConfigText& text : texts) {
    Status read = reader.Read(text);
    if (!read.ok()) return WithLine(reader.config(), std::move(read).error());
  }
  Status checked = CheckConfig(reader.config());
  if (!checked.ok()) return WithLine(reader.config(), std::move(checked).error());
  Config config = std::move(reader).Take();
  for (Issuer& issuer : config.issuers) {
    if (issuer.secret_file.given() && !issuer.algorithms.given()) {
      issuer.algorithms.value = {Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512};
    }
    issuer.policies = PoliciesOf(issuer);
  }
  return config;
}

}  // namespace pamjwt
