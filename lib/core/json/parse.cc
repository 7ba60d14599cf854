#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/json/builder.h"
#include "core/json/json.h"
#include "core/json/plain_text.h"
#include "core/json/read.h"

namespace pamjwt {
namespace {

/// Keeps one string at the top.
class TopLevelScanner : public JsonEvents {
 public:
  explicit TopLevelScanner(std::string_view name) : name_(name) {}

  std::optional<std::string> Take() && { return std::move(found_); }

  void OnName(std::string_view name) override {
    if (depth_ == 1) is_wanted_ = name == name_;
  }
  void OnString(std::string_view text) override {
    if (depth_ == 1 && is_wanted_) found_ = text;
  }
  void OnScalar(Json /*value*/) override {}
  void OnOpen(bool /*is_object*/, std::size_t /*at*/) override { ++depth_; }
  void OnClose(std::size_t /*end*/) override { --depth_; }

 private:
  std::string_view name_;
  std::size_t depth_ = 0;
  bool is_wanted_ = false;  // the member that is being read at the top is the one to find
  std::optional<std::string> found_;
};

}  // namespace

Result<Json> ParseJsonObject(std::string_view text, const JsonLimits& limits) {
  JsonBuilder builder;
  Status read = ReadJson(text, limits, builder);
  if (!read.ok()) return std::move(read).error();
  return std::move(builder).Take();
}

Result<std::string> ParseJsonString(std::string_view text) {
  const Error no_string{Reason::kMalformed, "not a JSON string"};
  if (text.size() > JsonLimits{}.max_bytes) return no_string;
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return no_string;
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (IsPlainText(inside)) return std::string(inside);
  // It is read as the only member of an object, so that there is only one reader of strings.
  const std::string in_object = "{\"\":" + std::string(text) + "}";
  const Result<Json> object = ParseJsonObject(in_object, {.max_bytes = in_object.size()});
  if (!object.ok() || object.value().AsObject()->size() != 1) return no_string;
  const std::string* const string = object.value().AsObject()->front().second.AsString();
  if (string == nullptr) return no_string;
  return *string;
}

Result<std::optional<std::string>> ScanTopLevelString(std::string_view text, std::string_view name,
                                                      const JsonLimits& limits) {
  TopLevelScanner scanner(name);
  Status read = ReadJson(text, limits, scanner);
  if (!read.ok()) return std::move(read).error();
  return std::move(scanner).Take();
}

}  // namespace pamjwt
