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

/// Reads `node` into `out`, whose type says what it must be. `out` is left alone on an error.
/// Errors: kConfigInvalid with the line, and what was expected.
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds, bool& out);
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds, std::int64_t& out);
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds, Seconds& out);
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds, std::string& out);
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds,
                 std::vector<std::string>& out);
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds,
                 std::vector<Algorithm>& out);
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds,
                 std::vector<Condition>& out);
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds,
                 std::map<std::string, std::string>& out);
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds, ClaimName& out);
Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds, Pattern& out);

/// A value as the configuration would write it.
std::string ShowValue(bool value);
std::string ShowValue(std::int64_t value);
std::string ShowValue(Seconds value);
std::string ShowValue(const std::string& value);
std::string ShowValue(const std::vector<std::string>& value);
std::string ShowValue(const std::vector<Algorithm>& value);

}  // namespace pamjwt
