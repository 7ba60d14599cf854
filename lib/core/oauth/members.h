#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/json/json.h"

namespace pamjwt::oauth {

/// The longest string that a provider's answer may have, in bytes. Tokens are the longest of them.
inline constexpr std::size_t kMaxTextBytes = std::size_t{64} * 1024;
/// The most elements that a list in a provider's answer may have.
inline constexpr std::size_t kMaxListed = 256;

/// Reads the members of a provider's answer by their types.
///
/// A member that is null counts as absent, because providers write null for what they do not have.
/// The first error is kept, and status() returns it. What was read counts only if status() is ok.
class MemberReader {
 public:
  /// Reads the members of `object`, which must outlive the reader.
  explicit MemberReader(const Json& object) : object_(object) {}

  /// Returns a string of at most `max_bytes` bytes, or "" if it is absent.
  std::string Text(std::string_view name, std::size_t max_bytes = kMaxTextBytes);
  /// Returns a string that must be there and must not be empty.
  std::string NeededText(std::string_view name, std::size_t max_bytes = kMaxTextBytes);
  /// Returns a list of at most kMaxListed strings, or `absent` if it is absent.
  std::vector<std::string> List(std::string_view name, std::vector<std::string> absent = {});
  /// Returns a boolean, or false if it is absent.
  bool Flag(std::string_view name);
  /// Returns a whole number from 0 to `most`, or nullopt if it is absent.
  std::optional<std::int64_t> Number(std::string_view name, std::int64_t most);

  /// Keeps the error that the provider's `name` has this problem, if it is the first error.
  void Refuse(std::string_view name, std::string_view problem);
  /// Returns the first error. Errors: kMalformed, with the name of the member.
  [[nodiscard]] Status status() const;

 private:
  [[nodiscard]] const Json* Find(std::string_view name) const;

  const Json& object_;
  std::optional<Error> error_;
};

}  // namespace pamjwt::oauth
