#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pamjwt {

/// The longest name of an account, in bytes.
inline constexpr std::size_t kMaxAccountNameBytes = 255;

/// The names of accounts that a person may write down, as literal names and in map files. Names
/// that are made from a claim are always kPosix. docs/decisions/0036 says why.
enum class AccountNames {
  kPosix,  ///< IsAccountName
  kAny,    ///< IsAnyAccountName
};

/// Returns whether a token may give an account of this name: `[A-Za-z0-9_][A-Za-z0-9_.@-]*` and
/// perhaps a `$` at the end, at most 255 bytes. A number (decimal or 0x) is not a name, because
/// programs take it for a uid.
bool IsAccountName(std::string_view name);

/// Returns whether an account may have this name on some host, for example 1000, CORP\carol or
/// josé: at most 255 bytes of UTF-8 without control characters, `/`, `:` and `*`. It is not
/// empty, neither "." nor "..", and has no `-` in front and no space at an end.
bool IsAnyAccountName(std::string_view name);

/// Returns whether `name` is one of `names`.
bool IsOneOf(AccountNames names, std::string_view name);

/// Says, behind "the name", why IsAccountName refuses `name`: "is a number". Returns "" if it does
/// not. Has nothing of the name in it.
std::string WhyNoAccountName(std::string_view name);

}  // namespace pamjwt
