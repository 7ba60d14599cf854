#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/account_name.h"
#include "core/account/rules.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/claims/condition.h"
#include "core/config/config.h"
#include "core/config/toml.h"
#include "core/jose/alg.h"

namespace pamjwt {

/// The bounds of a value. A number or a span of time is from min to max. Text has at least min
/// bytes. Lists are never empty, whatever the bounds.
struct Bounds {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

/// A file of the configuration that is being read. It turns lines into origins.
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

/// Reads `node` as a T, which is one of the types below. Most types ignore `bounds`.
/// Errors: kConfigInvalid with the line, and what was expected.
template <typename T>
Result<T> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads true or false.
template <>
Result<bool> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads an integer within the bounds.
template <>
Result<std::int64_t> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads a span of time within the bounds, as ParseDuration does.
template <>
Result<Seconds> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads text of at least `bounds.min` bytes, without a NUL.
template <>
Result<std::string> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads a list of texts that are not empty.
template <>
Result<std::vector<std::string>> ReadValue(const TomlFile& file, const toml::node& node,
                                           Bounds bounds);
/// Reads a list of names of algorithms.
template <>
Result<std::vector<Algorithm>> ReadValue(const TomlFile& file, const toml::node& node,
                                         Bounds bounds);
/// Reads false, true, "token" or "login".
template <>
Result<SessionEnd> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads "warn" or "deny".
template <>
Result<StaleList> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads a text that IsKeyOptions takes.
template <>
Result<KeyOptions> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads "posix" or "any".
template <>
Result<AccountNames> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads a list of tables with `claim`, and `any_of` or `all_of`, and perhaps `split`.
template <>
Result<std::vector<Condition>> ReadValue(const TomlFile& file, const toml::node& node,
                                         Bounds bounds);
/// Reads a table of texts, each of at least `bounds.min` bytes. It must not be empty.
template <>
Result<std::map<std::string, std::string>> ReadValue(const TomlFile& file, const toml::node& node,
                                                     Bounds bounds);
/// Reads the name of a claim.
template <>
Result<ClaimName> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);
/// Reads text with at most one star.
template <>
Result<Pattern> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds);

/// Reads the characters at which a claim that is one text is split: a single space, or up to 8
/// characters of punctuation. A space among others is refused: spaces around pieces are dropped
/// anyway, and "Linux Admins, ops" was hardly meant to have a piece "Admins".
Result<std::string> ReadSeparators(const TomlFile& file, const toml::node& node);
/// Checks that `split` may stand beside `claim`, whose names of members are never split.
Status CheckSplit(const TomlFile& file, const toml::node& node, const ClaimName& claim,
                  const std::string& split);

/// Formats a value as the configuration would write it.
std::string ShowValue(bool value);
std::string ShowValue(std::int64_t value);
std::string ShowValue(AccountNames value);
std::string ShowValue(SessionEnd value);
std::string ShowValue(StaleList value);
std::string ShowValue(const KeyOptions& value);
std::string ShowValue(Seconds value);
std::string ShowValue(const std::string& value);
std::string ShowValue(const std::vector<std::string>& value);
std::string ShowValue(const std::vector<Algorithm>& value);

}  // namespace pamjwt
