#include "core/config/toml_value.h"

#include <optional>
#include <utility>

#include "core/base/duration.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

std::string Between(const std::string& min, const std::string& max) {
  return "must be from " + min + " to " + max;
}

bool IsWithin(std::int64_t value, Bounds bounds) {
  return value >= bounds.min && value <= bounds.max;
}

/// The entries of a list that is not empty, each read into a T.
template <typename T, typename ReadEntry>
Status ReadList(const TomlFile& file, const toml::node& node, std::vector<T>& out,
                const char* expected, const ReadEntry& read_entry) {
  const toml::array* const array = node.as_array();
  if (array == nullptr) return file.Refuse(node, expected);
  if (array->empty()) {
    return file.Refuse(node, "must not be empty: leave the key out in place of an empty list");
  }
  std::vector<T> list;
  for (const toml::node& entry : *array) {
    T value{};
    Status read = read_entry(entry, value);
    if (!read.ok()) return read;
    list.push_back(std::move(value));
  }
  out = std::move(list);
  return Ok();
}

/// A member of any_of or all_of.
Status ReadMember(const TomlFile& file, const toml::node& node, Condition::Member& out) {
  if (const auto* const flag = node.as_boolean()) {
    out = flag->get();
    return Ok();
  }
  if (const auto* const number = node.as_integer()) {
    out = number->get();
    return Ok();
  }
  Pattern pattern;
  if (node.is_string()) {
    Status read = ReadValue(file, node, {}, pattern);
    if (!read.ok()) return read;
    out = pattern;
    return Ok();
  }
  return file.Refuse(node, "must be a string, an integer or a boolean");
}

Status ReadMembers(const TomlFile& file, const toml::node& node,
                   std::vector<Condition::Member>& out) {
  return ReadList(file, node, out, "must be a list", [&](const toml::node& entry, auto& member) {
    return ReadMember(file, entry, member);
  });
}

/// { claim = "groups", any_of = ["ops"] }
Status ReadCondition(const TomlFile& file, const toml::node& node, Condition& out) {
  const toml::table* const table = node.as_table();
  if (table == nullptr) return file.Refuse(node, "must be a table with claim and any_of or all_of");
  bool has_claim = false;
  for (const auto& [key, value] : *table) {
    Status read = Ok();
    if (key == "claim") {
      has_claim = true;
      read = ReadValue(file, value, {}, out.claim);
    } else if (key == "any_of" || key == "all_of") {
      if (!out.members.empty()) return file.Refuse(value, "has any_of and all_of: give one");
      out.all = key == "all_of";
      read = ReadMembers(file, value, out.members);
    } else {
      return file.Refuse(value, "key is not known in a condition: " + std::string(key.str()));
    }
    if (!read.ok()) return read;
  }
  if (!has_claim) return file.Refuse(node, "a condition needs a claim");
  if (out.members.empty()) return file.Refuse(node, "a condition needs any_of or all_of");
  out.at = file.At(node);
  return Ok();
}

}  // namespace

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/, bool& out) {
  if (node.as_boolean() == nullptr) return file.Refuse(node, "must be true or false");
  out = node.as_boolean()->get();
  return Ok();
}

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds, std::int64_t& out) {
  if (node.as_integer() == nullptr) return file.Refuse(node, "must be an integer");
  const std::int64_t value = node.as_integer()->get();
  if (!IsWithin(value, bounds)) {
    return file.Refuse(node, Between(ShowValue(bounds.min), ShowValue(bounds.max)));
  }
  out = value;
  return Ok();
}

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds, Seconds& out) {
  const auto* const text = node.as_string();
  const std::optional<Seconds> span = text == nullptr ? std::nullopt : ParseDuration(text->get());
  if (!span.has_value()) {
    return file.Refuse(node, "must be a span of time such as \"30s\", \"5m\", \"24h\" or \"7d\"");
  }
  if (!IsWithin(span->count, bounds)) {
    return file.Refuse(node,
                       Between(ShowValue(Seconds{bounds.min}), ShowValue(Seconds{bounds.max})));
  }
  out = *span;
  return Ok();
}

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds, std::string& out) {
  const auto* const text = node.as_string();
  if (text == nullptr) return file.Refuse(node, "must be a string");
  if (text->get().size() < static_cast<std::size_t>(bounds.min)) {
    return file.Refuse(node, "must not be empty");
  }
  if (text->get().find('\0') != std::string::npos) return file.Refuse(node, "has a NUL in it");
  out = text->get();
  return Ok();
}

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/,
                 std::vector<std::string>& out) {
  return ReadList(file, node, out, "must be a list of strings",
                  [&](const toml::node& entry, std::string& text) {
                    return ReadValue(file, entry, {1, 0}, text);
                  });
}

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/,
                 std::vector<Algorithm>& out) {
  return ReadList(file, node, out, "must be a list of algorithms",
                  [&](const toml::node& entry, Algorithm& algorithm) -> Status {
                    std::string name;
                    Status read = ReadValue(file, entry, {1, 0}, name);
                    if (!read.ok()) return read;
                    const std::optional<Algorithm> found = FindAlgorithm(name);
                    if (!found.has_value()) {
                      return file.Refuse(entry, "algorithm is not known: " + name);
                    }
                    algorithm = *found;
                    return Ok();
                  });
}

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/,
                 std::vector<Condition>& out) {
  return ReadList(file, node, out, "must be a list of conditions",
                  [&](const toml::node& entry, Condition& condition) {
                    return ReadCondition(file, entry, condition);
                  });
}

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds,
                 std::map<std::string, std::string>& out) {
  const toml::table* const table = node.as_table();
  if (table == nullptr) return file.Refuse(node, "must be a table of strings");
  if (table->empty()) return file.Refuse(node, "must not be empty");
  std::map<std::string, std::string> entries;
  for (const auto& [key, value] : *table) {
    Status read = ReadValue(file, value, bounds, entries[std::string(key.str())]);
    if (!read.ok()) return read;
  }
  out = std::move(entries);
  return Ok();
}

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/, ClaimName& out) {
  std::string text;
  Status read = ReadValue(file, node, {1, 0}, text);
  if (!read.ok()) return read;
  Result<ClaimName> name = ClaimName::Parse(text);
  if (!name.ok()) return file.Refuse(node, name.error().detail);
  out = std::move(name).value();
  return Ok();
}

Status ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/, Pattern& out) {
  std::string text;
  Status read = ReadValue(file, node, {}, text);
  if (!read.ok()) return read;
  Result<Pattern> pattern = Pattern::Parse(text);
  if (!pattern.ok()) return file.Refuse(node, pattern.error().detail);
  out = std::move(pattern).value();
  return Ok();
}

std::string ShowValue(bool value) {
  return value ? "true" : "false";
}
std::string ShowValue(std::int64_t value) {
  return std::to_string(value);
}

std::string ShowValue(Seconds value) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  const auto show = [](std::int64_t count, const char* unit) {
    return "\"" + std::to_string(count) + unit + "\"";
  };
  if (value.count == 0) return show(0, "s");
  if (value.count % kHour == 0) return show(value.count / kHour, "h");
  if (value.count % kMinute == 0) return show(value.count / kMinute, "m");
  return show(value.count, "s");
}

std::string ShowValue(const std::string& value) {
  return QuoteJson(value);
}

std::string ShowValue(const std::vector<std::string>& value) {
  std::string out;
  for (const std::string& entry : value) {
    out += (out.empty() ? "" : ", ") + ShowValue(entry);
  }
  return "[" + out + "]";
}

std::string ShowValue(const std::vector<Algorithm>& value) {
  std::vector<std::string> names;
  names.reserve(value.size());
  for (const Algorithm algorithm : value) {
    names.emplace_back(Info(algorithm).name);
  }
  return ShowValue(names);
}

}  // namespace pamjwt
