#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

// One line of a denylist, as docs/denylist-format.md specifies it. The list of a host, a feed and
// the list that is made from a feed have the same lines, and these are their only reader and
// writer. They are defined in denylist.cc, and need the types of denylist.h.

struct Denial;
struct TokenFacts;

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
