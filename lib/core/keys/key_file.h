#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/jose/jwk.h"

namespace pamjwt {

// The format of keys.jsonl: the keys that the daemon fetched, one per line. docs/key-file-format.md
// specifies it. A reader trusts nothing: every key goes through ParseJwk.

/// The bounds of the file, in bytes with newlines, and in keys.
inline constexpr std::size_t kMaxKeyLineBytes = std::size_t{8} * 1024;
inline constexpr std::size_t kMaxKeyFileHeadBytes = 1024;  ///< of the first line
inline constexpr std::size_t kMaxKeysOfIssuer = 256;
inline constexpr std::size_t kMaxKeyFileBytes = std::size_t{64} * 1024 * 1024;

/// The keys of one issuer, as they were fetched.
struct IssuerKeys {
  std::string issuer;  ///< its url
  UnixTime fetched;    ///< when the last fetch succeeded
  UnixTime expires;    ///< fetched + max_stale; for people
  std::vector<Jwk> keys;
};

/// Formats the whole file. Issuers may come in any order, each once. An issuer without keys has no
/// line. A key whose line would be too long is left out.
/// Errors: kInternal if an issuer has more than kMaxKeysOfIssuer keys, a time is not from 1970 to
/// kLastSecond, or the file would be longer than kMaxKeyFileBytes.
Result<std::string> FormatKeyFile(const std::vector<IssuerKeys>& issuers);

/// Returns whether the line of this key is short enough for the file.
bool FitsKeyFile(std::string_view issuer, const Jwk& key);

/// Parses a whole file, in order. Leaves out keys that are not usable; their issuer stays, even
/// without keys. Errors: kKeysMissing, with the number of the first line that is wrong or out of
/// order.
Result<std::vector<IssuerKeys>> ParseKeyFile(std::string_view text);

/// A line of the file, except the first.
struct KeyLine {
  std::string issuer;
  std::string kid;
  UnixTime fetched;
  UnixTime expires;
  std::optional<Jwk> key;  ///< nullopt: the key is not usable
  std::string skipped;     ///< why the key is not usable
};

/// Parses a line that is not the first, without its newline. Errors: kKeysMissing.
Result<KeyLine> ParseKeyLine(std::string_view line);

/// Checks that `line`, without its newline, is a first line whose format is known.
/// Errors: kKeysMissing.
Status CheckKeyFileHead(std::string_view line);

/// Returns the text with which all lines of an issuer begin. Lines are sorted by their bytes.
std::string KeyLinePrefix(std::string_view issuer);
/// Returns the text with which the lines of one key id begin.
std::string KeyLinePrefix(std::string_view issuer, std::string_view kid);

}  // namespace pamjwt
