#include "core/config/toml_value.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/base/duration.h"
#include "core/base/nearest_word.h"
#include "core/json/json.h"
#include "core/ssh/key_options.h"

namespace pamjwt {
namespace {

std::string Between(const std::string& min, const std::string& max) {
  return "must be from " + min + " to " + max;
}

bool IsWithin(std::int64_t value, Bounds bounds) {
  return value >= bounds.min && value <= bounds.max;
}

/// Checks whether `c` is ASCII, and neither a letter, digit, blank nor control character.
bool IsPunctuation(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool is_digit = c >= '0' && c <= '9';
  return c > ' ' && c <= '~' && !is_letter && !is_digit;
}

/// Reads the entries of a list that is not empty, each with `read_entry`.
template <typename ReadEntry>
auto ReadList(const TomlFile& file, const toml::node& node, const char* expected,
              const ReadEntry& read_entry) {
  using Item = std::remove_cvref_t<decltype(read_entry(node).value())>;
  using List = Result<std::vector<Item>>;
  const toml::array* const array = node.as_array();
  if (array == nullptr) return List(file.Refuse(node, expected));
  if (array->empty()) {
    return List(
        file.Refuse(node, "must not be empty: leave the key out in place of an empty list"));
  }
  std::vector<Item> list;
  for (const toml::node& entry : *array) {
    Result<Item> value = read_entry(entry);
    if (!value.ok()) return List(std::move(value).error());
    list.push_back(std::move(value).value());
  }
  return List(std::move(list));
}

/// Reads a member of any_of or all_of.
Result<Condition::Member> ReadMember(const TomlFile& file, const toml::node& node) {
  if (const auto* const flag = node.as_boolean()) return Condition::Member(flag->get());
  if (const auto* const number = node.as_integer()) return Condition::Member(number->get());
  if (!node.is_string()) {
    return file.Refuse(node, "must be a string, an integer or a boolean");
  }
  Result<Pattern> pattern = ReadValue<Pattern>(file, node, {});
  if (!pattern.ok()) return std::move(pattern).error();
  return Condition::Member(std::move(pattern).value());
}

/// Reads one condition: { claim = "groups", any_of = ["ops"] }
class ConditionReader {
 public:
  explicit ConditionReader(const TomlFile& file) : file_(file) {}

  Result<Condition> Read(const toml::node& node) && {
    const toml::table* const table = node.as_table();
    if (table == nullptr) {
      return file_.Refuse(node, "must be a table with claim and any_of or all_of");
    }
    for (const auto& [key, value] : *table) {
      Status read = ReadKey(key.str(), value);
      if (!read.ok()) return std::move(read).error();
    }
    if (!has_claim_) return file_.Refuse(node, "a condition needs a claim");
    if (condition_.members.empty()) {
      return file_.Refuse(node, "a condition needs any_of or all_of");
    }
    Status may_split = CheckSplit(file_, node, condition_.claim, condition_.split);
    if (!may_split.ok()) return std::move(may_split).error();
    condition_.at = file_.At(node);
    return std::move(condition_);
  }

 private:
  Status ReadKey(std::string_view key, const toml::node& value) {
    if (key == "claim") {
      Result<ClaimName> claim = ReadValue<ClaimName>(file_, value, {});
      if (!claim.ok()) return std::move(claim).error();
      condition_.claim = std::move(claim).value();
      has_claim_ = true;
      return Ok();
    }
    if (key == "split") {
      Result<std::string> split = ReadSeparators(file_, value);
      if (!split.ok()) return std::move(split).error();
      condition_.split = std::move(split).value();
      return Ok();
    }
    if (key != "any_of" && key != "all_of") {
      return file_.Refuse(value, "key is not known in a condition: " + std::string(key) +
                                     DidYouMean(key, {"claim", "split", "any_of", "all_of"}));
    }
    return ReadMembers(key, value);
  }

  Status ReadMembers(std::string_view key, const toml::node& value) {
    if (!condition_.members.empty()) {
      return file_.Refuse(value, "has any_of and all_of: give one");
    }
    Result<std::vector<Condition::Member>> members =
        ReadList(file_, value, "must be a list",
                 [&](const toml::node& entry) { return ReadMember(file_, entry); });
    if (!members.ok()) return std::move(members).error();
    condition_.all = key == "all_of";
    condition_.members = std::move(members).value();
    return Ok();
  }

  const TomlFile& file_;
  Condition condition_;
  bool has_claim_ = false;
};

}  // namespace

Result<std::string> ReadSeparators(const TomlFile& file, const toml::node& node) {
  constexpr std::size_t kMost = 8;
  Result<std::string> text = ReadValue<std::string>(file, node, {1, 0});
  if (!text.ok() || text.value() == " ") return text;
  if (text.value().size() > kMost || !std::ranges::all_of(text.value(), IsPunctuation)) {
    return file.Refuse(
        node,
        "split must be a single space, or up to 8 characters of punctuation, each of "
        "which separates (spaces around pieces are dropped)");
  }
  return text;
}

Status CheckSplit(const TomlFile& file, const toml::node& node, const ClaimName& claim,
                  const std::string& split) {
  if (split.empty() || !claim.names_members()) return Ok();
  return file.Refuse(node, "split is for a text, and /* names members, which are not split");
}

template <>
Result<bool> ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/) {
  if (node.as_boolean() == nullptr) return file.Refuse(node, "must be true or false");
  return node.as_boolean()->get();
}

template <>
Result<std::int64_t> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds) {
  if (node.as_integer() == nullptr) return file.Refuse(node, "must be an integer");
  const std::int64_t value = node.as_integer()->get();
  if (!IsWithin(value, bounds)) {
    return file.Refuse(node, Between(ShowValue(bounds.min), ShowValue(bounds.max)));
  }
  return value;
}

template <>
Result<Seconds> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds) {
  const auto* const text = node.as_string();
  const std::optional<Seconds> span = text == nullptr ? std::nullopt : ParseDuration(text->get());
  if (!span.has_value()) {
    return file.Refuse(node, "must be a span of time such as \"30s\", \"5m\", \"24h\" or \"7d\"");
  }
  if (!IsWithin(span->count, bounds)) {
    return file.Refuse(node,
                       Between(ShowValue(Seconds{bounds.min}), ShowValue(Seconds{bounds.max})));
  }
  return *span;
}

template <>
Result<std::string> ReadValue(const TomlFile& file, const toml::node& node, Bounds bounds) {
  const auto* const text = node.as_string();
  if (text == nullptr) return file.Refuse(node, "must be a string");
  if (text->get().size() < static_cast<std::size_t>(bounds.min)) {
    return file.Refuse(node, "must not be empty");
  }
  if (text->get().find('\0') != std::string::npos) return file.Refuse(node, "has a NUL in it");
  return text->get();
}

template <>
Result<std::vector<std::string>> ReadValue(const TomlFile& file, const toml::node& node,
                                           Bounds /*bounds*/) {
  return ReadList(file, node, "must be a list of strings", [&](const toml::node& entry) {
    return ReadValue<std::string>(file, entry, {1, 0});
  });
}

template <>
Result<std::vector<Algorithm>> ReadValue(const TomlFile& file, const toml::node& node,
                                         Bounds /*bounds*/) {
  return ReadList(file, node, "must be a list of algorithms",
                  [&](const toml::node& entry) -> Result<Algorithm> {
                    Result<std::string> name = ReadValue<std::string>(file, entry, {1, 0});
                    if (!name.ok()) return std::move(name).error();
                    const std::optional<Algorithm> found = FindAlgorithm(name.value());
                    if (!found.has_value()) {
                      return file.Refuse(entry, "algorithm is not known: " + name.value());
                    }
                    return *found;
                  });
}

template <>
Result<SessionEnd> ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/) {
  if (const auto* const flag = node.as_boolean()) {
    return flag->get() ? SessionEnd::kToken : SessionEnd::kNone;
  }
  const auto* const text = node.as_string();
  const std::string name = text == nullptr ? "" : text->get();
  if (name == "token") return SessionEnd::kToken;
  if (name == "login") return SessionEnd::kLogin;
  return file.Refuse(node, R"(must be true, false, "token" or "login")");
}

template <>
Result<StaleList> ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/) {
  const auto* const text = node.as_string();
  const std::string name = text == nullptr ? "" : text->get();
  if (name == "warn") return StaleList::kWarn;
  if (name == "deny") return StaleList::kDeny;
  return file.Refuse(node, R"(must be "warn" or "deny")");
}

template <>
Result<KeyOptions> ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/) {
  Result<std::string> text = ReadValue<std::string>(file, node, {1, 0});
  if (!text.ok()) return std::move(text).error();
  if (IsKeyOptions(text.value())) return KeyOptions{std::move(text).value()};
  return file.Refuse(node,
                     "must be options of a key with commas between them: restrict, "
                     "verify-required, or pty, port-forwarding, agent-forwarding, "
                     "X11-forwarding and user-rc, perhaps with no- in front");
}

template <>
Result<AccountNames> ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/) {
  const auto* const text = node.as_string();
  const std::string name = text == nullptr ? "" : text->get();
  if (name == "posix") return AccountNames::kPosix;
  if (name == "any") return AccountNames::kAny;
  return file.Refuse(node, R"(must be "posix" or "any")");
}

template <>
Result<std::vector<Condition>> ReadValue(const TomlFile& file, const toml::node& node,
                                         Bounds /*bounds*/) {
  return ReadList(file, node, "must be a list of conditions",
                  [&](const toml::node& entry) { return ConditionReader(file).Read(entry); });
}

template <>
Result<std::map<std::string, std::string>> ReadValue(const TomlFile& file, const toml::node& node,
                                                     Bounds bounds) {
  const toml::table* const table = node.as_table();
  if (table == nullptr) return file.Refuse(node, "must be a table of strings");
  if (table->empty()) return file.Refuse(node, "must not be empty");
  std::map<std::string, std::string> entries;
  for (const auto& [key, value] : *table) {
    Result<std::string> text = ReadValue<std::string>(file, value, bounds);
    if (!text.ok()) return std::move(text).error();
    entries.emplace(key.str(), std::move(text).value());
  }
  return entries;
}

template <>
Result<ClaimName> ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/) {
  Result<std::string> text = ReadValue<std::string>(file, node, {1, 0});
  if (!text.ok()) return std::move(text).error();
  Result<ClaimName> name = ClaimName::Parse(text.value());
  if (!name.ok()) return file.Refuse(node, name.error().detail);
  return name;
}

template <>
Result<Pattern> ReadValue(const TomlFile& file, const toml::node& node, Bounds /*bounds*/) {
  Result<std::string> text = ReadValue<std::string>(file, node, {});
  if (!text.ok()) return std::move(text).error();
  Result<Pattern> pattern = Pattern::Parse(text.value());
  if (!pattern.ok()) return file.Refuse(node, pattern.error().detail);
  return pattern;
}

std::string ShowValue(bool value) {
  return value ? "true" : "false";
}
std::string ShowValue(std::int64_t value) {
  return std::to_string(value);
}

std::string ShowValue(AccountNames value) {
  return value == AccountNames::kPosix ? "\"posix\"" : "\"any\"";
}

std::string ShowValue(SessionEnd value) {
  if (value == SessionEnd::kNone) return "false";
  return value == SessionEnd::kToken ? "true" : "\"login\"";
}

std::string ShowValue(StaleList value) {
  return value == StaleList::kWarn ? "\"warn\"" : "\"deny\"";
}

std::string ShowValue(const KeyOptions& value) {
  return QuoteJson(value.text);
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
