#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt {

/// The name of a claim, as the configuration writes it. If it begins with "/", it is a JSON pointer
/// (RFC 6901) through objects only. Else it is a claim at the top level, whose name may have dots,
/// colons and slashes in it.
///
/// A pointer that ends in "/*", which RFC 6901 does not have, stands for the names of the members
/// of the object in front of it. So a member of an inner object whose own name is "*" has no name
/// here.
class ClaimName {
 public:
  /// Makes the name `sub`.
  ClaimName() = default;
  /// Parses a name. Errors: kConfigInvalid if it is empty, a pointer with a `~` that is neither ~0
  /// nor ~1, or "/*", which would stand for the names of all claims.
  static Result<ClaimName> Parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// Returns the members to follow from the top, without the "*". There is at least one.
  [[nodiscard]] const std::vector<std::string>& path() const { return path_; }
  /// Returns whether the names of the members are meant, and not what they hold.
  [[nodiscard]] bool names_members() const { return names_members_; }
  /// Returns the text of the name for the members of this claim: "/roles/*" for "roles".
  [[nodiscard]] std::string TextForMembers() const;
  [[nodiscard]] bool operator==(const ClaimName& other) const {
    return path_ == other.path_ && names_members_ == other.names_members_;
  }

 private:
  std::string text_ = "sub";
  std::vector<std::string> path_ = {"sub"};
  bool names_members_ = false;
};

/// Escapes a step of a JSON pointer (RFC 6901 §3).
std::string EscapePointerStep(std::string_view step);

}  // namespace pamjwt
