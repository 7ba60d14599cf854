#include "core/config/account_rule.h"

#include <utility>

#include "core/account/account_name.h"
#include "core/config/options.h"

namespace pamjwt {
namespace {

/// Which keys were given: some rules are about that, not about values.
struct GivenKeys {
  bool pattern = false;
  bool name = false;
  bool map_file = false;
};

Status ReadKey(const TomlFile& file, std::string_view key, const toml::node& value,
               AccountRule& rule, GivenKeys& given) {
  if (key == "claim") return ReadValue(file, value, {}, rule.claim);
  if (key == "lowercase") return ReadValue(file, value, {}, rule.lowercase);
  if (key == "except") return ReadValue(file, value, {}, rule.except);
  if (key == "require") return ReadValue(file, value, {}, rule.require);
  if (key == "pattern") {
    given.pattern = true;
    return ReadValue(file, value, {}, rule.pattern);
  }
  if (key == "name") {
    given.name = true;
    return ReadValue(file, value, {}, rule.name);
  }
  if (key == "map_file") {
    given.map_file = true;
    Status read = ReadValue(file, value, {1, 0}, rule.map_file);
    if (read.ok() && !rule.map_file.starts_with('/')) {
      return file.Refuse(value, "map_file must be a path that begins with /");
    }
    return read;
  }
  return file.Refuse(value, "key is not known in an account rule: " + std::string(key));
}

Status CheckRule(const TomlFile& file, const toml::node& node, const AccountRule& rule,
                 const GivenKeys& given) {
  if (given.map_file && (given.pattern || given.name)) {
    return file.Refuse(node, "map_file gives the accounts: it goes with neither pattern nor name");
  }
  if (given.map_file) return Ok();
  if (given.pattern && !rule.pattern.has_star() && !given.name) {
    return file.Refuse(node, "a pattern without a star needs a name");
  }
  if (rule.name.has_star() && !rule.pattern.has_star()) {
    return file.Refuse(node, "the name has a star, the pattern has none to fill it with");
  }
  if (rule.name.has_star()) return Ok();
  if (!IsAccountName(rule.name.text())) {
    return file.Refuse(node, "no name of an account: " + rule.name.text());
  }
  if (rule.require.empty() && rule.pattern.is_bare_star()) {
    return file.Refuse(node, "a literal name would let every token of the issuer in as " +
                                 rule.name.text() +
                                 ": give it a require, or a pattern that is more than a star");
  }
  return Ok();
}

Status ReadRule(const TomlFile& file, const toml::node& node, AccountRule& rule) {
  const toml::table* const table = node.as_table();
  if (table == nullptr) {
    return file.Refuse(node, "account must be a table: [[issuer.NAME.account]]");
  }
  GivenKeys given;
  for (const auto& [key, value] : *table) {
    Status read = ReadKey(file, key.str(), value, rule, given);
    if (!read.ok()) {
      return Error{read.error().reason,
                   "account: " + std::string(key.str()) + ": " + read.error().detail,
                   read.error().rule};
    }
  }
  rule.at = file.At(node);
  return CheckRule(file, node, rule, given);
}

}  // namespace

std::vector<OptionDescription> DescribeAccountOptions() {
  const AccountRule defaults;
  return {{"claim", ShowValue(defaults.claim.text())},
          {"pattern", ShowValue(defaults.pattern.text())},
          {"name", ShowValue(defaults.name.text())},
          {"lowercase", ShowValue(defaults.lowercase)},
          {"except", ""},
          {"require", ""},
          {"map_file", ""}};
}

Status ReadAccountRules(const TomlFile& file, const toml::node& node,
                        std::vector<AccountRule>& rules) {
  const toml::array* const array = node.as_array();
  if (array == nullptr) {
    return file.Refuse(node, "account must be a list of tables: [[issuer.NAME.account]]");
  }
  if (array->empty()) return file.Refuse(node, "account must not be empty");
  for (const toml::node& entry : *array) {
    AccountRule rule;
    Status read = ReadRule(file, entry, rule);
    if (!read.ok()) return read;
    rules.push_back(std::move(rule));
  }
  return Ok();
}

}  // namespace pamjwt
