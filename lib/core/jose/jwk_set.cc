#include "core/jose/jwk_set.h"

#include <cstddef>
#include <string>
#include <utility>

#include "core/json/builder.h"
#include "core/json/members.h"
#include "core/json/read.h"

namespace pamjwt {
namespace {

/// Reads a JWK Set key by key, so that no more than one of them is a value at a time.
class SetReader : public JsonEvents {
 public:
  /// Makes a reader of the keys that have the id `kid`, or of all keys if it is empty.
  explicit SetReader(std::string_view kid) : kid_(kid) {}

  [[nodiscard]] bool has_keys() const { return has_keys_; }
  [[nodiscard]] std::size_t entries() const { return entries_; }
  JwkSet Take() && { return std::move(set_); }

  void OnName(std::string_view name) override {
    if (depth_ == 1) is_at_keys_ = name == "keys";
    if (depth_ == kInKey) is_at_kid_ = name == "kid";
    if (is_wanted_) key_.OnName(name);
  }
  void OnString(std::string_view text) override {
    Begin();
    if (is_wanted_ && depth_ == kInKey && is_at_kid_ && !kid_.empty()) Choose(text == kid_);
    if (is_wanted_) key_.OnString(text);
    End();
  }
  void OnScalar(Json value) override {
    Begin();
    if (is_wanted_) key_.OnScalar(std::move(value));
    End();
  }
  void OnOpen(bool is_object, std::size_t at) override {
    Begin();
    if (is_wanted_) key_.OnOpen(is_object, at);
    if (depth_ == 1 && is_at_keys_ && !is_object) has_keys_ = is_in_keys_ = true;
    ++depth_;
  }
  void OnClose(std::size_t end) override {
    --depth_;
    if (depth_ == 1) is_in_keys_ = false;
    if (is_wanted_) key_.OnClose(end);
    End();
  }

 private:
  static constexpr std::size_t kInKeys = 2;  // the depth in the array of the keys
  static constexpr std::size_t kInKey = 3;   // the depth in a key

  /// Begins an entry of the array of the keys, if the value that begins is one.
  void Begin() {
    if (!is_in_keys_ || depth_ != kInKeys) return;
    is_wanted_ = entries_ < kMaxKeysInSet;
    is_chosen_ = kid_.empty();
    is_at_kid_ = false;
  }

  /// Decides by its kid whether the key is read.
  void Choose(bool is_chosen) {
    is_chosen_ = is_chosen;
    if (is_chosen) return;
    is_wanted_ = false;
    key_.Reset();
  }

  /// Ends an entry, if the value that ended is one.
  void End() {
    if (!is_in_keys_ || depth_ != kInKeys) return;
    const std::size_t index = entries_++;
    const Json entry = key_.Take();
    if (!std::exchange(is_wanted_, false) || !is_chosen_) return;
    Result<Jwk> key = ParseJwk(entry);
    if (key.ok()) {
      set_.keys.push_back(std::move(key).value());
    } else {
      set_.skipped.push_back({index, TextMember(entry, "kid"), key.error().detail});
    }
  }

  std::string_view kid_;
  JwkSet set_;
  JsonBuilder key_;
  std::size_t entries_ = 0;
  std::size_t depth_ = 0;
  bool has_keys_ = false;
  bool is_in_keys_ = false;  // the array of the keys is open
  bool is_at_keys_ = false;  // the last name at the top was "keys"
  bool is_at_kid_ = false;   // the last name in the key was "kid"
  bool is_wanted_ = false;   // a key is being read, and may be one to take
  bool is_chosen_ = false;   // the key has the kid that was asked for, if one was
};

Result<JwkSet> Read(std::string_view text, std::string_view kid) {
  JsonLimits limits;
  limits.max_bytes = kMaxJwkSetBytes;
  SetReader reader(kid);
  Status read = ReadJson(text, limits, reader);
  if (!read.ok()) return Error{Reason::kKeysMissing, read.error().detail};
  if (!reader.has_keys()) {
    return Error{Reason::kKeysMissing, "not a JWK Set: it has no array keys"};
  }
  if (reader.entries() > kMaxKeysInSet) {
    return Error{Reason::kKeysMissing, "more than 1024 keys in one JWK Set"};
  }
  return std::move(reader).Take();
}

}  // namespace

Result<JwkSet> ParseJwkSet(std::string_view text) {
  return Read(text, {});
}

Result<JwkSet> ParseKeysOfSet(std::string_view text, std::string_view kid) {
  return Read(text, kid);
}

}  // namespace pamjwt
