#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/claims/condition.h"
#include "core/config/toml.h"
#include "core/jose/alg.h"

namespace pamjwt {

/// What a value may be. Numbers and spans of time: from min to max. Text: at least min bytes.
/// Lists: never empty, and each entry has at least min bytes.
struct Bounds {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

/// A file of the configuration that is being read: turns lines into origins.
class TomlFile {
 public:
  explicit TomlFile(std::uint32_t index) : index_(index) {}

  [[nodiscard]] Origin At(const toml::source_region& source) const {
    return {index_, source.begin.line};
  }
  [[nodiscard]] Origin At(const toml::node& node) const { return At(node.source()); }
  [[nodiscard]] Error Refuse(const toml::node& node, std::string detail) const {
    return {Reason::kConfigInvalid, std::move(detail), At(node)};
  }

 private:
  std::uint32_t index_;
};

/// Reads `node` as a T, which says what it must be: one of the types below.
/// Errors: kConfigInvalid with the line, and what was expected.
template <typename T>
Result<T> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
template <>
Result<bool> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
template <>
Result<std::int64_t> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
template <>
Result<Seconds> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
template <>
Result<std::string> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
template <>
Result<std::vector<std::string>> ReadValue(const TomlFile& file, const toml::node& node,
                                           Bounds bounds);
template <>
Result<std::vector<Algorithm>> ReadValue(const TomlFile& file, const toml::node& node,
                                         Bounds bounds);
template <>
Result<std::vector<Condition>> ReadValue(const TomlFile& file, const toml::node& node,
                                         Bounds bounds);
template <>
Result<std::map<std::string, std::string>> ReadValue(const TomlFile& file, const toml::node& node,
                                                     Bounds bounds);
template <>
Result<ClaimName> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
template <>
Result<Pattern> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);

/// A value as the configuration would write it.
std::string ShowValue(bool value);
std::string ShowValue(std::int64_t value);
std::string ShowValue(Seconds value);
std::string ShowValue(const std::string& value);
std::string ShowValue(const std::vector<std::string>& value);
std::string ShowValue(const std::vector<Algorithm>& value);

}  // namespace pamjwt
