#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt {

inline constexpr std::size_t kMaxDenylistBytes = std::size_t{1024} * 1024;
/// The most that an account, `iss`, `sub` or `kid` may have. Even if all of it is escaped, the line
/// is shorter than the longest that ParseJsonObject takes.
inline constexpr std::size_t kMaxDeniedBytes = 4096;

/// One line of the denylist.
struct Denial {
  enum class Kind { kAccount, kSubject, kTokenId, kKeyId };

  Kind kind = Kind::kAccount;
  std::string issuer;  ///< the url; none for an account
  std::string value;   ///< the account, `sub`, or `kid`; for `jti` what Sha256Name() says
  /// Only tokens that were issued before this, or do not say when, are denied.
  std::optional<UnixTime> before;
  UnixTime since;  ///< when it was denied

  bool operator==(const Denial&) const = default;
};

/// May this UTF-8 text be a `sub` or `kid` in a line? They may have any characters, as in a token.
/// Errors: kDenylistDamaged: "is empty", ...
Status CheckDeniedText(std::string_view text);
/// May it be an account or `iss`, which have no control characters?
Status CheckDeniedName(std::string_view text);
/// Would a reader find this very denial in its line? Errors: kDenylistDamaged.
Status CheckDenial(const Denial& denial);

/// What of a token can be denied. The signature held.
struct TokenFacts {
  std::string issuer;               ///< the url
  std::string subject;              ///< empty: none
  std::string jti;                  ///< empty: none
  std::string kid;                  ///< of the key that verified it; empty: none
  std::optional<double> issued_at;  ///< `iat`, in seconds
};

/// A damaged line of a denylist.
struct DenylistDamage {
  std::size_t line;  ///< its number, from 1
  std::string why;
  std::string text;  ///< the line; empty if it could be read
};

/// Who may not log in, whatever their token says. The file format is docs/denylist-format.md.
class Denylist {
 public:
  /// Nobody.
  Denylist() = default;

  /// Strictly: a line that is not understood could be one that denies.
  /// Errors: kDenylistDamaged, as CheckWhole().
  static Result<Denylist> Parse(std::string_view text);
  /// Reads each line that it can. The others are kept: ToText() has them in their places.
  static Denylist ParseReadable(std::string_view text);
  [[nodiscard]] std::string ToText() const;

  /// Errors: kDenylistDamaged, with the number of the first line that is not understood.
  [[nodiscard]] Status CheckWhole() const;
  /// What is wrong with the text, in the order of its lines.
  [[nodiscard]] std::vector<DenylistDamage> FindDamage() const;
  /// Forgets all that is damaged: the list is whole then.
  void DropDamaged();

  [[nodiscard]] const std::vector<Denial>& entries() const { return entries_; }

  /// False if all that it denies was denied already. Of two lines that differ in `before` alone,
  /// the one that denies more stays.
  bool Add(Denial denial);
  /// Takes back what has this kind, issuer and value. False if there is nothing of it.
  bool Remove(const Denial& denial);

  /// The line that denies this account, nullptr if none does. `token` is nullptr for a login
  /// without one, which a line with `before` never denies.
  [[nodiscard]] const Denial* FindAccount(std::string_view account, const TokenFacts* token) const;
  /// The line that denies this token, nullptr if none does. Errors: kInternal.
  [[nodiscard]] Result<const Denial*> FindToken(const TokenFacts& token) const;

 private:
  struct DamagedLine {
    std::size_t behind;  // the number of entries in front of it
    std::string text;    // without its newline
  };

  std::vector<Denial> entries_;
  std::vector<DamagedLine> damaged_;
  bool has_head_ = true;
  bool has_end_ = true;  // else the last line has no newline, and lines behind it may be lost
};

/// What a login that `denial` denies ends with: kAccountDenied or kTokenDenied. Of the token the
/// detail has nothing but what the line has.
Error ToError(const Denial& denial);

/// "sub", "jti", "kid" or "account".
std::string_view Name(Denial::Kind kind);

}  // namespace pamjwt
