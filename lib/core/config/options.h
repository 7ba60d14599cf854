#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "core/config/toml_value.h"

namespace pamjwt {

/// One key of one table of the configuration.
///
/// `read` puts the value into the struct of the table. Only parsers of options write into a
/// parameter like that: a row cannot return the value, since each row has another type.
template <typename Table>
struct Option {
  std::string_view key;
  bool has_default;  ///< the default is a value; else the option is absent unless it is given
  Origin (*at)(const Table& table);  ///< returns the line that gave the option, if one did
  Status (*read)(const TomlFile& file, const toml::node& node, Table& table);
  std::string (*show)(const Table& table);  ///< formats the value as the configuration would
};

/// Returns the keys of a table. Other keys are not known. Only the type of `table` matters.
std::span<const Option<LoginOptions>> OptionsOf(const LoginOptions& table);
std::span<const Option<KeysOptions>> OptionsOf(const KeysOptions& table);
std::span<const Option<StoreOptions>> OptionsOf(const StoreOptions& table);
std::span<const Option<DenylistOptions>> OptionsOf(const DenylistOptions& table);
std::span<const Option<SessionOptions>> OptionsOf(const SessionOptions& table);
std::span<const Option<PromptOptions>> OptionsOf(const PromptOptions& table);
std::span<const Option<Issuer>> OptionsOf(const Issuer& table);
std::span<const Option<ServiceOptions>> OptionsOf(const ServiceOptions& table);

/// An option, for documentation.
struct OptionDescription {
  std::string name;          ///< with its table: "issuer.NAME.url"
  std::string default_text;  ///< as the configuration would write it; "" if it has no default
};

/// Describes all options, in the order of docs/configuration.md.
std::vector<OptionDescription> DescribeOptions();

/// Describes the keys of an [[...account]] table, which config/account_rule.cc reads.
std::vector<OptionDescription> DescribeAccountOptions();

}  // namespace pamjwt
