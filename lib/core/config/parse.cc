#include <algorithm>
#include <utility>

#include "core/config/account_rule.h"
#include "core/config/check.h"
#include "core/config/config.h"
#include "core/config/options.h"
#include "core/config/stray_byte.h"

namespace pamjwt {
namespace {

/// Puts "table.key: " in front of what is wrong.
Error InTable(const std::string& table, const toml::key& key, Error error) {
  error.detail = table + "." + std::string(key.str()) + ": " + error.detail;
  return error;
}

/// Reads one key of a table that has an option of this name.
template <typename Table>
Status ReadKey(const TomlFile& file, const std::string& name, const toml::key& key,
               const toml::node& value, Table& table) {
  for (const Option<Table>& option : OptionsOf(table)) {
    if (option.key != key.str()) continue;
    if (option.at(table).given()) {
      return InTable(name, key, Error{Reason::kConfigInvalid, "is given twice", file.At(value)});
    }
    Status read = option.read(file, value, table);
    if (!read.ok()) return InTable(name, key, std::move(read).error());
    return Ok();
  }
  return Error{Reason::kConfigInvalid, "key is not known: " + name + "." + std::string(key.str()),
               file.At(key.source())};
}

template <typename Table>
Status ReadTable(const TomlFile& file, const std::string& name, const toml::node& node,
                 Table& table) {
  if (node.as_table() == nullptr) {
    return file.Refuse(node, name + " must be a table: [" + name + "]");
  }
  for (const auto& [key, value] : *node.as_table()) {
    Status read = ReadKey(file, name, key, value, table);
    if (!read.ok()) return read;
  }
  return Ok();
}

Status ReadService(const TomlFile& file, const std::string& name, const toml::node& node,
                   ServiceOptions& service) {
  if (node.as_table() == nullptr) {
    return file.Refuse(node, name + " must be a table: [" + name + "]");
  }
  if (!service.at.given()) {
    service.at = file.At(node);
  }
  for (const auto& [key, value] : *node.as_table()) {
    Status read = key == "account" ? ReadAccountRules(file, value, service.accounts)
                                   : ReadKey(file, name, key, value, service);
    if (!read.ok()) return read;
  }
  return Ok();
}

Status ReadServices(const TomlFile& file, const std::string& name, const toml::node& node,
                    Issuer& issuer) {
  if (node.as_table() == nullptr) {
    return file.Refuse(node, name + ".service must hold tables");
  }
  for (const auto& [service, value] : *node.as_table()) {
    const std::string full_name = name + ".service." + std::string(service.str());
    Status read =
        ReadService(file, full_name, value, issuer.service_options[std::string(service.str())]);
    if (!read.ok()) return read;
  }
  return Ok();
}

/// Finds the issuer of this name, which another file may have begun.
Issuer& IssuerOf(Config& config, std::string_view name, Origin at) {
  const auto found = std::find_if(config.issuers.begin(), config.issuers.end(),
                                  [&](const Issuer& issuer) { return issuer.name == name; });
  if (found != config.issuers.end()) return *found;
  Issuer& issuer = config.issuers.emplace_back();
  issuer.name = name;
  issuer.at = at;
  return issuer;
}

Status ReadIssuer(const TomlFile& file, const std::string& name, const toml::node& node,
                  Issuer& issuer) {
  if (node.as_table() == nullptr) {
    return file.Refuse(node, name + " must be a table: [" + name + "]");
  }
  for (const auto& [key, value] : *node.as_table()) {
    Status read = Ok();
    if (key == "account") {
      read = ReadAccountRules(file, value, issuer.accounts);
    } else if (key == "service") {
      read = ReadServices(file, name, value, issuer);
    } else {
      read = ReadKey(file, name, key, value, issuer);
    }
    if (!read.ok()) return read;
  }
  return Ok();
}

Status ReadIssuers(const TomlFile& file, const toml::node& node, Config& config) {
  if (node.as_table() == nullptr) {
    return file.Refuse(node, "issuer must hold tables: [issuer.NAME]");
  }
  for (const auto& [name, value] : *node.as_table()) {
    Status read = ReadIssuer(file, "issuer." + std::string(name.str()), value,
                             IssuerOf(config, name.str(), file.At(value)));
    if (!read.ok()) return read;
  }
  return Ok();
}

Status ReadFile(const TomlFile& file, const toml::table& root, Config& config) {
  for (const auto& [key, value] : root) {
    Status read = Ok();
    if (key == "login") {
      read = ReadTable(file, "login", value, config.login);
    } else if (key == "keys") {
      read = ReadTable(file, "keys", value, config.keys);
    } else if (key == "store") {
      read = ReadTable(file, "store", value, config.store);
    } else if (key == "session") {
      read = ReadTable(file, "session", value, config.session);
    } else if (key == "issuer") {
      read = ReadIssuers(file, value, config);
    } else {
      read = Error{Reason::kConfigInvalid, "key is not known: " + std::string(key.str()),
                   file.At(key.source())};
    }
    if (!read.ok()) return read;
  }
  return Ok();
}

Status ParseText(const ConfigText& text, Config& config) {
  const TomlFile file(static_cast<std::uint32_t>(config.files.size()));
  config.files.push_back(text.name);
  const std::uint32_t stray = FindStrayByte(text.text);
  if (stray != 0) {
    return Error{Reason::kConfigInvalid, "a character beyond ASCII outside of quotes",
                 Origin{static_cast<std::uint32_t>(config.files.size() - 1), stray}};
  }
  const toml::parse_result parsed = toml::parse(std::string_view(text.text));
  if (!parsed) {
    return Error{Reason::kConfigInvalid, std::string{parsed.error().description()},
                 file.At(parsed.error().source())};
  }
  return ReadFile(file, parsed.table(), config);
}

/// What holds for `service` of `issuer`, from what was written for both.
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

void CombinePolicies(Issuer& issuer) {
  if (issuer.secret_file.given() && !issuer.algorithms.given()) {
    issuer.algorithms.value = {Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512};
  }
  for (const std::string& service : *issuer.services) {
    const auto own = issuer.service_options.find(service);
    issuer.policies[service] =
        Combine(issuer, own == issuer.service_options.end() ? ServiceOptions() : own->second);
  }
}

/// The same error with "file:line: " in front.
Error WithLine(const Config& config, Error error) {
  const std::string where = config.Describe(error.rule);
  error.detail = (where.empty() ? "" : where + ": ") + error.detail;
  return error;
}

}  // namespace

Result<Config> ParseConfig(const std::vector<ConfigText>& texts) {
  Config config;
  for (const ConfigText& text : texts) {
    Status parsed = ParseText(text, config);
    if (!parsed.ok()) return WithLine(config, std::move(parsed).error());
  }
  Status checked = CheckConfig(config);
  if (!checked.ok()) return WithLine(config, std::move(checked).error());
  for (Issuer& issuer : config.issuers) {
    CombinePolicies(issuer);
  }
  return config;
}

}  // namespace pamjwt
