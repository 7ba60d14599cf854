#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/denylist/denial.h"

namespace pamjwt {

/// The longest denylist that is read or written, in bytes.
inline constexpr std::size_t kMaxDenylistBytes = std::size_t{1024} * 1024;

/// A damaged line of a denylist.
struct DenylistDamage {
  std::size_t line;  ///< its number, from 1
  std::string why;
  std::string text;  ///< the line; empty if it could be read
};

/// The use of the fleet's list, beside this one. The first line of this list says it.
enum class FleetUse {
  kNone,  ///< there is no other list
  kWarn,  ///< it counts, also past its end
  kDeny,  ///< it counts; past its end no token gets a verdict
};

/// The accounts and tokens that are denied, whatever the token says. docs/denylist-format.md
/// specifies the format of the file.
class Denylist {
 public:
  /// Makes a list that denies nothing.
  Denylist() = default;

  /// Parses a whole list. Parsing is strict, since a line that is not understood could deny
  /// somebody. Errors: kDenylistDamaged, as CheckWhole() returns it.
  static Result<Denylist> Parse(std::string_view text);
  /// Parses each line that can be read. Keeps the others as damaged lines: ToText() writes them in
  /// their places.
  static Denylist ParseReadable(std::string_view text);
  /// Formats the list as the text of a file.
  [[nodiscard]] std::string ToText() const;

  /// Checks that nothing is damaged. Errors: kDenylistDamaged, with the number of the first line
  /// that is damaged.
  [[nodiscard]] Status CheckWhole() const;
  /// Returns all that is damaged, in the order of the lines.
  [[nodiscard]] std::vector<DenylistDamage> FindDamage() const;
  /// Forgets all that is damaged. CheckWhole() succeeds after that.
  void DropDamaged();

  /// Returns the lines that could be read, in order.
  [[nodiscard]] const std::vector<Denial>& entries() const { return entries_; }

  /// Returns whether the first line could be read.
  [[nodiscard]] bool has_head() const { return has_head_; }
  /// Returns the use of the fleet's list. It is kNone if the first line is damaged.
  [[nodiscard]] FleetUse fleet() const { return fleet_; }
  /// Changes the use of the fleet's list. Returns false if it was the same. Writes a first line if
  /// it could not be read; what stood in its place stays, as a damaged line behind it.
  bool SetFleet(FleetUse use);

  /// Adds a line. Returns false if all that it denies was denied already. If a line has the same
  /// kind, issuer and value, the line that denies more stays.
  bool Add(Denial denial);
  /// Removes the lines with the kind, issuer and value of `denial`. Returns false if there was no
  /// line to remove.
  bool Remove(const Denial& denial);

  /// Returns the line that denies this account, or nullptr. `token` is nullptr for a login without
  /// a token, which a line with `before` never denies. The line lives until the list changes.
  [[nodiscard]] const Denial* FindAccount(std::string_view account, const TokenFacts* token) const;
  /// Returns the line that denies this token, or nullptr. The line lives until the list changes.
  /// Errors: kInternal.
  [[nodiscard]] Result<const Denial*> FindToken(const TokenFacts& token) const;
  /// Returns the line that denies this account, or the token if there is one, or nullptr. `token`
  /// and the line are as for FindAccount(). Errors: kInternal.
  [[nodiscard]] Result<const Denial*> Find(std::string_view account, const TokenFacts* token) const;

 private:
  struct DamagedLine {
    std::size_t behind;  // the number of entries that stand in front of it
    std::string text;    // without its newline
  };

  std::vector<Denial> entries_;
  std::vector<DamagedLine> damaged_;
  FleetUse fleet_ = FleetUse::kNone;
  bool has_head_ = true;
  bool has_end_ = true;  // if false, the last line has no newline, and lines may have been lost
};

/// The lists that can deny a login: the denylist of the host, and that of the fleet.
enum class DenyingList { kHost, kFleet };

/// A denial that counts for a login.
struct FoundDenial {
  Denial denial;
  DenyingList list = DenyingList::kHost;  ///< the list that has it

  bool operator==(const FoundDenial&) const = default;
};

/// Returns the error of a login that `found` denies: kAccountDenied or kTokenDenied. Its detail has
/// nothing of the token but what the line has, and names the list if it is that of the fleet.
Error ToError(const FoundDenial& found);

}  // namespace pamjwt
