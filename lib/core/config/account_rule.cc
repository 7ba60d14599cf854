#include "core/config/account_rule.h"

#include <utility>

#include "core/base/nearest_word.h"
#include "core/config/config_errors.h"
#include "core/config/options.h"

namespace pamjwt {
namespace {

/// Reads one [[...account]] table. Goes on behind an error.
class AccountRuleReader {
 public:
  explicit AccountRuleReader(const TomlFile& file) : file_(file) {}

  void Read(const toml::node& node) {
    const toml::table* const table = node.as_table();
    if (table == nullptr) {
      return errors_.Add(file_.Refuse(node, "account must be a table: [[issuer.NAME.account]]"));
    }
    for (const auto& [key, value] : *table) {
      if (errors_.IsFull()) return;
      Status read = ReadKey(key.str(), value);
      if (read.ok()) continue;
      errors_.Add(Error{read.error().reason,
                        "account: " + std::string(key.str()) + ": " + read.error().detail,
                        read.error().rule});
    }
    rule_.at = file_.At(node);
    if (errors_.size() == 0) errors_.Add(CheckRule(node));
  }

  AccountRule TakeRule() { return std::move(rule_); }
  std::vector<Error> TakeErrors() { return std::move(errors_).Take(); }

 private:
  Status ReadKey(std::string_view key, const toml::node& value) {
    if (key == "claim") return Set(&AccountRule::claim, value);
    if (key == "split") return ReadSplit(value);
    if (key == "lowercase") return Set(&AccountRule::lowercase, value);
    if (key == "except") return Set(&AccountRule::except, value);
    if (key == "require") return Set(&AccountRule::require, value);
    if (key == "key_options") return Set(&AccountRule::key_options, value);
    if (key == "pattern") {
      has_pattern_ = true;
      return Set(&AccountRule::pattern, value);
    }
    if (key == "name") {
      has_name_ = true;
      return Set(&AccountRule::name, value);
    }
    if (key == "map_file") {
      has_map_file_ = true;
      Status read = Set(&AccountRule::map_file, value, {1, 0});
      if (read.ok() && !rule_.map_file.starts_with('/')) {
        return file_.Refuse(value, "map_file must be a path that begins with /");
      }
      return read;
    }
    return file_.Refuse(value, "key is not known in an account rule: " + std::string(key) +
                                   DidYouMean(key, KnownKeys()));
  }

  Status ReadSplit(const toml::node& value) {
    Result<std::string> split = ReadSeparators(file_, value);
    if (!split.ok()) return std::move(split).error();
    rule_.split = std::move(split).value();
    return Ok();
  }

  static std::vector<std::string> KnownKeys() {
    std::vector<std::string> keys;
    for (const OptionDescription& option : DescribeAccountOptions()) {
      keys.push_back(option.name);
    }
    return keys;
  }

  template <typename T>
  Status Set(T AccountRule::*member, const toml::node& node, Bounds bounds = {}) {
    Result<T> value = ReadValue<T>(file_, node, bounds);
    if (!value.ok()) return std::move(value).error();
    rule_.*member = std::move(value).value();
    return Ok();
  }

  [[nodiscard]] Status CheckRule(const toml::node& node) const {
    Status may_split = CheckSplit(file_, node, rule_.claim, rule_.split);
    if (!may_split.ok()) return may_split;
    if (has_map_file_ && (has_pattern_ || has_name_)) {
      return file_.Refuse(node,
                          "map_file gives the accounts: it goes with neither pattern nor name");
    }
    if (has_map_file_) return Ok();
    if (has_pattern_ && !rule_.pattern.has_star() && !has_name_) {
      return file_.Refuse(node, "a pattern without a star needs a name");
    }
    if (rule_.name.has_star() && !rule_.pattern.has_star()) {
      return file_.Refuse(node, "the name has a star, the pattern has none to fill it with");
    }
    if (rule_.name.has_star()) return Ok();
    if (rule_.require.empty() && rule_.pattern.is_bare_star()) {
      return file_.Refuse(node, "a literal name would let every token of the issuer in as " +
                                    rule_.name.text() +
                                    ": give it a require, or a pattern that is more than a star");
    }
    return Ok();
  }

  const TomlFile& file_;
  AccountRule rule_;
  ConfigErrors errors_;
  // Some checks are about which keys were given, whatever their values are.
  bool has_pattern_ = false;
  bool has_name_ = false;
  bool has_map_file_ = false;
};

}  // namespace

std::vector<OptionDescription> DescribeAccountOptions() {
  const AccountRule defaults;
  return {{"claim", ShowValue(defaults.claim.text())},
          {"split", ""},
          {"pattern", ShowValue(defaults.pattern.text())},
          {"name", ShowValue(defaults.name.text())},
          {"lowercase", ShowValue(defaults.lowercase)},
          {"except", ""},
          {"require", ""},
          {"key_options", ""},
          {"map_file", ""}};
}

AccountRules ReadAccountRules(const TomlFile& file, const toml::node& node) {
  const toml::array* const array = node.as_array();
  if (array == nullptr) {
    return {{}, {file.Refuse(node, "account must be a list of tables: [[issuer.NAME.account]]")}};
  }
  if (array->empty()) return {{}, {file.Refuse(node, "account must not be empty")}};
  std::vector<AccountRule> rules;
  ConfigErrors all_errors;
  for (const toml::node& entry : *array) {
    if (all_errors.IsFull()) break;
    AccountRuleReader reader(file);
    reader.Read(entry);
    std::vector<Error> errors = reader.TakeErrors();
    if (errors.empty()) rules.push_back(reader.TakeRule());
    all_errors.Add(std::move(errors));
  }
  return {std::move(rules), std::move(all_errors).Take()};
}

}  // namespace pamjwt
