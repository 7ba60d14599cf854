#include "core/json/json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "core/json/exact_integer.h"
#include "core/json/plain_text.h"

// The module reads from memory only. JSON_NO_IO keeps <istream> and its locale out.
#define JSON_NO_IO
#include <nlohmann/json.hpp>

namespace pamjwt {
namespace {

/// Refuses what the grammar allows and we do not: too much depth, names that are given twice, NUL.
/// This class is the base of both readers below. The JSON library calls the functions with small
/// names. If one of them returns false, the parser stops.
class StrictReader {
 public:
  explicit StrictReader(const JsonLimits& limits) : limits_(limits) {}

  [[nodiscard]] const std::string& problem() const { return problem_; }

  // NOLINTBEGIN(readability-identifier-naming): names of the library's callbacks
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) {
    return Refuse("not JSON at byte " + std::to_string(position));
  }
  static bool binary(nlohmann::json::binary_t& /*value*/) { return false; }
  // NOLINTEND(readability-identifier-naming)

 protected:
  bool Refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  bool OpenContainer() {
    if (++depth_ > limits_.max_depth) return Refuse("nested too deeply");
    return true;
  }

  bool OpenObject() {
    names_.emplace_back();
    return OpenContainer();
  }

  void CloseContainer() { --depth_; }

  bool AddName(const std::string& name) {
    names_.back().push_back(name);
    return CheckText(name);
  }

  bool CloseObject() {
    CloseContainer();
    std::vector<std::string>& names = names_.back();
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) != names.end()) {
      return Refuse("a member is given twice");
    }
    names_.pop_back();
    return true;
  }

  bool CheckText(const std::string& text) {
    if (text.find('\0') != std::string::npos) return Refuse("a string has a NUL in it");
    return true;
  }

  /// Checks that a value does not stand at the top, where only an object may stand.
  bool CheckPlace() {
    if (depth_ == 0) return Refuse("not an object");
    return true;
  }

  [[nodiscard]] std::size_t depth() const { return depth_; }

 private:
  JsonLimits limits_;
  std::size_t depth_ = 0;
  std::vector<std::vector<std::string>> names_;  // of the objects that are open
  std::string problem_;
};

class TreeBuilder : public StrictReader {
 public:
  using StrictReader::StrictReader;

  Json Take() && { return std::move(root_); }

  // NOLINTBEGIN(readability-identifier-naming): names of the library's callbacks
  bool null() { return Add(Json()); }
  bool boolean(bool value) { return Add(Json(value)); }
  bool number_integer(std::int64_t value) { return Add(Json(value)); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return Add(Json(static_cast<double>(value)));
    }
    return Add(Json(static_cast<std::int64_t>(value)));
  }
  bool number_float(double value, const std::string& text) {
    // The double may have been rounded, so the text decides.
    const std::optional<std::int64_t> integer = ExactInteger(text);
    return Add(integer.has_value() ? Json(*integer) : Json(value));
  }
  bool string(std::string& value) { return CheckText(value) && Add(Json(std::move(value))); }
  bool start_object(std::size_t /*size*/) {
    open_.emplace_back(JsonObject());
    return OpenObject();
  }
  bool key(std::string& name) {
    if (!AddName(name)) return false;
    std::get<JsonObject>(open_.back()).emplace_back(std::move(name), Json());
    return true;
  }
  bool end_object() {
    if (!CloseObject()) return false;
    return Close();
  }
  bool start_array(std::size_t /*size*/) {
    open_.emplace_back(JsonArray());
    return CheckPlace() && OpenContainer();
  }
  bool end_array() {
    CloseContainer();
    return Close();
  }
  // NOLINTEND(readability-identifier-naming)

 private:
  bool Add(Json value) {
    if (!CheckPlace()) return false;
    Put(std::move(value));
    return true;
  }

  void Put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* const array = std::get_if<JsonArray>(&open_.back())) {
      array->push_back(std::move(value));
    } else {
      std::get<JsonObject>(open_.back()).back().second = std::move(value);
    }
  }

  bool Close() {
    Json::Value closed = std::move(open_.back());
    open_.pop_back();
    Put(Json(std::move(closed)));
    return true;
  }

  std::vector<Json::Value> open_;
  Json root_;
};

/// Checks the whole text, and keeps one string.
class TopLevelScanner : public StrictReader {
 public:
  TopLevelScanner(const JsonLimits& limits, std::string_view name)
      : StrictReader(limits), name_(name) {}

  std::optional<std::string> Take() && { return std::move(found_); }

  // NOLINTBEGIN(readability-identifier-naming): names of the library's callbacks
  bool null() { return CheckPlace(); }
  bool boolean(bool /*value*/) { return CheckPlace(); }
  bool number_integer(std::int64_t /*value*/) { return CheckPlace(); }
  bool number_unsigned(std::uint64_t /*value*/) { return CheckPlace(); }
  bool number_float(double /*value*/, const std::string& /*text*/) { return CheckPlace(); }
  bool string(std::string& value) {
    if (!CheckPlace() || !CheckText(value)) return false;
    if (depth() == 1 && wanted_) {
      found_ = std::move(value);
    }
    return true;
  }
  bool start_object(std::size_t /*size*/) { return OpenObject(); }
  bool key(std::string& name) {
    if (depth() == 1) {
      wanted_ = name == name_;
    }
    return AddName(name);
  }
  bool end_object() { return CloseObject(); }
  bool start_array(std::size_t /*size*/) { return CheckPlace() && OpenContainer(); }
  bool end_array() {
    CloseContainer();
    return true;
  }
  // NOLINTEND(readability-identifier-naming)

 private:
  std::string_view name_;
  bool wanted_ = false;  // the member that is being read at the top is the one to find
  std::optional<std::string> found_;
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

template <typename Reader>
Status Read(std::string_view text, const JsonLimits& limits, Reader& reader) {
  Status raw = CheckRawText(text, limits);
  if (!raw.ok()) return raw;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &reader)) {
    return Error{Reason::kMalformed, reader.problem()};
  }
  return Ok();
}

/// Formats a value as text.
class JsonWriter {
 public:
  JsonWriter() = default;
  /// Makes a writer of a text that has about this length.
  explicit JsonWriter(std::size_t bytes) { out_.reserve(bytes); }

  /// Appends a value. The recursion is as deep as the value, which JsonLimits bounds.
  void Write(const Json& value) {
    if (value.IsNull()) {
      out_ += "null";
    } else if (const bool* const flag = value.AsBool()) {
      out_ += *flag ? "true" : "false";
    } else if (const std::int64_t* const integer = value.AsInt()) {
      out_ += std::to_string(*integer);
    } else if (const double* const number = value.AsDouble()) {
      out_ += nlohmann::json(*number).dump();
    } else if (const std::string* const text = value.AsString()) {
      WriteString(*text);
    } else if (const JsonArray* const array = value.AsArray()) {
      WriteArray(*array);
    } else if (const JsonObject* const object = value.AsObject()) {
      WriteObject(*object);
    }
  }

  void WriteString(std::string_view text) {
    out_ += '"';
    while (!text.empty()) {
      const auto* const end = std::find_if(text.begin(), text.end(), NeedsEscape);
      const auto plain = static_cast<std::size_t>(end - text.begin());
      out_.append(text.substr(0, plain));
      text.remove_prefix(plain);
      if (text.empty()) break;
      WriteEscaped(text.front());
      text.remove_prefix(1);
    }
    out_ += '"';
  }

  std::string Take() && { return std::move(out_); }

 private:
  static bool NeedsEscape(char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  }

  void WriteEscaped(char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out_ += '\\';
    if (c == '"' || c == '\\') {
      out_ += c;
    } else if (c == '\n') {
      out_ += 'n';
    } else {
      out_ += "u00";
      out_ += kHex[static_cast<unsigned char>(c) >> 4U];
      out_ += kHex[static_cast<unsigned char>(c) & 0xFU];
    }
  }

  void WriteArray(const JsonArray& array) {
    out_ += '[';
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i != 0) out_ += ',';
      Write(array[i]);
    }
    out_ += ']';
  }

  void WriteObject(const JsonObject& object) {
    out_ += '{';
    for (std::size_t i = 0; i < object.size(); ++i) {
      if (i != 0) out_ += ',';
      WriteString(object[i].first);
      out_ += ':';
      Write(object[i].second);
    }
    out_ += '}';
  }

  std::string out_;
};

}  // namespace

const Json* Json::Find(std::string_view name) const {
  const JsonObject* const object = AsObject();
  if (object == nullptr) return nullptr;
  for (const JsonMember& member : *object) {
    if (member.first == name) return &member.second;
  }
  return nullptr;
}

std::string_view Json::TypeName() const {
  constexpr std::array<std::string_view, 7> kNames = {"null",   "boolean", "number", "number",
                                                      "string", "array",   "object"};
  static_assert(kNames.size() == std::variant_size_v<Value>);
  return kNames[value_.index()];
}

Result<Json> ParseJsonObject(std::string_view text, const JsonLimits& limits) {
  TreeBuilder builder(limits);
  Status read = Read(text, limits, builder);
  if (!read.ok()) return std::move(read).error();
  return std::move(builder).Take();
}

Result<std::string> ParseJsonString(std::string_view text) {
  const Error no_string{Reason::kMalformed, "not a JSON string"};
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return no_string;
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (IsPlainText(inside)) return std::string(inside);
  // It is read as the only member of an object, so that there is only one reader of strings.
  const Result<Json> object = ParseJsonObject("{\"\":" + std::string(text) + "}");
  if (!object.ok() || object.value().AsObject()->size() != 1) return no_string;
  const std::string* const string = object.value().AsObject()->front().second.AsString();
  if (string == nullptr) return no_string;
  return *string;
}

Result<std::optional<std::string>> ScanTopLevelString(std::string_view text, std::string_view name,
                                                      const JsonLimits& limits) {
  TopLevelScanner scanner(limits, name);
  Status read = Read(text, limits, scanner);
  if (!read.ok()) return std::move(read).error();
  return std::move(scanner).Take();
}

std::string ToJsonText(const Json& value) {
  JsonWriter writer;
  writer.Write(value);
  return std::move(writer).Take();
}

std::string QuoteJson(std::string_view text) {
  JsonWriter writer(text.size() + 2);
  writer.WriteString(text);
  return std::move(writer).Take();
}

}  // namespace pamjwt
