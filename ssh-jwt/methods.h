#pragma once

#include <string_view>

#include "core/base/result.h"

namespace pamjwt::ssh {

/// The method by which a token is given (RFC 4256).
inline constexpr std::string_view kKeyboardInteractive = "keyboard-interactive";

/// Returns whether `name` is one of `methods`, which have commas between them (RFC 4252 §7).
bool HasMethod(std::string_view methods, std::string_view name);

/// Returns the methods that ssh tries before keyboard-interactive, with commas between them.
/// `preferred` is the value of PreferredAuthentications. If it is empty, the order of ssh counts.
std::string_view MethodsBeforeToken(std::string_view preferred);

/// Checks that ssh with `preferred` as PreferredAuthentications, or an empty text, tries
/// keyboard-interactive. Errors: kConfigInvalid, saying what to do.
Status CheckTokenCanBeGiven(std::string_view preferred);

}  // namespace pamjwt::ssh
