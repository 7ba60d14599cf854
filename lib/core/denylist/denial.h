#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt {

// One line of a denylist, as docs/denylist-format.md specifies it. The list of a host, a feed and
// the list that is made from a feed have the same lines, and these are their only reader and
// writer.

/// The longest account, `iss`, `sub` or `kid`, in bytes. Even if every byte is escaped, the line is
/// shorter than the longest that ParseJsonObject takes.
inline constexpr std::size_t kMaxDeniedBytes = 4096;

/// One line of the denylist.
struct Denial {
  /// The kinds of thing that can be denied.
  enum class Kind { kAccount, kSubject, kTokenId, kKeyId };

  Kind kind = Kind::kAccount;
  std::string issuer;  ///< its url; empty for an account
  std::string value;   ///< the account, `sub` or `kid`, or Sha256Name() of the `jti`
  /// Limits the denial, if it is set, to tokens that were issued before it, or do not say when.
  std::optional<UnixTime> before;
  UnixTime since;  ///< when it was denied

  bool operator==(const Denial&) const = default;
};

/// Returns the name of `kind` in a line: "account", "sub", "jti" or "kid".
std::string_view Name(Denial::Kind kind);

/// The parts of a token that can be denied. Its signature was verified.
struct TokenFacts {
  std::string issuer;               ///< the url
  std::string subject;              ///< empty: the token has no sub
  std::string jti;                  ///< empty: the token has no jti, or only its hash is known
  std::string kid;                  ///< of the key that verified it; empty: the key has no kid
  std::optional<double> issued_at;  ///< `iat`, in seconds
  std::string jti_hash{};           ///< Sha256Name() of a jti that is not known, or empty

  bool operator==(const TokenFacts&) const = default;
};

/// Returns the `jti` of a token as denials name it, by Sha256Name(). Returns "" if the token has
/// none. Errors: those of Sha256Name().
Result<std::string> TokenIdName(const TokenFacts& token);

/// Checks whether this UTF-8 text may be a `sub` or `kid` in a line. Both may have any characters,
/// as in a token. Errors: kDenylistDamaged, with a detail such as "is empty".
Status CheckDeniedText(std::string_view text);
/// Checks whether this text may be an account or `iss`, which have no control characters either.
/// Errors: kDenylistDamaged.
Status CheckDeniedName(std::string_view text);
/// Checks that a reader would find exactly this denial in its line. Errors: kDenylistDamaged.
Status CheckDenial(const Denial& denial);

/// Parses one line, without its newline. It may have blanks, and its members may come in any order.
/// Errors: kDenylistDamaged.
Result<Denial> ParseDenial(std::string_view line);

/// Formats the line of a denial, with its newline. The same denial always gives the same bytes.
std::string FormatDenial(const Denial& denial);

/// Returns the bytes with which FormatDenial() begins for this name of a kind, issuer and value,
/// and for no others. They end in front of the times. The issuer is empty for an account.
std::string DenialPrefix(std::string_view kind, std::string_view issuer, std::string_view value);

/// Checks whether both deny the same thing: kind, issuer and value are equal. The times may differ.
bool IsSameThing(const Denial& a, const Denial& b);

/// Checks whether `denial` denies every login that `other` denies. Both must be of the same thing.
bool DeniesAllOf(const Denial& denial, const Denial& other);

/// Checks whether `before` lets the denial count for a login whose account, or token, is the one
/// that is denied. `token` is nullptr for a login without a token, for which a denial with `before`
/// never counts. A token without `iat` may have been issued before any time.
bool CoversLogin(const Denial& denial, const TokenFacts* token);

}  // namespace pamjwt
