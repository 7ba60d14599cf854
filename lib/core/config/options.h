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
/// `read` puts the value into the struct of the table. It is the only parameter of the tree that a
/// function writes into: a row cannot return the value, since each has another type.
template <typename Table>
struct Option {
  std::string_view key;
  bool has_default;  ///< its default means something; else it is absent unless given
  Origin (*at)(const Table& table);  ///< where it was given, if it was
  Status (*read)(const TomlFile& file, const toml::node& node, Table& table);
  std::string (*show)(const Table& table);  ///< as the configuration would write it
};

/// The keys of each table. A key that is not here is not known.
std::span<const Option<LoginOptions>> OptionsOf(const LoginOptions& table);
std::span<const Option<KeysOptions>> OptionsOf(const KeysOptions& table);
std::span<const Option<StoreOptions>> OptionsOf(const StoreOptions& table);
std::span<const Option<SessionOptions>> OptionsOf(const SessionOptions& table);
std::span<const Option<Issuer>> OptionsOf(const Issuer& table);
std::span<const Option<ServiceOptions>> OptionsOf(const ServiceOptions& table);

/// A key with its table ("issuer.NAME.url"), and its default as the configuration would write it
/// ("" if it has none). In the order of docs/configuration.md.
struct OptionDescription {
  std::string name;
  std::string default_text;
};
std::vector<OptionDescription> DescribeOptions();

/// The keys of an [[...account]] table, which config/account_rule.cc reads.
std::vector<OptionDescription> DescribeAccountOptions();

}  // namespace pamjwt
