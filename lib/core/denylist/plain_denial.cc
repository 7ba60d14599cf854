#include "core/denylist/plain_denial.h"

#include <cstddef>
#include <cstdint>

#include "core/base/integer.h"

namespace pamjwt {
namespace {

/// Checks whether each character stands for itself, where the text up to the next quote is a
/// string.
bool HasNoEscape(std::string_view line) {
  for (const char c : line) {
    const bool is_plain = c >= 0x20 && c <= 0x7E && c != '\\';
    if (!is_plain) return false;
  }
  return true;
}

/// Reads a line from its beginning on. The line has no escapes.
class PlainLine {
 public:
  explicit PlainLine(std::string_view line) : rest_(line) {}

  /// Goes behind `word`. Returns false, and stays, if something else stands here.
  bool Skip(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  /// Reads up to the next quote, and goes behind it.
  std::optional<std::string_view> Text() {
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  /// Reads the value of a time, up to the next member or the end of the object.
  std::optional<UnixTime> Time() {
    const std::size_t end = rest_.find_first_of(",}");
    if (end == std::string_view::npos) return std::nullopt;
    const std::optional<std::int64_t> seconds = ParseInteger(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return seconds.has_value() ? std::optional(UnixTime{*seconds}) : std::nullopt;
  }

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

std::optional<PlainDenial> ReadPlainDenial(std::string_view line) {
  if (!HasNoEscape(line)) return std::nullopt;
  PlainLine rest(line);
  PlainDenial denial;
  if (rest.Skip(R"({"iss":")")) {
    const std::optional<std::string_view> issuer = rest.Text();
    // Without an issuer, the writer leaves the member out.
    if (!issuer.has_value() || issuer->empty() || !rest.Skip(R"(,")")) return std::nullopt;
    denial.issuer = *issuer;
  } else if (!rest.Skip(R"({")")) {
    return std::nullopt;
  }
  const std::optional<std::string_view> kind = rest.Text();
  if (!kind.has_value() || !rest.Skip(R"(:")")) return std::nullopt;
  denial.kind = *kind;
  const std::optional<std::string_view> value = rest.Text();
  if (!value.has_value()) return std::nullopt;
  denial.value = *value;
  if (rest.Skip(R"(,"before":)")) {
    denial.before = rest.Time();
    if (!denial.before.has_value()) return std::nullopt;
  }
  if (!rest.Skip(R"(,"since":)")) return std::nullopt;
  const std::optional<UnixTime> since = rest.Time();
  if (!since.has_value() || !rest.Skip("}") || !rest.is_at_end()) return std::nullopt;
  denial.since = *since;
  return denial;
}

}  // namespace pamjwt
