#include "core/json/read.h"

#include <algorithm>
#include <cstdint>
#include <forward_list>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json/exact_integer.h"
#include "core/json/plain_text.h"
#include "core/json/real_number.h"

// The module reads from memory only. JSON_NO_IO keeps <istream> and its locale out.
#define JSON_NO_IO
#include <nlohmann/json.hpp>

namespace pamjwt {
namespace {

/// The text as the JSON library gets it, character by character. A string of plain characters is
/// handed over as an empty one, and kept as a view of the text: most of a token and of a key set
/// are such strings, and the library copies each character twice. All that can be wrong with a
/// text, its structure, numbers, escapes and UTF-8, is still read by the library.
///
/// A quote begins a string wherever it does so for the library, because the library stops at the
/// first error.
class Source {
 public:
  explicit Source(std::string_view text) : text_(text) {}

  [[nodiscard]] bool IsAtEnd() const { return at_ == text_.size(); }
  [[nodiscard]] char Current() const { return text_[at_]; }

  void Advance() {
    const char c = text_[at_++];
    if (is_escaped_) {
      is_escaped_ = false;
    } else if (c == '\\') {
      is_escaped_ = is_in_string_;
    } else if (c == '"') {
      is_in_string_ = !is_in_string_;
      is_in_string_ ? BeginString() : EndString();
    }
  }

  /// Returns the place of the current character, in bytes.
  [[nodiscard]] std::size_t at() const { return at_; }
  /// Returns the bytes of the strings that have ended which were not handed over.
  [[nodiscard]] std::size_t skipped() const { return skipped_; }
  /// Returns the number of strings that have begun.
  [[nodiscard]] std::size_t strings() const { return strings_; }
  /// Returns the value of the string that began last, if it was handed over as an empty one.
  [[nodiscard]] std::optional<std::string_view> plain() const { return plain_; }

 private:
  void BeginString() {
    ++strings_;
    plain_.reset();
    const std::string_view rest = text_.substr(at_);
    const std::size_t size = PlainBytes(rest);
    if (size == rest.size() || rest[size] != '"') return;
    plain_ = rest.substr(0, size);
    at_ += size;
  }
  void EndString() { skipped_ += plain_.has_value() ? plain_->size() : 0; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t skipped_ = 0;
  std::size_t strings_ = 0;
  std::optional<std::string_view> plain_;
  bool is_in_string_ = false;
  bool is_escaped_ = false;  // the backslash in front takes the character's meaning away
};

/// The iterator by which the library reads a Source. All copies move together.
class SourceIterator {
 public:
  // NOLINTBEGIN(readability-identifier-naming): names of the standard library
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;
  // NOLINTEND(readability-identifier-naming)

  explicit SourceIterator(Source& source) : source_(&source) {}

  char operator*() const { return source_->Current(); }
  SourceIterator& operator++() {
    source_->Advance();
    return *this;
  }
  /// Returns whether the end was reached. The library compares with the end only.
  friend bool operator==(const SourceIterator& a, const SourceIterator& /*end*/) {
    return a.source_->IsAtEnd();
  }
  friend bool operator!=(const SourceIterator& a, const SourceIterator& end) { return !(a == end); }

 private:
  Source* source_;
};

/// Refuses what the grammar allows and we do not: too much depth, names that are given twice, NUL.
/// The JSON library calls the functions with small names. If one of them returns false, the parser
/// stops.
class StrictReader {
 public:
  StrictReader(const Source& source, const JsonLimits& limits, JsonEvents& events)
      : source_(source), limits_(limits), events_(events) {
    constexpr std::size_t kUsual = 16;  // enough for most texts, so that the list does not grow
    names_.reserve(kUsual);
    first_names_.reserve(kUsual);
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }

  // NOLINTBEGIN(readability-identifier-naming): names of the library's callbacks
  bool null() { return Scalar(Json()); }
  bool boolean(bool value) { return Scalar(Json(value)); }
  bool number_integer(std::int64_t value) { return Scalar(Json(value)); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return Scalar(Json(static_cast<double>(value)));
    }
    return Scalar(Json(static_cast<std::int64_t>(value)));
  }
  bool number_float(double value, const std::string& text) {
    // The double may have been rounded, and depends on the locale, so the text decides. Where the
    // library takes a number that is too small for a double, it is 0.
    const std::optional<std::int64_t> integer = ExactInteger(text);
    return Scalar(integer.has_value() ? Json(*integer) : Json(RealNumber(text).value_or(value)));
  }
  bool string(const std::string& handed) {
    const std::optional<std::string_view> text = Text(handed);
    if (!text.has_value() || !CheckPlace()) return false;
    events_.OnString(*text);
    return true;
  }
  bool start_object(std::size_t /*size*/) {
    first_names_.push_back(names_.size());
    return Open(true);
  }
  bool key(const std::string& handed) {
    std::optional<std::string_view> name = Text(handed);
    if (!name.has_value()) return false;
    if (!source_.plain().has_value()) name = unescaped_names_.emplace_front(*name);
    names_.push_back(*name);
    events_.OnName(*name);
    return true;
  }
  bool end_object() {
    if (HasNameTwice()) return Refuse("a member is given twice");
    names_.resize(first_names_.back());
    first_names_.pop_back();
    return Close();
  }
  bool start_array(std::size_t /*size*/) { return CheckPlace() && Open(false); }
  bool end_array() { return Close(); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) {
    return Refuse("not JSON at byte " + std::to_string(position + source_.skipped()));
  }
  static bool binary(nlohmann::json::binary_t& /*value*/) { return false; }
  // NOLINTEND(readability-identifier-naming)

 private:
  bool Refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  /// Returns the string that was read, or nullopt if it was refused. `handed` is what the library
  /// made of it.
  std::optional<std::string_view> Text(const std::string& handed) {
    // A library that read ahead would mix strings up.
    if (++strings_ != source_.strings()) {
      Refuse("the JSON library reads ahead");
      return std::nullopt;
    }
    if (source_.plain().has_value()) return source_.plain();
    if (handed.find('\0') == std::string::npos) return handed;
    Refuse("a string has a NUL in it");
    return std::nullopt;
  }

  /// Checks that a value does not stand at the top, where only an object may stand.
  bool CheckPlace() {
    if (depth_ == 0) return Refuse("not an object");
    return true;
  }

  bool Scalar(Json value) {
    if (!CheckPlace()) return false;
    events_.OnScalar(std::move(value));
    return true;
  }

  bool Open(bool is_object) {
    if (++depth_ > limits_.max_depth) return Refuse("nested too deeply");
    events_.OnOpen(is_object, source_.at() - 1);
    return true;
  }

  bool Close() {
    --depth_;
    events_.OnClose(source_.at());
    return true;
  }

  /// Checks the names of the object that was opened last.
  bool HasNameTwice() {
    const auto begin = names_.begin() + static_cast<std::ptrdiff_t>(first_names_.back());
    // Most names differ in length, which is compared at less cost.
    std::sort(begin, names_.end(), [](std::string_view a, std::string_view b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    return std::adjacent_find(begin, names_.end()) != names_.end();
  }

  const Source& source_;
  JsonLimits limits_;
  JsonEvents& events_;
  std::size_t depth_ = 0;
  std::size_t strings_ = 0;
  std::vector<std::string_view> names_;   // of the objects that are open, one object after another
  std::vector<std::size_t> first_names_;  // where the names of each of these objects begin
  std::forward_list<std::string> unescaped_names_;  // those that are not plain
  std::string problem_;
};

/// Refuses what the library would accept: it takes a NUL for the end of the text, and skips a byte
/// order mark.
Status CheckRawText(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) return Error{Reason::kMalformed, "JSON text is too long"};
  if (text.find('\0') != std::string_view::npos) {
    return Error{Reason::kMalformed, "JSON text has a NUL in it"};
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    return Error{Reason::kMalformed, "JSON text begins with a byte order mark"};
  }
  return Ok();
}

}  // namespace

Status ReadJson(std::string_view text, const JsonLimits& limits, JsonEvents& events) {
  Status raw = CheckRawText(text, limits);
  if (!raw.ok()) return raw;
  Source source(text);
  StrictReader reader(source, limits, events);
  const SourceIterator at(source);
  if (!nlohmann::json::sax_parse(at, at, &reader)) {
    return Error{Reason::kMalformed, reader.problem()};
  }
  return Ok();
}

}  // namespace pamjwt
