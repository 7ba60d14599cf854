#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/json/json.h"

// JSON_NO_IO keeps <istream> and its locale out.
#define JSON_NO_IO
#include <nlohmann/json.hpp>

namespace pamjwt {
namespace {

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
      WriteDouble(*number);
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

  /// Writes a double that is an integer as one, with all its digits. Its shortest text may be that
  /// of another integer (from 2^53 on), and readers of exact integers would take that one.
  void WriteDouble(double number) {
    constexpr double k2To63 = 9223372036854775808.0;
    if (-k2To63 < number && number < k2To63) {
      const auto integer = static_cast<std::int64_t>(number);
      if (static_cast<double>(integer) == number) {
        out_ += std::to_string(integer);
        return;
      }
    }
    out_ += nlohmann::json(number).dump();
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
