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

/// The format of keys.jsonl, as docs/key-file-format.md has it: the keys that the daemon fetched,
/// a line each. What is read is checked as anything from outside: every key by ParseJwk.
inline constexpr std::size_t kMaxKeyLineBytes = std::size_t{8} * 1024;  ///< with its newline
inline constexpr std::size_t kMaxKeyFileHeadBytes = 1024;  ///< the first line, likewise
inline constexpr std::size_t kMaxKeysOfIssuer = 256;
inline constexpr std::size_t kMaxKeyFileBytes = std::size_t{64} * 1024 * 1024;

/// The keys of one issuer, as they were fetched.
struct IssuerKeys {
  std::string issuer;  ///< its url
  UnixTime fetched;    ///< the last success
  UnixTime expires;    ///< fetched + max_stale; for people
  std::vector<Jwk> keys;
};

/// The whole file. Issuers may come in any order, each once; one without keys has no line. A key
/// that does not fit a line is left out.
/// Errors: kInternal if an issuer has more than kMaxKeysOfIssuer keys or a time is out of range, or
/// the file would be longer than kMaxKeyFileBytes.
Result<std::string> FormatKeyFile(const std::vector<IssuerKeys>& issuers);

/// Is the line of this key short enough?
bool FitsKeyFile(std::string_view issuer, const Jwk& key);

/// Reads a whole file, strictly, in the order of the file. A key that is not usable is left out,
/// and the issuer stays, if need be without keys.
/// Errors: kKeysMissing with the number of the line if one is no such line, or out of order.
Result<std::vector<IssuerKeys>> ParseKeyFile(std::string_view text);

/// One line but the first, without its newline.
struct KeyLine {
  std::string issuer;
  std::string kid;
  UnixTime fetched;
  UnixTime expires;
  std::optional<Jwk> key;  ///< none: a key that is not usable
  std::string skipped;     ///< why not
};

/// Errors: kKeysMissing.
Result<KeyLine> ParseKeyLine(std::string_view line);

/// Is this a first line that is known, without its newline? Errors: kKeysMissing.
Status CheckKeyFileHead(std::string_view line);

/// How the lines of an issuer begin, and those of one key id. Lines are sorted by their bytes.
std::string KeyLinePrefix(std::string_view issuer);
std::string KeyLinePrefix(std::string_view issuer, std::string_view kid);

}  // namespace pamjwt
